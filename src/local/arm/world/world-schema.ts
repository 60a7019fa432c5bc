import * as z from "zod";
import { ENCRYPTION_TYPES } from "../resources/disk-encryption-set";
import { isVersionName } from "../image-version/version-name";
import { DISK_SKUS } from "../resources/disk-like";
import { SHARING } from "../resources/gallery";
import { DEFINITION_SECURITY_TYPES } from "../resources/image-definition";
import { SECURITY_TYPES } from "../resources/virtual-machine";
import { guidSchema as guid } from "./guid-schema";
import { identityEntry } from "./identity-schema";
import { checkPolicyGrants, keyVaultMembers } from "./key-vault-schema";
import { policyEntry } from "./policy-schema";
import { regionEntry } from "./region-entry";
import { byRegion, regionSchema as region } from "./region-schema";

const name = z.string().min(1);
const tags = z.record(z.string(), z.string()).optional();
const sizeGb = z.number().positive();
const lun = z.int().min(0).max(63);

/** Which subscription; may be left out when the world has only one. */
const subscription = guid.optional();
const located = { name, resourceGroup: name, subscription, location: region, tags };
/** When it was made; long ago, all at the same time, unless given. */
const createdAt = z.iso.datetime().optional();
/** A disk encryption set: a name in the entry's own resource group, or a whole id. */
const encryptionSet = name.optional();
/** The gallery by name; group and subscription only where the name alone isn't clear. */
const inGallery = { gallery: name, resourceGroup: name.optional(), subscription };
const hyperVGeneration = z.enum(["V1", "V2"]).default("V2");
/** Of an image from the Marketplace. */
const purchasePlan = z.strictObject({ name, publisher: name, product: name }).optional();
const osType = z.enum(["Linux", "Windows"]);
const osState = z.enum(["Generalized", "Specialized"]);

const repeated = <T>(values: T[]): Set<T> =>
  new Set(values.filter((one, index) => values.indexOf(one) < index));

function checkLuns(disks: { lun: number }[], context: z.RefinementCtx): void {
  for (const twice of repeated(disks.map((disk) => disk.lun)))
    context.addIssue({ code: "custom", message: `LUN ${twice} is there twice` });
}

function checkFeature(feature: { name: string; value: string }, context: z.RefinementCtx): void {
  const known = DEFINITION_SECURITY_TYPES.map((type) => type.toLowerCase());
  if (feature.name.toLowerCase() === "securitytype" && !known.includes(feature.value.toLowerCase()))
    context.addIssue({
      code: "custom",
      path: ["value"],
      message: `"${feature.value}" must be one of ${DEFINITION_SECURITY_TYPES.join(", ")}`,
    });
}

const subscriptionEntry = z.strictObject({
  id: guid,
  displayName: z.string().default("Local subscription"),
  tenantId: guid.default("11111111-1111-1111-1111-111111111111"),
});
const resourceGroupEntry = z.strictObject({ name, location: region, subscription, tags });
const galleryEntry = z.strictObject({
  ...located,
  description: z.string().optional(),
  /** Deleted versions can be restored for some time, in which their numbers are taken. */
  softDelete: z.boolean().default(false),
  /** Groups: shared directly, which keeps encrypted versions out. */
  sharing: z.enum(SHARING).optional(),
  /** Failed: its last change did; it is there all the same. */
  provisioningState: z.enum(["Succeeded", "Failed"]).default("Succeeded"),
});
const definitionEntry = z.strictObject({
  name,
  ...inGallery,
  location: region.optional(),
  osType,
  osState,
  hyperVGeneration,
  architecture: z.enum(["x64", "Arm64"]).default("x64"),
  identifier: z.strictObject({ publisher: name, offer: name, sku: name }).optional(),
  /** Deleting: it takes no version any more. */
  provisioningState: z.enum(["Succeeded", "Failed", "Deleting"]).default("Succeeded"),
  features: z
    .array(
      z
        .strictObject({
          name,
          value: z.string(),
          startsAtVersion: z
            .string()
            .refine(isVersionName, "must be a version such as 1.2.0")
            .optional(),
        })
        .superRefine(checkFeature),
    )
    .optional(),
  purchasePlan,
  tags,
});
const encryptionSetEntry = z.strictObject({
  ...located,
  encryptionType: z.enum(ENCRYPTION_TYPES).default("EncryptionAtRestWithCustomerKey"),
  keyUrl: z.url().optional(),
  sourceVault: z.string().optional(),
  /** Its identity instead of a system-assigned one: a name in its group, which sets can share. */
  userAssignedIdentity: name.optional(),
  rotationToLatestKeyVersionEnabled: z.boolean().default(false),
  autoKeyRotationError: z.strictObject({ code: name, message: name }).optional(),
  federatedClientId: guid.optional(),
  provisioningState: z.enum(["Succeeded", "Failed", "Creating", "Updating"]).default("Succeeded"),
});
/** The disks of a managed image. */
const imageDisks = {
  hyperVGeneration,
  osDisk: z.strictObject({
    sizeGb,
    osType: osType.default("Linux"),
    osState: osState.default("Generalized"),
    encryptionSet,
  }),
  dataDisks: z
    .array(z.strictObject({ lun, sizeGb, encryptionSet }))
    .superRefine(checkLuns)
    .default([]),
};
const imageEntry = z.strictObject({ ...located, createdAt, ...imageDisks });
const imageTemplateEntry = z.strictObject({
  ...located,
  /** The managed image of each run, called by this name and a number. */
  makes: z.strictObject({ name, ...imageDisks }),
  buildSeconds: z.number().positive().default(1800),
  /** Why every run fails. */
  fails: name.optional(),
});
const diskEntry = z.strictObject({
  ...located,
  createdAt,
  sizeGb,
  osType: osType.optional(),
  hyperVGeneration: z.enum(["V1", "V2"]).optional(),
  encryptionSet,
  sku: z.enum(DISK_SKUS).default("Standard_LRS"),
  securityType: z.literal("TrustedLaunch").optional(),
  purchasePlan,
});
const virtualMachineEntry = z
  .strictObject({
    ...located,
    generalized: z.boolean().default(false),
    securityType: z.enum(SECURITY_TYPES).optional(),
    /** Entries of `disks:` in the same resource group. */
    osDisk: name.optional(),
    dataDisks: z
      .array(z.strictObject({ lun, disk: name }))
      .superRefine(checkLuns)
      .default([]),
    ephemeralOsDisk: z.boolean().default(false),
    purchasePlan,
  })
  .refine(
    ({ osDisk, ephemeralOsDisk }) => (osDisk === undefined) === ephemeralOsDisk,
    "a virtual machine has either osDisk or ephemeralOsDisk: true",
  )
  .superRefine(({ osDisk = "", dataDisks }, context) => {
    for (const twice of repeated([osDisk, ...dataDisks.map(({ disk }) => disk)]))
      context.addIssue({ code: "custom", message: `the disk "${twice}" is there twice` });
  });
