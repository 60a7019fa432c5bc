import * as z from "zod";
import { invalidRequestContent } from "../errors";
import type { JsonObject } from "../json";

// Loose objects: what isn't interpreted here is echoed, as the service does.
const diskEncryption = { diskEncryptionSetId: z.string().optional() };
const encryption = z.looseObject({
  osDiskImage: z
    .looseObject({
      ...diskEncryption,
      securityProfile: z
        .looseObject({
          confidentialVMEncryptionType: z.string().optional(),
          secureVMDiskEncryptionSetId: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  dataDiskImages: z.array(z.looseObject({ lun: z.int(), ...diskEncryption })).optional(),
});

const targetRegion = z.looseObject({
  name: z.string(),
  regionalReplicaCount: z.int().optional(),
  storageAccountType: z.string().optional(),
  excludeFromLatest: z.boolean().optional(),
  encryption: encryption.optional(),
  additionalReplicaSets: z
    .array(
      z.object({
        storageAccountType: z.string().optional(),
        regionalReplicaCount: z.int().optional(),
      }),
    )
    .optional(),
});

const publishingProfile = z.looseObject({
  targetRegions: z.array(targetRegion).optional(),
  replicaCount: z.int().optional(),
  excludeFromLatest: z.boolean().optional(),
  endOfLifeDate: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), "is not a date")
    .optional(),
  storageAccountType: z.string().optional(),
  storageAccountStrategy: z.string().optional(),
  replicationMode: z.string().optional(),
});

const diskSource = z.looseObject({
  id: z.string().optional(),
  uri: z.string().optional(),
  storageAccountId: z.string().optional(),
});
const diskImage = { hostCaching: z.string().optional(), source: diskSource.optional() };
const osDiskImage = z.looseObject(diskImage);
const storageProfile = z.looseObject({
  source: z
    .looseObject({
      id: z.string().optional(),
      virtualMachineId: z.string().optional(),
      communityGalleryImageId: z.string().optional(),
    })
    .optional(),
  osDiskImage: osDiskImage.optional(),
  dataDiskImages: z.array(z.looseObject({ lun: z.int(), ...diskImage })).optional(),
});

const versionBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z
    .looseObject({
      publishingProfile: publishingProfile.optional(),
      storageProfile: storageProfile.optional(),
      safetyProfile: z
        .looseObject({
          allowDeletionOfReplicatedLocations: z.boolean().optional(),
          blockDeletionBeforeEndOfLife: z.boolean().optional(),
        })
        .optional(),
      securityProfile: z.record(z.string(), z.unknown()).optional(),
      restore: z.boolean().optional(),
    })
    .optional(),
});

export type VersionBody = z.infer<typeof versionBody>;
export type Encryption = z.infer<typeof encryption>;
export type RequestedRegion = z.infer<typeof targetRegion>;
export type DiskImage = z.infer<typeof osDiskImage>;
export type StorageProfile = z.infer<typeof storageProfile>;
export type PublishingProfile = z.infer<typeof publishingProfile>;

/**
 * The body of a version's PUT or PATCH, its types checked.
 * @throws {ArmError} 400 InvalidRequestContent
 */
export function parseVersionBody(body: JsonObject): VersionBody {
  const parsed = versionBody.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidRequestContent(
    `Error converting value at path '${issue?.path.join(".") ?? ""}': ${issue?.message ?? ""}`,
  );
}
