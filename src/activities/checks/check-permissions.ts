import type { Permissions } from "../../azure/permissions";
import { groupOf } from "../../domain/arm-id";
import { joinFindings, type Findings } from "../../domain/preflight/findings";
import { missingRight, neededRights, type NeededRight } from "../../domain/preflight/needed-rights";
import { isGranted, type Permission } from "../../domain/preflight/permissions";
import { warning } from "../../domain/problem";
import { unlessRefused, type Check } from "./check";

/**
 * The app's own rights to everything that the request names, before Azure refuses the write for
 * want of one. One call for each resource group; one more for each resource on which its group's
 * answer misses something, because a role may have been given there alone.
 */
export const checkPermissions =
  (permissions: Permissions): Check =>
  async (looked) => {
    const groups = new Map<string, NeededRight[]>();
    for (const right of neededRights(looked)) {
      const group = groupOf(right.id).toLowerCase();
      groups.set(group, [...(groups.get(group) ?? []), right]);
    }
    const found = await Promise.all(
      [...groups.values()].map((rights) => missing(permissions, rights)),
    );
    return joinFindings(found);
  };

/** What is missing in one resource group. */
function missing(permissions: Permissions, rights: readonly NeededRight[]): Promise<Findings> {
  const [{ id = "", path = "$" } = {}] = rights;
  const group = groupOf(id);
  const actions = [...new Set(rights.map(({ action }) => action))].join(", ");
  const at = {
    path,
    code: "PermissionsNotChecked" as const,
    what: `the rights of the app's identity in ${group}`,
    action: `make sure yourself that it has ${actions}; with Microsoft.Authorization/permissions/read this is checked`,
  };
  return unlessRefused(at, async () => {
    const ofGroup = await permissions.over(group);
    const open = rights.filter(({ action }) => !isGranted(ofGroup, action));
    return afterALookAtResources(permissions, open);
  });
}

async function afterALookAtResources(
  permissions: Permissions,
  open: readonly NeededRight[],
): Promise<Findings> {
  const findings: Findings = { problems: [], remarks: [] };
  const asked = new Map<string, Permission[]>();
  for (const right of open) {
    if (right.narrows === true) {
      findings.remarks.push(warning(missingRight(right)));
      continue;
    }
    const held = asked.get(right.id) ?? (await permissions.over(right.id));
    asked.set(right.id, held);
    if (!isGranted(held, right.action)) findings.problems.push(missingRight(right));
  }
  return findings;
}