export const keyVaultEntry = z
  .strictObject({ ...located, ...keyVaultMembers })
  .superRefine(checkPolicyGrants);
const storageAccountEntry = z.strictObject({
  ...located,
  name: z.string().regex(/^[a-z0-9]{3,24}$/, "must be 3 to 24 lower-case letters and digits"),
});
const vhdEntry = z.strictObject({ uri: z.url(), sizeGb });
const versionEntry = z.strictObject({
  name,
  definition: name,
  ...inGallery,
  location: region,
  tags,
  /** As in a PUT to the Resource Manager. */
  properties: z.record(z.string(), z.unknown()),
  /** Regions whose replication failed, and what the service says about it. */
  failedRegions: byRegion(z.string()).prefault({}),
  /** It was deleted from a gallery with soft delete, and can be restored. */
  softDeleted: z.boolean().default(false),
  /** Whether the last operation failed, too. */
  provisioningState: z.enum(["Succeeded", "Failed"]).default("Succeeded"),
});

/** The lists of a world file and the form of their entries. */
export const ENTRY_SCHEMAS = {
  subscriptions: subscriptionEntry,
  identities: identityEntry,
  regions: regionEntry,
  policies: policyEntry,
  resourceGroups: resourceGroupEntry,
  galleries: galleryEntry,
  definitions: definitionEntry,
  diskEncryptionSets: encryptionSetEntry,
  images: imageEntry,
  snapshots: diskEntry,
  disks: diskEntry,
  virtualMachines: virtualMachineEntry,
  keyVaults: keyVaultEntry,
  storageAccounts: storageAccountEntry,
  imageTemplates: imageTemplateEntry,
  vhds: vhdEntry,
  versions: versionEntry,
};

export type SubscriptionEntry = z.infer<typeof subscriptionEntry>;
export type ResourceGroupEntry = z.infer<typeof resourceGroupEntry>;
export type GalleryEntry = z.infer<typeof galleryEntry>;
export type DefinitionEntry = z.infer<typeof definitionEntry>;
export type EncryptionSetEntry = z.infer<typeof encryptionSetEntry>;
export type ImageEntry = z.infer<typeof imageEntry>;
export type DiskEntry = z.infer<typeof diskEntry>;
export type VirtualMachineEntry = z.infer<typeof virtualMachineEntry>;
export type KeyVaultEntry = z.infer<typeof keyVaultEntry>;
export type StorageAccountEntry = z.infer<typeof storageAccountEntry>;
export type ImageTemplateEntry = z.infer<typeof imageTemplateEntry>;
export type VhdEntry = z.infer<typeof vhdEntry>;
export type VersionEntry = z.infer<typeof versionEntry>;
