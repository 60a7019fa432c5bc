import { classify, lastingCause, type ErrorFacts } from "../../../src/azure/error-table";

type Case = [name: string, facts: Partial<ErrorFacts>, advice: string, afterMs?: number];

/** What Azure says in the cases that are known, and what each asks for. */
const CASES: Case[] = [
  [
    "a set in another subscription",
    {
      status: 400,
      code: "InvalidParameter",
      message:
        "The disk encryption set 'x' must be in the same subscription 's' as the gallery resource",
    },
    "permanent",
  ],
  [
    "a version that its region doesn't show yet",
    { status: 404, code: "GalleryImageNotFound", message: "The gallery image x is not available" },
    "transient",
    15_000,
  ],
  [
    "a set that is missing",
    { status: 404, code: "NotFound", message: "The disk encryption set x was not found" },
    "permanent",
  ],
  [
    "a disk encrypted in one region only",
    {
      status: 400,
      code: "InvalidParameter",
      message:
        "A disk encryption set is required for disk 'os' in target region 'a' since disk encryption set 'x' is used for the corresponding disk in region 'b'",
    },
    "permanent",
  ],
  [
    "a wrong LUN",
    {
      status: 400,
      code: "InvalidParameter",
      message:
        "An invalid lun [3] was specified in encryption.dataDiskImages. The lun must be one of ['0,9']",
    },
    "permanent",
  ],
  [
    "a source that can't be encrypted",
    { status: 400, message: "Encryption is not supported for source resource 'x'" },
    "permanent",
  ],
  [
    "an encrypted source elsewhere",
    {
      status: 400,
      message:
        "Encrypted source: 'x' is in a different subscription ID than the current gallery image version subscription",
    },
    "permanent",
  ],
  [
    "a key that isn't accessible",
    {
      code: "KeyVaultAccessForbidden",
      message: "Unable to access key vault resource 'k' to enable encryption at rest.",
    },
    "operator",
  ],
  [
    "an end of life that blocks the deletion",
    {
      status: 409,
      code: "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
      message: "Deletion of Gallery image version is not allowed",
    },
    "operator",
  ],
  [
    "a version in Failed",
    {
      status: 409,
      code: "InvalidParameter",
      message:
        "Operation 'Update Gallery Image Version' is not allowed on 1.0.0 since its provisioning state is Failed.",
    },
    "operator",
  ],
  [
    "an internal assert",
    {
      message:
        "Replication failed in this region due to 'Contract.Assert failed: Data model DiskEncryptionSetId '' does not match DiskRP returned DiskEncryptionSetId x",
    },
    "permanent",
  ],
  [
    "the source region left out",
    {
      status: 400,
      message:
        "Gallery image version publishing profile regions <a> must contain the location of image version <b>",
    },
    "permanent",
  ],
  [
    "a duplicate region",
    {
      status: 400,
      code: "InvalidParameter",
      message: "Duplicate regions are not allowed in target publishing regions",
    },
    "permanent",
  ],
  [
    "a replica count out of range",
    {
      status: 400,
      message:
        "The value 0 of parameter p is out of range. The value must be between 1 and 100, inclusive",
    },
    "permanent",
  ],
  [
    "a missing source",
    {
      status: 404,
      message: "Source x is not found. Please check source exists, and is in the same region",
    },
    "permanent",
  ],
  [
    "a busy source",
    { status: 409, message: "Too many requests on source 'x'" },
    "transient",
    60_000,
  ],
  [
    "a busy source, told by the operation",
    { message: "Too many requests on source 'x'" },
    "transient",
    60_000,
  ],
  [
    "a version from another source",
    {
      status: 409,
      code: "PropertyChangeNotAllowed",
      message:
        "Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed",
    },
    "permanent",
  ],
  [
    "a version being deleted",
    {
      status: 409,
      message:
        "Operation 'Update Gallery Image Version' is not on allowed on v; since it is marked for deletion",
    },
    "waitForOperation",
    15_000,
  ],
  [
    "failed replication jobs",
    {
      code: "ValidationError",
      message:
        "Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: '{region:northeurope}'",
    },
    "repeat",
  ],
  [
    "a concurrent change",
    {
      status: 409,
      code: "Conflict",
      message: "The request failed due to conflict with a concurrent request",
    },
    "waitForOperation",
    15_000,
  ],
  [
    "a concurrent change that answers 400",
    {
      status: 400,
      code: "BadRequest",
      message: "The request failed due to conflict with a concurrent request",
    },
    "waitForOperation",
    15_000,
  ],
  [
    "a policy",
    {
      status: 403,
      code: "RequestDisallowedByPolicy",
      message: "Resource 'v' was disallowed by policy.",
    },
    "permanent",
  ],
  [
    "a missing permission",
    { status: 403, code: "LinkedAuthorizationFailed", message: "no action" },
    "operator",
  ],
  [
    "a missing permission, told by the operation",
    { code: "AuthorizationFailed", message: "no action" },
    "operator",
  ],
  [
    "an expired token",
    { status: 401, code: "ExpiredAuthenticationToken", message: "expired" },
    "transient",
  ],
  [
    "Compute's throttling",
    {
      status: 429,
      code: "OperationNotAllowed",
      detailCodes: ["TooManyRequests"],
      retryAfterMs: 17_000,
    },
    "transient",
    17_000,
  ],
  [
    "Compute's throttling, told by the operation",
    { code: "OperationNotAllowed", detailCodes: ["TooManyRequests"] },
    "transient",
  ],
  [
    "quota, under the same top-level code",
    {
      status: 409,
      code: "OperationNotAllowed",
      message: "Operation could not be completed as it results in exceeding approved quota",
    },
    "permanent",
  ],
  [
    "ARM's throttling, the time in its text",
    {
      status: 429,
      code: "SubscriptionRequestsThrottled",
      message: "Number of requests exceeded. Please try after '120' seconds",
    },
    "transient",
    120_000,
  ],
  [
    "throttling with a time in both places",
    { status: 429, message: "Please try again after '120' seconds", retryAfterMs: 5_000 },
    "transient",
    5_000,
  ],
  ...[408, 500, 502, 503, 504].map((status): Case => [
    `the status ${status}`,
    { status, code: "ServerTimeout" },
    "transient",
  ]),
  ["a status 503 that names a time", { status: 503, retryAfterMs: 30_000 }, "transient", 30_000],
  ["a connection that broke", { code: "ConnectionFailed", message: "socket hang up" }, "transient"],
  [
    "a certificate that isn't trusted",
    { code: "CertificateNotTrusted", message: "self-signed certificate" },
    "operator",
  ],
  ["anything unknown", { status: 418, code: "Teapot", message: "short and stout" }, "permanent"],
  [
    "an operation's unknown error",
    { code: "InternalDiskManagementError", message: "?" },
    "permanent",
  ],
];

const named = CASES.map(([name, facts, advice, afterMs]) => ({ name, facts, advice, afterMs }));

test.each(named)("$name", ({ facts, advice, afterMs }) => {
  const verdict = classify({ code: "X", message: "", detailCodes: [], ...facts });
  expect([verdict.advice, verdict.afterMs]).toEqual([advice, afterMs]);
  expect(verdict.action).not.toBe("");
});

test.each([
  ["an internal assert lasts", "due to 'Contract.Assert failed: Data model'", "permanent"],
  ["a busy source passes", "Too many requests on source 'x'", undefined],
  ["other words leave it to the operation", "no capacity", undefined],
])("of a region's own words: %s", (_name, details, advice) => {
  expect(lastingCause(details)?.advice).toBe(advice);
});
