import * as z from "zod";

/**
 * The structure of a publish request: names and types only, in ARM's terms so that a snippet of a
 * template can be pasted. Rules between values live in `parse-request`, because a schema's own
 * refinements are skipped as soon as anything structural is wrong, and people want all problems at
 * once.
 */
const text = z.string().trim().min(1);
const resourceName = text.max(80);

export const imageSchema = z.union([
  z.strictObject({ id: text, location: text.optional() }),
  z.strictObject({
    subscriptionId: text,
    resourceGroup: text.max(90),
    gallery: resourceName,
    definition: resourceName,
    version: z.union([text, z.strictObject({ strategy: text })]),
    location: text.optional(),
  }),
]);

export const sourceSchema = z.strictObject({
  managedImage: text.optional(),
  osSnapshot: text.optional(),
  dataSnapshots: z.array(z.strictObject({ lun: z.int().min(0).max(63), id: text })).optional(),
  managedDisk: text.optional(),
  galleryImageVersion: text.optional(),
  virtualMachine: text.optional(),
  communityGalleryImage: text.optional(),
  vhd: z.strictObject({ uri: text, storageAccountId: text }).optional(),
});

export const diskEncryptionSchema = z.strictObject({
  osDiskImage: z
    .strictObject({
      diskEncryptionSetId: text.optional(),
      securityProfile: z
        .strictObject({
          confidentialVMEncryptionType: text.optional(),
          secureVMDiskEncryptionSetId: text.optional(),
        })
        .optional(),
    })
    .optional(),
  dataDiskImages: z
    .array(z.strictObject({ lun: z.int().min(0).max(63), diskEncryptionSetId: text }))
    .optional(),
});

export const regionSchema = z.strictObject({
  name: text,
  regionalReplicaCount: z.int().optional(),
  storageAccountType: text.optional(),
  excludeFromLatest: z.boolean().optional(),
  encryption: diskEncryptionSchema.optional(),
});

export const encryptionSchema = z.strictObject({
  type: z.enum(["customerManagedKey", "platformAndCustomerManagedKeys", "none"]),
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
  requiredRegions: z.union([z.literal("all"), z.array(text), z.int().min(1)]).optional(),
  onFailure: z.enum(["keepHealthy", "rollBack"]).optional(),
  readdFailedRegions: z.boolean().optional(),
  verify: z.enum(["none", "disk"]).optional(),
  timeout: text.optional(),
});

/** Members of a request, each checked on its own so that one mistake doesn't hide the next. */
export const memberSchemas = {
  schemaVersion: z.literal(1).optional(),
  requestId: text.max(200).optional(),
  image: imageSchema,
  source: sourceSchema,
  encryption: encryptionSchema.optional(),
  targetRegions: z.array(regionSchema).min(1),
  replicaCount: z.int().optional(),
  storageAccountType: text.optional(),
  endOfLifeDate: text.optional(),
  excludeFromLatest: z.boolean().optional(),
  replicationMode: z.enum(["Full", "Shallow"]).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  rollout: rolloutSchema.optional(),
};

export const publishRequestSchema = z.strictObject(memberSchemas);
export type WireRequest = z.infer<typeof publishRequestSchema>;
export type WireRegion = z.infer<typeof regionSchema>;
export type WireSource = z.infer<typeof sourceSchema>;
export type WireRollout = z.infer<typeof rolloutSchema>;
