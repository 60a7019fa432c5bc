import { ArmError } from "../errors";
import { objectAt } from "../json";
import type { TrackedType } from "./tracked-resource";

export const ENCRYPTION_TYPES = [
  "EncryptionAtRestWithCustomerKey",
  "EncryptionAtRestWithPlatformAndCustomerKeys",
  "ConfidentialVmEncryptedWithCustomerKey",
] as const;

/** Disk encryption sets. Clients of the disk provider expect 202, never 201. */
export const diskEncryptionSetType: TrackedType = {
  type: "Microsoft.Compute/diskEncryptionSets",
  endpoint: "DiskOperations",
  accepted: { create: 202, update: 202, bothHeaders: true },
  writeSeconds: (service) => service.timing.encryptionSetSeconds,
  members: ["identity"],
  properties(given, _body, before) {
    const properties = {
      encryptionType: "EncryptionAtRestWithCustomerKey",
      previousKeys: [],
      rotationToLatestKeyVersionEnabled: false,
      ...given,
    };
    if (!(ENCRYPTION_TYPES as readonly string[]).includes(String(properties.encryptionType)))
      throw new ArmError(
        400,
        "InvalidParameter",
        `The value '${String(properties.encryptionType)}' of parameter diskEncryptionSet.encryptionType is invalid.`,
      );
    if (typeof objectAt(properties, "activeKey")["keyUrl"] !== "string")
      throw new ArmError(
        400,
        "InvalidParameter",
        "Required parameter 'diskEncryptionSet.activeKey.keyUrl' is missing (null).",
      );
    const earlierType = before?.properties["encryptionType"];
    if (earlierType !== undefined && earlierType !== properties.encryptionType)
      throw new ArmError(
        409,
        "PropertyChangeNotAllowed",
        "Changing property 'diskEncryptionSet.encryptionType' is not allowed.",
      );
    return properties;
  },
};
