import type { RegionName } from "../region-name";
import type { DiskEncryptionSetReference, EncryptionType } from "./publish-request";

/** Whether a request may ask for platform-managed keys instead of the customer's. */
export type PlatformManagedKeys = "reject" | "allow";

/** What the request as a whole says of keys, for the reading of its regions. */
export interface EncryptionRules {
  type: EncryptionType | "none";
  platformManagedKeys: PlatformManagedKeys;
  /** The set of a region that names none itself; undefined when nothing tells. */
  setOf: (region: RegionName) => DiskEncryptionSetReference | undefined;
}
