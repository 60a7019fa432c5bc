import * as z from "zod";
import type { JsonObject } from "../json";
import { conforming, date, model, resourceModel } from "../model";

const text = z.string().optional();
const flag = z.boolean().optional();
const count = z.int().optional();

const diskEncryption = { diskEncryptionSetId: text };
const encryption = model("EncryptionImages", {
  osDiskImage: model("OSDiskImageEncryption", {
    ...diskEncryption,
    securityProfile: model("OSDiskImageSecurityProfile", {
      confidentialVMEncryptionType: text,
      secureVMDiskEncryptionSetId: text,
    }).optional(),
  }).optional(),
  dataDiskImages: z
    .array(model("DataDiskImageEncryption", { lun: z.int(), ...diskEncryption }))
    .optional(),
});

const targetRegion = model("TargetRegion", {
  name: z.string(),
  regionalReplicaCount: count,
  storageAccountType: text,
  excludeFromLatest: flag,
  encryption: encryption.optional(),
  additionalReplicaSets: z
    .array(model("AdditionalReplicaSet", { storageAccountType: text, regionalReplicaCount: count }))
    .optional(),
});

const extendedLocation = model("GalleryTargetExtendedLocation", {
  name: text,
  extendedLocation: model("GalleryExtendedLocation", { name: text, type: text }).optional(),
  extendedLocationReplicaCount: count,
  storageAccountType: text,
  encryption: encryption.optional(),
});

const publishingProfile = model(
  "GalleryImageVersionPublishingProfile",
  {
    targetRegions: z.array(targetRegion).optional(),
    replicaCount: count,
    excludeFromLatest: flag,
    endOfLifeDate: date.optional(),
    storageAccountType: text,
    storageAccountStrategy: text,
    replicationMode: text,
    targetExtendedLocations: z.array(extendedLocation).optional(),
  },
  ["publishedDate"],
);

const diskSource = model("GalleryDiskImageSource", {
  id: text,
  uri: text,
  storageAccountId: text,
});
const diskImage = { hostCaching: text, source: diskSource.optional() };
const osDiskImage = model("GalleryOSDiskImage", diskImage, ["sizeInGB"]);
const storageProfile = model("GalleryImageVersionStorageProfile", {
  source: model("GalleryArtifactVersionFullSource", {
    id: text,
    virtualMachineId: text,
    communityGalleryImageId: text,
  }).optional(),
  osDiskImage: osDiskImage.optional(),
  dataDiskImages: z
    .array(model("GalleryDataDiskImage", { lun: z.int(), ...diskImage }, ["sizeInGB"]))
    .optional(),
});

const uefiKey = model("UefiKey", { type: text, value: z.array(z.string()).optional() });
const uefiKeys = z.array(uefiKey).optional();
const securityProfile = model("ImageVersionSecurityProfile", {
  uefiSettings: model("GalleryImageVersionUefiSettings", {
    signatureTemplateNames: z.array(z.string()).optional(),
    additionalSignatures: model("UefiKeySignatures", {
      pk: uefiKey.optional(),
      kek: uefiKeys,
      db: uefiKeys,
      dbx: uefiKeys,
    }).optional(),
  }).optional(),
});

const safetyProfile = model(
  "GalleryImageVersionSafetyProfile",
  { allowDeletionOfReplicatedLocations: flag, blockDeletionBeforeEndOfLife: flag },
  ["reportedForPolicyViolation", "policyViolations"],
);

const versionBody = resourceModel(
  "GalleryImageVersion",
  model(
    "GalleryImageVersionProperties",
    {
      publishingProfile: publishingProfile.optional(),
      storageProfile: storageProfile.optional(),
      safetyProfile: safetyProfile.optional(),
      securityProfile: securityProfile.optional(),
      restore: flag,
    },
    ["provisioningState", "replicationStatus", "validationsProfile"],
  ),
);

export type VersionBody = z.infer<typeof versionBody>;
export type Encryption = z.infer<typeof encryption>;
export type RequestedRegion = z.infer<typeof targetRegion>;
export type DiskImage = z.infer<typeof osDiskImage>;
export type StorageProfile = z.infer<typeof storageProfile>;
export type PublishingProfile = z.infer<typeof publishingProfile>;

/**
 * The body of a version's PUT or PATCH: the members of the newest model, of their types.
 * @throws {ArmError} 400 InvalidRequestContent
 */
export const parseVersionBody = (body: JsonObject): VersionBody => conforming(versionBody, body);
