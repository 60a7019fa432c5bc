import { appRights, samplePlaces } from "./app-rights";
import { ROLES, type RoleFile, type RoleName } from "./role-files";

const BLOCK = /( *)(# roles: npm run infra:roles\n)[^]*?( *# \/roles\n)/;

/** A world file in which the function app has the roles of `infra` where the sample worlds need them. */
export function withAppRights(text: string, roles: Readonly<Record<RoleName, RoleFile>>): string {
  return text.replace(
    BLOCK,
    (_all, indent: string, begin: string, end: string) =>
      `${indent}${begin}${lines(roles)
        .map((line) => `${indent}${line}\n`)
        .join("")}${end}`,
  );
}

function lines(roles: Readonly<Record<RoleName, RoleFile>>): string[] {
  const places = samplePlaces();
  return ROLES.flatMap((role) => [
    `# ${roles[role].name}`,
    ...appRights(roles, { ...NOWHERE, [role]: places[role] }).flatMap(({ scope, actions }) => [
      `- scope: ${scope}`,
      "  actions:",
      ...actions.map((action) => `    - ${action}`),
    ]),
  ]);
}

const NOWHERE = {
  reader: [],
  writer: [],
  sources: [],
  "vhd-sources": [],
  verifier: [],
  "key-reader": [],
  builder: [],
};
