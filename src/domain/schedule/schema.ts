import * as z from "zod";
import { strategySchema, memberSchemas } from "../request/schema";

/**
 * The structure of the document of schedules. As with requests, rules between values live elsewhere, so that all
 * mistakes are told at once.
 */
const text = z.string().trim().min(1);
const tags = z
  .record(z.string(), z.string())
  .refine((given) => Object.keys(given).length > 0, "names at least one tag")
  .meta({ minProperties: 1 });

/** What a version can be made of by the pipeline itself, and Azure keeps lists of. */
export const SOURCE_KINDS = ["managedImage", "snapshot", "managedDisk"] as const;

const place = {
  subscriptionId: text.optional().describe("Default: the image's"),
  resourceGroup: text.max(90),
};
const ofKind = {
  ...place,
  kind: z.enum(SOURCE_KINDS).describe("What is looked for; a snapshot or disk is that of an OS"),
};

export const finderSchemas = {
  byTag: z.strictObject({ ...ofKind, tags }).describe("The newest that has all of these tags"),
  namePrefix: z
    .strictObject({ ...ofKind, prefix: text.max(80) })
    .describe("The newest whose name begins so, in any case"),
  newestVersionOf: z
    .strictObject({ ...place, gallery: text.max(80), definition: text.max(80) })
    .describe("The version of another definition that Azure calls latest"),
  newestSnapshotSet: z
    .strictObject({
      ...place,
      setTag: text.max(512).describe("The tag whose value names the set that a snapshot is of"),
      diskTag: text.max(512).describe('The tag that says which disk it is: "os", or a LUN'),
      luns: z.array(z.int().min(0).max(63)).max(64).optional().describe("LUNs of the data disks"),
      tags: tags.optional().describe("Only snapshots that have all of these tags"),
    })
    .describe("The newest set in which no snapshot is missing"),
};

const {
  requestId: _requestId,
  image: _image,
  source: _source,
  sourceFingerprint: _sourceFingerprint,
  ...template
} = memberSchemas;

/** Members of a schedule but its request, which is read as every other request is. */
const scheduleMembers = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,58}[A-Za-z0-9])?$/, "letters, digits and -, at most 60")
    .describe("Names the schedule in links, logs and request ids; letters, digits and -"),
  cron: text.max(200).describe("Five fields: minute, hour, day of month, month, day of week"),
  timeZone: text.max(100).optional().describe("IANA name, Europe/Berlin; default UTC"),
  image: z
    .strictObject({
      subscriptionId: text,
      resourceGroup: text.max(90),
      gallery: text.max(80),
      definition: text.max(80),
      version: strategySchema.optional().describe('Default {"strategy": "nextPatch"}'),
      location: text.optional(),
    })
    .describe("The image definition to publish to"),
  source: z
    .strictObject({
      byTag: finderSchemas.byTag.optional(),
      namePrefix: finderSchemas.namePrefix.optional(),
      newestVersionOf: finderSchemas.newestVersionOf.optional(),
      newestSnapshotSet: finderSchemas.newestSnapshotSet.optional(),
    })
    .meta({
      description: "How the newest source is found: exactly one way",
      ...{ minProperties: 1, maxProperties: 1 },
    }),
  imageTemplate: text
    .optional()
    .describe("Id of an Image Builder template that is run first, and waited for"),
  enabled: z.boolean().optional().describe("Default true"),
  maxConsecutiveFailures: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("After so many failed runs in a row it is switched off; default 3"),
  catchUp: z
    .boolean()
    .optional()
    .describe("Whether a run that was missed is made up for, once; default true"),
};

const scheduleSchema = z.strictObject({
  ...scheduleMembers,
  request: z
    .strictObject(template)
    .describe("The rest of the publish request, as in request.schema.json"),
});

export const documentMembers = {
  $schema: z.string().optional().describe("Where an editor finds this schema; not read"),
  schemaVersion: z.literal(1).optional(),
};

/** The whole document, for its JSON Schema. */
export const schedulesSchema = z.strictObject({
  ...documentMembers,
  schedules: z.array(scheduleSchema).max(200),
});

/** Members of a schedule but `request`, structurally sound. */
export const ownMembersSchema = z.strictObject(scheduleMembers);
export type WireSchedule = z.infer<typeof ownMembersSchema>;
