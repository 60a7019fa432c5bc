import * as z from "zod";
import { regionSchema } from "./region-schema";

const times = z.int().min(1).optional();
/** Which image versions a fault is for; what isn't given matches all. */
const versionFilter = {
  definition: z.string().optional(),
  version: z.string().optional(),
  /** Only the first so many matches; all when absent. */
  times,
};
const httpFilter = {
  method: z.enum(["GET", "PUT", "PATCH", "DELETE", "POST", "HEAD"]).optional(),
  pathContains: z.string().min(1).optional(),
  times,
};

const replicationFault = z.strictObject({
  ...versionFilter,
  region: regionSchema,
  details: z.string().min(1),
  /** Succeeded: only replicationStatus tells. Failed: the operation ends Failed, too. */
  provisioningState: z.enum(["Succeeded", "Failed"]).default("Failed"),
  /** Of the failed operation; Azure's ValidationError when absent. */
  code: z.string().min(1).optional(),
  message: z.string().min(1).optional(),
});

const operationFault = z.strictObject({
  ...versionFilter,
  code: z.string().min(1),
  message: z.string().min(1),
});

const httpFault = z
  .strictObject({
    ...httpFilter,
    status: z.int().min(400).max(599).optional(),
    code: z.string().min(1).optional(),
    message: z.string().min(1).optional(),
    /** Seconds of the Retry-After header. */
    retryAfter: z.int().min(0).optional(),
    /** The connection is cut before the request is looked at. */
    reset: z.literal(true).optional(),
    /** The request is carried out and accepted, then the connection is cut instead of an answer. */
    lostReply: z.literal(true).optional(),
  })
  .refine(
    (fault) =>
      [fault.status, fault.reset, fault.lostReply].filter((one) => one !== undefined).length === 1,
    "an http fault has exactly one of status, reset: true and lostReply: true",
  );

const slowFault = z.strictObject({ ...httpFilter, delayMs: z.int().min(1).max(600_000) });

/** One entry of `faults:`: exactly one of the four kinds. */
export const faultSchema = z
  .strictObject({
    /** A region ends Failed. */
    replication: replicationFault.optional(),
    /** A write of an image version is accepted, and its operation ends Failed. */
    operation: operationFault.optional(),
    /** A call is answered with an error, or not at all. */
    http: httpFault.optional(),
    /** A call is carried out at once and answered late. */
    slow: slowFault.optional(),
  })
  .refine(
    (fault) => Object.values(fault).filter((kind) => kind !== undefined).length === 1,
    "a fault has exactly one of replication, operation, http and slow",
  );

export type Fault = z.infer<typeof faultSchema>;
export type ReplicationFault = z.infer<typeof replicationFault>;
export type OperationFault = z.infer<typeof operationFault>;
export type HttpFault = z.infer<typeof httpFault>;
export type SlowFault = z.infer<typeof slowFault>;
