import type { Json } from "./swagger-files";

/**
 * What answers may hold beyond the definitions of the specification (galleries 2023-07-03, disks
 * 2024-03-02). Everything else that is unknown there is refused.
 */
export interface Exception {
  /** `Definition.member`, or `Definition.member=value` for a value that an enumeration lacks. */
  at: string;
  /** What the member must be; absent for a value. */
  schema?: Json;
  /** The api-version that has it, or where else it is known from. */
  since: string;
}

/** The api-version of the SDK in use; which one had it first isn't known here. */
const SDK = "2025-12-03 or earlier: models of @azure/arm-compute 25.1.1";
const STORAGE_TYPES = ["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"];

export const EXCEPTIONS: Exception[] = [
  {
    at: "GalleryImageVersionSafetyProfile.blockDeletionBeforeEndOfLife",
    schema: { type: "boolean" },
    since: "2024-03-03",
  },
  {
    at: "GalleryArtifactPublishingProfileBase.storageAccountStrategy",
    schema: { type: "string", enum: ["PreferStandard_ZRS", "DefaultStandard_LRS"] },
    since: "2025-03-03",
  },
  {
    at: "TargetRegion.additionalReplicaSets",
    schema: {
      type: "array",
      items: {
        type: "object",
        properties: {
          storageAccountType: { type: "string", enum: STORAGE_TYPES },
          regionalReplicaCount: { type: "integer", format: "int32" },
        },
      },
    },
    since: SDK,
  },
  { at: "TargetRegion.storageAccountType=PremiumV2_LRS", since: SDK },
  {
    at: "GalleryImageFeature.startsAtVersion",
    schema: { type: "string" },
    since: SDK,
  },
  {
    at: "ApiError.additionalInfo",
    schema: {
      type: "array",
      items: {
        type: "object",
        required: ["type", "info"],
        properties: { type: { type: "string" }, info: { type: "object" } },
      },
    },
    since: "the Resource Manager's own errors: policies are its, not Compute's",
  },
];

/** Members that every answer has, although the specification doesn't demand them. */
export const ALWAYS_ANSWERED: Record<string, string[]> = {
  Resource: ["id", "name", "type"],
  Gallery: ["properties"],
  GalleryImage: ["properties"],
  GalleryImageVersion: ["properties"],
  GalleryImageVersionProperties: ["publishingProfile", "storageProfile", "provisioningState"],
  DiskEncryptionSet: ["properties"],
  Disk: ["properties"],
  CloudError: ["error"],
  ApiError: ["code", "message"],
};
