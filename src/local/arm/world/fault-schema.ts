import * as z from "zod";
import { regionSchema } from "./region-schema";

const name = z.string().min(1);

/** How often: the first `afterCalls` matches are let through, then `times` are struck (all when absent). */
const count = { afterCalls: z.int().min(0).optional(), times: z.int().min(1).optional() };

/** Which calls a fault is for; what isn't given matches all. */
const calls = {
  method: z.enum(["GET", "PUT", "PATCH", "DELETE", "POST", "HEAD"]).optional(),
  pathContains: name.optional(),
  /** The last name of the path, or the last few: `1.0.0`, `MyImage/1.0.0`. */
  resource: name.optional(),
  /** What the call is about lies there, or is to be replicated there. */
  region: regionSchema.optional(),
  ...count,
};

/** Which writes of image versions a fault is for; what isn't given matches all. */
const writes = {
  gallery: name.optional(),
  definition: name.optional(),
  version: name.optional(),
  ...count,
};

/** An unknown member is answered with those that there are. */
function members<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = `known here: ${Object.keys(shape).join(", ")}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")}: unknown key; ${known}`
        : undefined,
  });
}

/** What somebody else does to the version: exactly one of these. */
const foreignChange = {
  /** A target region is added, as it would stand in a PUT. */
  addRegion: z.looseObject({ name: regionSchema }).optional(),
  removeRegion: regionSchema.optional(),
  replicaCount: members({ region: regionSchema, count: z.int() }).optional(),
  /** A whole body, for a version that needn't be there. */
  put: z.record(z.string(), z.unknown()).optional(),
  delete: z.literal(true).optional(),
  /** The version is deleted, and made anew by this body, before anybody else has a turn. */
  replace: z.record(z.string(), z.unknown()).optional(),
};

const foreignWriter = members({
  gallery: name.optional(),
  definition: name.optional(),
  version: name,
  /** The call of somebody else that sets it off, and whether the change comes before or after it. */
  method: z.enum(["GET", "PUT", "PATCH", "DELETE"]).default("GET"),
  moment: z.enum(["before", "after"]).default("after"),
  afterCalls: count.afterCalls,
  times: z.int().min(1).default(1),
  /** As it stands in the request log. */
  caller: members({ oid: name, appid: name }).default({
    oid: "66666666-6666-6666-6666-666666666666",
    appid: "77777777-7777-7777-7777-777777777777",
  }),
  /** The change's own operation is over at once. */
  settled: z.boolean().default(false),
  ...foreignChange,
}).refine(
  (fault) =>
    Object.keys(foreignChange).filter(
      (key) => fault[key as keyof typeof foreignChange] !== undefined,
    ).length === 1,
  `a foreign writer does exactly one of ${Object.keys(foreignChange).join(", ")}`,
);

/** Every kind of fault: its name, what it does, and what can be said about it. */
export const FAULT_KINDS = {
  throttled: members({
    ...calls,
    /** The platform's own words, or those of Microsoft.Compute. */
    style: z.enum(["arm", "compute"]).default("arm"),
    /** Seconds. */
    retryAfter: z.int().min(0).default(5),
  }).describe("a call is answered 429 with Retry-After"),
  http: members({
    ...calls,
    status: z.int().min(400).max(599),
    /** As Azure has them for the status, when absent. */
    code: name.optional(),
    message: name.optional(),
    /** Seconds of the Retry-After header. */
    retryAfter: z.int().min(0).optional(),
  }).describe("a call is answered with any other error"),
  reset: members(calls).describe("the connection is cut before the call is looked at"),
  slow: members({ ...calls, delayMs: z.int().min(1).max(600_000) }).describe(
    "a call is carried out at once and answered late",
  ),
  lostReply: members({ ...calls, method: calls.method.unwrap().default("PUT") }).describe(
    "a call is carried out and accepted, then the connection is cut instead of an answer",
  ),
  policyDenial: members({
    ...calls,
    method: calls.method.unwrap().default("PUT"),
    policy: name.default("Deny by local fault"),
  }).describe("a policy denies the call: 403 RequestDisallowedByPolicy"),
  linkedAuthorizationFailed: members({
    ...calls,
    method: calls.method.unwrap().default("PUT"),
    action: name.default("Microsoft.Compute/diskEncryptionSets/read"),
    /** Ids; the body's disk encryption sets when absent. */
    scopes: z.array(name).min(1).optional(),
  }).describe("the right is there, but not on what the body refers to: 403"),
  expiredOperation: members(writes).describe(
    "polling an operation on the version answers 404; the version itself goes on",
  ),
  replication: members({
    ...writes,
    region: regionSchema,
    details: name,
    /** Succeeded: only replicationStatus tells. Failed: the operation ends Failed, too. */
    provisioningState: z.enum(["Succeeded", "Failed"]).default("Failed"),
    /** Of the failed operation; Azure's ValidationError when absent. */
    code: name.optional(),
    message: name.optional(),
  }).describe("a region ends Failed; with times: n it works afterwards"),
  stuckReplication: members({
    ...writes,
    /** All regions of the write, when absent. */
    region: regionSchema.optional(),
    /** How far it gets: a share of the time that it would take. */
    at: z.number().min(0).max(0.99).default(0.4),
  }).describe("a region stands still until the fault is cleared, then goes on"),
  earlySuccess: members({ ...writes, afterSeconds: z.number().min(0).default(0) }).describe(
    "provisioningState says Succeeded after so many of the service's seconds, whatever the regions say",
  ),
  operation: members({ ...writes, code: name, message: name }).describe(
    "a write is accepted, then its operation and every region it began end Failed",
  ),
  keyVaultAccessForbidden: members({
    ...writes,
    /** Whose set can't use its key; the version's own region when absent. */
    region: regionSchema.optional(),
  }).describe("the same in Azure's words about the key of a disk encryption set"),
  foreignWriter: foreignWriter.describe("somebody else writes the version in between"),
};

export type FaultKind = keyof typeof FAULT_KINDS;
export type FaultOf<K extends FaultKind> = z.infer<(typeof FAULT_KINDS)[K]>;
export type ForeignWriter = FaultOf<"foreignWriter">;

const optionalKinds = Object.fromEntries(
  Object.entries(FAULT_KINDS).map(([kind, schema]) => [kind, schema.optional()]),
) as { [K in FaultKind]: z.ZodOptional<(typeof FAULT_KINDS)[K]> };

/** One entry of `faults:`: exactly one kind. */
export const faultSchema = members(optionalKinds).refine(
  (fault) => Object.values(fault).filter((kind) => kind !== undefined).length === 1,
  `a fault has exactly one of ${Object.keys(FAULT_KINDS).join(", ")}`,
);

export type Fault = z.infer<typeof faultSchema>;
