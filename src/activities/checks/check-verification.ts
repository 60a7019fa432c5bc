import { orMissing } from "../../azure/arm-error";
import type { Permissions } from "../../azure/permissions";
import { MANAGED_DISK } from "../../domain/arm-id";
import type { Findings } from "../../domain/preflight/findings";
import { missingRight } from "../../domain/preflight/needed-rights";
import { isGranted } from "../../domain/preflight/permissions";
import { problem } from "../../domain/problem";
import { unlessRefused, type Check } from "./check";

const ACTIONS = ["read", "write", "delete"].map((verb) => `${MANAGED_DISK}/${verb}`);

/**
 * Whether the app may make, read and delete disks where verifications make them, for one read more. That it may
 * read the version and the sets, which Azure wants for a disk as well, is looked at for the version itself.
 * @param group name of the resource group; undefined when there is none
 */
export const checkVerification =
  (permissions: Permissions, group: string | undefined): Check =>
  async ({ request: { image, rollout }, lastTry }) => {
    const nothing: Findings = { problems: [], remarks: [] };
    if (rollout.verify !== "disk" || group === undefined) return nothing;
    const id = `/subscriptions/${image.subscriptionId}/resourceGroups/${group}`;
    const path = "$.rollout.verify";
    const at = {
      path,
      code: "PermissionsNotChecked" as const,
      what: `the rights of the app's identity in ${id}`,
      action: `make sure yourself that it has ${ACTIONS.join(", ")}; with Microsoft.Authorization/permissions/read this is checked`,
    };
    const check = async (): Promise<Findings> => {
      const held = await orMissing(permissions.over(id));
      if (held === undefined) return { problems: [noGroup(path, id)], remarks: [] };
      const missing = ACTIONS.filter((action) => !isGranted(held, action));
      return { problems: missing.map((action) => missingRight({ action, id, path })), remarks: [] };
    };
    return unlessRefused(at, check, { lastTry });
  };

const noGroup = (path: string, id: string) =>
  problem(
    path,
    "VerificationGroupNotFound",
    `${id}, which disks of a verification are made in, isn't there`,
    "create it, or have VERIFICATION_RESOURCE_GROUP name another one, or leave rollout.verify out",
  );
