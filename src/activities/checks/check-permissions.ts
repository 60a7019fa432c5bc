import type { Permissions } from "../../azure/permissions";
import { groupOf } from "../../domain/arm-id";
import { joinFindings, type Findings } from "../../domain/preflight/findings";
import {
  missingRight,
  neededRights,
  notAskedFor,
  type NeededRight,
} from "../../domain/preflight/needed-rights";
import { isGranted } from "../../domain/preflight/permissions";
import { warning } from "../../domain/problem";
import { isEncrypted } from "../../domain/request/publish-request";
import type { Patience } from "../settle";
import { unlessRefused, type Check } from "./check";

/**
 * The app's own rights to everything that the request names, before Azure refuses the write for
 * want of one. One call for each resource group, and a few for resources on which their group's
 * answer misses something, because a role may have been given there alone.
 */
export const checkPermissions =
  (permissions: Permissions): Check =>
  async ({ lastTry, ...seen }) => {
    const patience = { lastTry };
    const groups = new Map<string, NeededRight[]>();
    for (const right of neededRights(seen)) {
      const group = groupOf(right.id).toLowerCase();
      groups.set(group, [...(groups.get(group) ?? []), right]);
    }
    const answers = await Promise.all(
      [...groups.values()].map((rights) => askGroup(permissions, rights, patience)),
    );
    const open = answers.flatMap((answer) => answer.open);
    // Of a plan's eight reads two are left; one where the definition's versions are listed.
    const most = isEncrypted(seen.request) ? 2 : 1;
    return joinFindings([
      ...answers.map(({ findings }) => findings),
      await askResources(permissions, open, most, patience),
    ]);
  };

/** What can't be told of these rights, and what to do about it. */
const unknown = (rights: readonly NeededRight[], scope: string) => ({
  path: rights[0]?.path ?? "$",
  code: "PermissionsNotChecked" as const,
  what: `the rights of the app's identity in ${scope}`,
  action: `make sure yourself that it has ${[...new Set(rights.map(({ action }) => action))].join(", ")}; with Microsoft.Authorization/permissions/read this is checked`,
});

/** Which rights a resource group's answer doesn't give. */
async function askGroup(
  permissions: Permissions,
  rights: readonly NeededRight[],
  patience: Patience,
): Promise<{ open: NeededRight[]; findings: Findings }> {
  const group = groupOf(rights[0]?.id ?? "");
  let open: NeededRight[] = [];
  const ask = async (): Promise<Findings> => {
    const held = await permissions.over(group);
    open = rights.filter(({ action }) => !isGranted(held, action));
    return { problems: [], remarks: [] };
  };
  const findings = await unlessRefused(unknown(rights, group), ask, patience);
  return { open, findings };
}

const isRead = ({ action }: NeededRight): boolean => action.endsWith("/read");

/**
 * Which rights the resources themselves don't give either. What is to be read tells by its own read
 * whether it may be, so rights to write are asked for first.
 */
async function askResources(
  permissions: Permissions,
  open: readonly NeededRight[],
  most: number,
  patience: Patience,
): Promise<Findings> {
  const own = open.filter(({ narrows }) => narrows !== true);
  const writesFirst = [...own.filter((right) => !isRead(right)), ...own.filter(isRead)];
  const asked = new Set([...new Set(writesFirst.map(({ id }) => id))].slice(0, most));
  const ask = async (id: string): Promise<Findings> => {
    const rights = own.filter((right) => right.id === id);
    const check = async (): Promise<Findings> => {
      const held = await permissions.over(id);
      const missing = rights.filter(({ action }) => !isGranted(held, action));
      return { problems: missing.map(missingRight), remarks: [] };
    };
    return unlessRefused(unknown(rights, id), check, patience);
  };
  const ids = [...new Set(own.map(({ id }) => id))].filter((id) => asked.has(id));
  const said = [
    ...open.filter(({ narrows }) => narrows === true).map(missingRight),
    ...own.filter((right) => !asked.has(right.id) && !isRead(right)).map(notAskedFor),
  ];
  return joinFindings([
    ...(await Promise.all(ids.map(ask))),
    { problems: [], remarks: said.map(warning) },
  ]);
}
