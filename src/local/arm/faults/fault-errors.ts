import { keyOf } from "../arm-id";
import { linkedAuthorizationFailed } from "../access/authorization";
import type { Caller } from "../auth";
import { ArmError } from "../errors";
import { isObject, objectAt, parsedJson, type JsonObject } from "../json";
import { computeThrottled } from "../throttling/throttle";
import type { FaultOf } from "../world/fault-schema";

/** A call as faults see it. */
export interface FaultCall {
  method: string;
  path: string;
  rawBody: Buffer;
  caller: Caller;
}

/** What the service says with a status when nobody said what it should say; the codes are Azure's. */
const BY_STATUS: Record<number, [code: string, message: string]> = {
  408: ["RequestTimeout", "The request timed out. Please retry later."],
  500: ["InternalServerError", "Encountered an internal server error. Please retry later."],
  502: ["BadGateway", "The gateway did not receive a response from the resource provider."],
  503: ["ServerTimeout", "The request could not be completed in time. Please retry later."],
  504: [
    "GatewayTimeout",
    "The gateway did not receive a response from 'Microsoft.Compute' within the specified time period.",
  ],
};

export function httpError({ status, code, message, retryAfter }: FaultOf<"http">): ArmError {
  const [usualCode, usualMessage] = BY_STATUS[status] ?? [
    `Http${status}`,
    "The request could not be completed.",
  ];
  return new ArmError(status, code ?? usualCode, message ?? usualMessage, {
    ...(retryAfter === undefined ? {} : { headers: { "Retry-After": String(retryAfter) } }),
  });
}

/** 429 in the two forms that clients meet. */
export function throttledError(
  { style, retryAfter }: FaultOf<"throttled">,
  { method, path }: FaultCall,
): ArmError {
  const kind = method === "GET" || method === "HEAD" ? "read" : "write";
  const message = `The number of '${kind}' requests on the resource collection of '${path}' has exceeded the limit. Please try after '${retryAfter}' seconds.`;
  if (style === "compute") return computeThrottled(retryAfter, kind, message);
  return new ArmError(429, "ResourceCollectionRequestsThrottled", message, {
    headers: { "Retry-After": String(retryAfter) },
  });
}

export const policyError = ({ policy }: FaultOf<"policyDenial">, { path }: FaultCall): ArmError => {
  const name = path.split("/").at(-1) ?? "";
  const identifiers = JSON.stringify([{ policyAssignment: { name: policy } }]);
  return new ArmError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${name}' was disallowed by policy. Policy identifiers: '${identifiers}'.`,
    { target: name },
  );
};

export function linkedAuthorizationError(
  { action, scopes }: FaultOf<"linkedAuthorizationFailed">,
  { path, rawBody, caller }: FaultCall,
): ArmError {
  const linked = scopes ?? encryptionSetsIn(bodyOf(rawBody));
  const done = { action: "Microsoft.Compute/galleries/images/versions/write", scope: path };
  return linkedAuthorizationFailed(caller, done, { action, scope: linked.join(",") });
}

/** The body as JSON; `{}` when it is none: whether that is a mistake is for others to say. */
export function bodyOf(rawBody: Buffer): JsonObject {
  try {
    const parsed = parsedJson(rawBody.toString("utf8"));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The target regions that a body names. */
export function targetRegionsIn(body: JsonObject): JsonObject[] {
  const regions = objectAt(objectAt(body, "properties"), "publishingProfile")["targetRegions"];
  return Array.isArray(regions) ? regions.filter(isObject) : [];
}

function encryptionSetsIn(body: JsonObject): string[] {
  const ids = targetRegionsIn(body).flatMap((region) => {
    const { osDiskImage, dataDiskImages } = objectAt(region, "encryption");
    const disks: unknown[] = Array.isArray(dataDiskImages) ? dataDiskImages : [];
    return [osDiskImage, ...disks].map((disk) => isObject(disk) && disk["diskEncryptionSetId"]);
  });
  const texts = ids.filter((id) => typeof id === "string");
  return texts.filter((id, index) => texts.findIndex((one) => keyOf(one) === keyOf(id)) === index);
}
