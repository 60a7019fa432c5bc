import { foldCase } from "./fold-case";

/**
 * Azure resource ids. They are compared without regard to case (ARM's rule) and people paste them
 * without the leading slash (the customer's PowerShell sample does), so both are mended here, once.
 */
export interface ArmId {
  subscriptionId: string;
  resourceGroup: string;
  /** Provider and type, for example `Microsoft.Compute/diskEncryptionSets`. */
  type: string;
  /** Names, one for each segment of the type after the provider. */
  names: string[];
}

const RESOURCE_ID =
  /^\/?subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)\/?$/i;

/**
 * True for what can be one segment of an id: up to 90 letters and digits of any alphabet, `_ . - ( )`,
 * which is what resource groups may have; other names may have less. Names of dots would climb in the URL's
 * path; everything else is a query, an escape, or a placeholder (`<subscription ID>`) left in.
 */
export function isResourceName(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}_.()-]{1,90}$/u.test(text) && !/^\.+$/.test(text);
}

/**
 * Parses a resource id inside a resource group; undefined when `text` isn't one.
 * @param isName what may stand for a name: patterns of the configuration have more than resources
 */
export function parseArmId(
  text: string,
  isName: (name: string) => boolean = isResourceName,
): ArmId | undefined {
  const match = RESOURCE_ID.exec(text.trim());
  if (!match) return undefined;
  const [, subscriptionId, resourceGroup, provider, rest] = match;
  if (!subscriptionId || !resourceGroup || !provider || !rest) return undefined;
  const segments = rest.split("/").filter((segment) => segment !== "");
  if (![subscriptionId, resourceGroup, provider, ...segments].every(isName)) return undefined;
  return {
    subscriptionId,
    resourceGroup,
    type: [provider, ...segments.filter((_, index) => index % 2 === 0)].join("/"),
    names: segments.filter((_, index) => index % 2 === 1),
  };
}

/** The id in ARM's usual spelling, with a leading slash. */
export function printArmId(id: ArmId): string {
  const [provider = "", ...types] = id.type.split("/");
  const path = types.map((type, index) => `${type}/${id.names[index] ?? ""}`).join("/");
  return `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}/providers/${provider}/${path}`;
}

/** True when the id names a resource of this type, in any case. */
export function isOfType(id: ArmId, type: string): boolean {
  return id.type.toLowerCase() === type.toLowerCase();
}

/** Equality as ARM sees it: case and a missing leading slash don't matter. */
export function sameArmId(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const canonical = (id: string): string => foldCase(id.replace(/^\/|\/$/g, ""));
  return canonical(a) === canonical(b);
}

/** The id of the resource group that an id lies in; of the subscription, where there is none. */
export function groupOf(id: string): string {
  return id
    .split("/")
    .slice(0, /^\/subscriptions\/[^/]+\/resourceGroups\//i.test(id) ? 5 : 3)
    .join("/");
}

/** The last name of the id: what people call the resource. */
export function armName(id: string): string {
  return id.split("/").at(-1) ?? id;
}

export const GALLERY = "Microsoft.Compute/galleries";
export const IMAGE_DEFINITION = "Microsoft.Compute/galleries/images";
export const DISK_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets";
export const MANAGED_IMAGE = "Microsoft.Compute/images";
export const SNAPSHOT = "Microsoft.Compute/snapshots";
export const IMAGE_VERSION = "Microsoft.Compute/galleries/images/versions";
export const MANAGED_DISK = "Microsoft.Compute/disks";
export const VIRTUAL_MACHINE = "Microsoft.Compute/virtualMachines";
export const STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts";
export const IMAGE_TEMPLATE = "Microsoft.VirtualMachineImages/imageTemplates";
export const KEY_VAULT = "Microsoft.KeyVault/vaults";
