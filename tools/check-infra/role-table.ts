import type { RoleFile } from "../roles/role-files";

const TABLE = /(<!-- roles: npm run infra:roles -->\n)[^]*?(<!-- \/roles -->)/;

/** The document with a table of what each custom role may do, and which call needs it. */
export function withRoleTables(text: string, roles: readonly RoleFile[]): string {
  return text.replace(
    TABLE,
    (_all, begin: string, end: string) => `${begin}\n${roles.map(section).join("\n\n")}\n\n${end}`,
  );
}

const section = ({ name, scope, description, actions }: RoleFile): string =>
  [
    `**${name}**, in ${scope}. ${description}`,
    "",
    "| action | call | why |",
    "| --- | --- | --- |",
    ...actions.map(({ action, call, why }) => `| \`${action}\` | ${call} | ${why} |`),
  ].join("\n");
