import * as z from "zod";
import { STRATEGIES } from "../numbering/strategy";
import { isPlain } from "../plain-text";
import { MAX_REQUEST_ID_CHARACTERS } from "./request-id";

/**
 * The structure of a publish request: names and types only, in ARM's terms so that a snippet of a
 * template can be pasted. Rules between values live in `parse-request`, because a schema's own
 * refinements are skipped as soon as anything structural is wrong, and people want all problems at
 * once.
 */
/** Azure's limit on the value of a tag. */
const MAX_TAG_CHARACTERS = 256;
const text = z.string().trim().min(1);
const resourceName = text.max(80);

export const strategySchema = z.strictObject({
  strategy: z
    .enum(STRATEGIES)
    .describe("Counted up from the highest number that is taken; date: 2026.1124.0, UTC"),
  base: text
    .optional()
    .describe("The line that is counted up: 1 or 1.2 for nextPatch, 1 for nextMinor"),
});

export const imageSchema = z.union([
  z
    .strictObject({ id: text, location: text.optional() })
    .describe("The image version by its full id"),
  z.strictObject({
    subscriptionId: text,
    resourceGroup: text.max(90),
    gallery: resourceName,
    definition: resourceName,
    version: z
      .union([text, strategySchema])
      .describe(
        "Major.Minor.Patch, each 0 to 2147483647, no leading zeros; or how to find the number",
      ),
    location: text
      .optional()
      .describe("The source's region; one of the target regions. Default: the first of them"),
  }),
]);

export const sourceSchema = z.strictObject({
  managedImage: text.optional().describe("Id of a managed image"),
  osSnapshot: text.optional().describe("Id of the snapshot of the OS disk"),
  dataSnapshots: z
    .array(z.strictObject({ lun: z.int().min(0).max(63), id: text }))
    .optional()
    .describe("Ids of the snapshots of the data disks, each with its LUN"),
  managedDisk: text.optional(),
  galleryImageVersion: text.optional(),
  virtualMachine: text.optional(),
  communityGalleryImage: text.optional(),
  vhd: z.strictObject({ uri: text, storageAccountId: text }).optional(),
});

const SET =
  "A disk encryption set of the region: full id, resourceGroup/name, or a name in the gallery's resource group";

export const securityProfileSchema = z.strictObject({
  confidentialVMEncryptionType: text
    .optional()
    .describe(
      "EncryptedVMGuestStateOnlyWithPmk, EncryptedWithPmk, EncryptedWithCmk or NonPersistedTPM, in any case",
    ),
  secureVMDiskEncryptionSetId: text
    .optional()
    .describe("With EncryptedWithCmk: a set of the type ConfidentialVmEncryptedWithCustomerKey"),
});

export const diskEncryptionSchema = z.strictObject({
  osDiskImage: z
    .strictObject({
      diskEncryptionSetId: text.optional().describe(SET),
      securityProfile: securityProfileSchema
        .optional()
        .describe("For definitions of the security type ConfidentialVM, in every region"),
    })
    .optional(),
  dataDiskImages: z
    .array(z.strictObject({ lun: z.int().min(0).max(63), diskEncryptionSetId: text.describe(SET) }))
    .optional()
    .describe("Every data disk of the source, by LUN"),
});

export const regionSchema = z.strictObject({
  name: text.describe('Short or display name: "eastus2" or "East US 2"'),
  regionalReplicaCount: z.int().optional().describe("Default: the request's replicaCount"),
  storageAccountType: text.optional().describe("Default: the request's storageAccountType"),
  excludeFromLatest: z.boolean().optional().describe("Default: the request's excludeFromLatest"),
  encryption: diskEncryptionSchema.optional(),
});

export const encryptionSchema = z.strictObject({
  type: z
    .enum(["customerManagedKey", "platformAndCustomerManagedKeys", "none"])
    .describe("none: platform-managed keys, only where the configuration allows them"),
  diskEncryptionSets: z
    .strictObject({ byTag: z.record(z.string(), z.string()).optional() })
    .optional(),
});

export const rolloutSchema = z.strictObject({
  waves: z
    .union([
      z.array(z.array(text)),
      z.strictObject({ canary: z.int().min(1).optional(), size: z.int().min(1) }),
    ])
    .optional(),
  approveBetweenWaves: z.boolean().optional(),
  requiredRegions: z
    .union([z.literal("all"), z.array(text), z.int().min(1)])
    .optional()
    .describe("Regions that must be Completed: all (default), a list, or at least this many"),
  onFailure: z.enum(["keepHealthy", "rollBack"]).optional(),
  readdFailedRegions: z.boolean().optional(),
  verify: z
    .enum(["none", "disk"])
    .optional()
    .describe(
      "disk: after each wave, disks are made from the version in each of its Completed regions, their encryption is looked at, and they are deleted",
    ),
  approvalTimeout: text
    .optional()
    .describe("Longest wait for an approval, ISO 8601 duration from PT1M to P30D; default P3D"),
  waveTimeout: text.optional().describe("Longest time of one wave, likewise; default: timeout"),
  timeout: text.optional().describe("ISO 8601 duration from PT1M to P30D; default PT6H"),
});

export const preflightSchema = z.strictObject({
  keyVault: z
    .boolean()
    .optional()
    .describe("Look at the key behind every disk encryption set before the write; default false"),
});

/** Members of a request, each checked on its own so that one mistake doesn't hide the next. */
export const memberSchemas = {
  schemaVersion: z.literal(1).optional(),
  requestId: text
    .max(MAX_REQUEST_ID_CHARACTERS)
    .refine(isPlain, "has a character that doesn't print")
    .optional()
    .describe("Idempotency key; default: the message's id, or the header Idempotency-Key"),
  image: imageSchema.describe("The image version to publish"),
  source: sourceSchema.describe("What the version is made from: exactly one kind"),
  sourceFingerprint: text
    .max(MAX_TAG_CHARACTERS)
    .refine(isPlain, "has a character that doesn't print")
    .optional()
    .describe("What the source is, for who asks only when it has changed; schedules give it"),
  encryption: encryptionSchema.optional(),
  targetRegions: z.array(regionSchema).min(1).describe("Every region to publish to"),
  replicaCount: z.int().optional().describe("Default 1; for regions that name none"),
  storageAccountType: text
    .optional()
    .describe(
      "Standard_LRS (default), Standard_ZRS, Premium_LRS or PremiumV2_LRS, in any case; for regions that name none",
    ),
  endOfLifeDate: text.optional().describe("ISO 8601, in the future; default: none"),
  excludeFromLatest: z.boolean().optional().describe("Default false; for regions that don't say"),
  replicationMode: z
    .enum(["Full", "Shallow"])
    .optional()
    .describe("Default Full; Shallow only with encryption none"),
  tags: z.record(z.string(), z.string()).optional(),
  preflight: preflightSchema.optional(),
  rollout: rolloutSchema.optional(),
};

export const publishRequestSchema = z.strictObject(memberSchemas);
export type WireRequest = z.infer<typeof publishRequestSchema>;
export type WireEncryption = z.infer<typeof encryptionSchema>;
export type WireDisks = z.infer<typeof diskEncryptionSchema>;
export type WireSecurityProfile = z.infer<typeof securityProfileSchema>;
export type WireRegion = z.infer<typeof regionSchema>;
export type WireSource = z.infer<typeof sourceSchema>;
export type WireRollout = z.infer<typeof rolloutSchema>;
