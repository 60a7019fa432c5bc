import { appRights, type Places, type Right } from "../../../tools/roles/app-rights";
import { readRoles, type RoleName } from "../../../tools/roles/role-files";
import { VERIFICATIONS } from "../../matrix/stage/world";
import { SUBSCRIPTION } from "../../support/request-factory";

export const SUBSCRIPTION_SCOPE = `/subscriptions/${SUBSCRIPTION}`;
export const SOURCES = "Sources";
export const BUILDS = "Builds";
const group = (name: string): string => `${SUBSCRIPTION_SCOPE}/resourceGroups/${name}`;

/** The storage account of VHDs. */
export const STORE = `${group(SOURCES)}/providers/Microsoft.Storage/storageAccounts/store`;

/** An image template, and a definition in a gallery with soft delete. */
export const GOLDEN = `${group(BUILDS)}/providers/Microsoft.VirtualMachineImages/imageTemplates/golden`;
export const SOFT_GALLERY = {
  ...{ subscriptionId: SUBSCRIPTION, resourceGroup: "MyResourceGroup" },
  ...{ gallery: "Soft", definition: "MyImage" },
};

/** As `infra` assigns them, each in a resource group of its own: one role's action is no other's. */
const PLACES: Places = {
  reader: [SUBSCRIPTION_SCOPE],
  writer: [group("MyResourceGroup")],
  sources: [group(SOURCES)],
  "vhd-sources": [STORE],
  verifier: [group(VERIFICATIONS)],
  "key-reader": [SUBSCRIPTION_SCOPE],
  builder: [group(BUILDS)],
};

export const roles = readRoles();

/** What the app may do when these actions are taken from their roles. */
export function rightsWithout(...missing: { role: RoleName; action: string }[]): Right[] {
  const left = structuredClone(roles);
  for (const { role, action } of missing)
    left[role].actions = left[role].actions.filter((one) => one.action !== action);
  return appRights(left, PLACES).filter(({ actions }) => actions.length > 0);
}
