import { randomUUID } from "node:crypto";
import { keyOf, parseArmPath, resourceId } from "../arm-id";
import type { ArmReply } from "../arm-message";
import type { Caller } from "../auth";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import type { VersionRecord } from "../image-version/version-record";
import { versionView } from "../image-version/version-view";
import { VERSION_TYPE } from "../image-version/write-version";
import { isObject, objectAt, type JsonObject } from "../json";
import { shortRegionName } from "../region-name";
import { replicatedBefore } from "../replication";
import { loggedBody, type RequestLog } from "../request-log";
import type { RoutedRequest, Router } from "../router";
import type { ForeignWriter } from "../world/fault-schema";
import { targetRegionsIn } from "./fault-errors";
import { concernsVersion } from "./version-faults";

interface Parts {
  service: ComputeService;
  router: Router;
  requests: RequestLog;
}

/**
 * Lets somebody else change the version that a call is about. The change takes the way of every
 * other call, so it is checked, and it stands in the request log under its own caller. While an
 * operation on the version is in flight, which would only answer 409, he waits for the next call.
 */
export function foreignWrites(
  { service, router, requests }: Parts,
  occasion: RoutedRequest,
  moment: ForeignWriter["moment"],
): void {
  const path = parseArmPath(occasion.path);
  if (path?.type !== VERSION_TYPE.toLowerCase() || path.collection) return;
  const { subscriptionId = "", resourceGroup = "", names } = path;
  const [gallery = "", definition = "", version = ""] = names;
  const concerns = concernsVersion({ gallery, definition, version });
  const strike = service.faults.take(
    ["foreignWriter"],
    (fault) => concerns(fault) && fault.method === occasion.method && fault.moment === moment,
  );
  if (strike === undefined) return;
  const id = resourceId(subscriptionId, resourceGroup, VERSION_TYPE, names);
  const call = changeOf(service, strike.fault, id);
  if (call === undefined) return service.faults.giveBack(strike.key);
  const { caller, settled, replace } = strike.fault;
  const write = ({ method, body }: ForeignCall, atOnce: boolean): void => {
    const rawBody = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const beforeMs = service.clock.serviceMs();
    // Whoever he is, he has the rights that it takes.
    const sent = { path: id, method, rawBody, principal: undefined };
    const reply = handled(router, { ...occasion, ...sent });
    if (atOnce && reply.status < 300) settleAtOnce(service, keyOf(id), beforeMs);
    logged(requests, occasion, { method, rawBody, id, reply, caller });
  };
  write(call, settled || replace !== undefined);
  if (replace !== undefined) write({ method: "PUT", body: replace }, settled);
}

interface ForeignCall {
  method: "PUT" | "DELETE";
  body?: JsonObject;
}

/** The call that makes the change; undefined while there is nothing that could be changed. */
function changeOf(
  service: ComputeService,
  fault: ForeignWriter,
  id: string,
): ForeignCall | undefined {
  const version = service.state.versions.get(keyOf(id));
  if (version?.operation !== undefined) return undefined;
  if (fault.put !== undefined) return { method: "PUT", body: fault.put };
  if (version === undefined) return undefined;
  if (fault.delete === true || fault.replace !== undefined) return { method: "DELETE" };
  const { location, tags, properties } = versionView(service, version);
  const { publishingProfile, safetyProfile, securityProfile } = isObject(properties)
    ? properties
    : {};
  const before = targetRegionsIn({ properties });
  const targetRegions = changedRegions(before, fault, version);
  if (targetRegions === undefined) return undefined;
  const body: JsonObject = {
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      publishingProfile: { ...objectAt({ publishingProfile }, "publishingProfile"), targetRegions },
      safetyProfile: {
        ...objectAt({ safetyProfile }, "safetyProfile"),
        allowDeletionOfReplicatedLocations: fault.removeRegion !== undefined,
      },
      ...(securityProfile === undefined ? {} : { securityProfile }),
    },
  };
  return { method: "PUT", body };
}

function changedRegions(
  regions: JsonObject[],
  { addRegion, removeRegion, replicaCount }: ForeignWriter,
  version: VersionRecord,
): JsonObject[] | undefined {
  const has = (name: string): boolean =>
    version.properties.publishingProfile.targetRegions.some((region) => region.name === name);
  const is = (region: JsonObject, name: string): boolean =>
    shortRegionName(String(region["name"])) === name;
  if (addRegion !== undefined) return has(addRegion.name) ? undefined : [...regions, addRegion];
  if (removeRegion !== undefined)
    return has(removeRegion) ? regions.filter((one) => !is(one, removeRegion)) : undefined;
  if (replicaCount === undefined || !has(replicaCount.region)) return undefined;
  return regions.map((one) =>
    is(one, replicaCount.region) ? { ...one, regionalReplicaCount: replicaCount.count } : one,
  );
}

function handled(router: Router, call: RoutedRequest): ArmReply {
  try {
    return router.handle(call);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return { status: error.status, body: error.body };
  }
}

/** Ends the change's operation now, with everything replicated that it began. */
function settleAtOnce(
  { state, clock, operations }: ComputeService,
  key: string,
  sinceMs: number,
): void {
  const version = state.versions.get(key);
  const operation = operations.get(version?.operation ?? "");
  if (version === undefined || operation === undefined) return;
  const nowMs = clock.serviceMs();
  const replication = Object.entries(version.replication).map(([region, plan]) => [
    region,
    plan.startMs >= sinceMs ? replicatedBefore(nowMs) : plan,
  ]);
  state.versions.put({
    ...version,
    replication: Object.fromEntries(replication) as VersionRecord["replication"],
  });
  operations.reschedule(operation, nowMs);
  operations.settle();
}

function logged(
  requests: RequestLog,
  { query }: RoutedRequest,
  call: Omit<ForeignCall, "body"> & {
    id: string;
    rawBody: Buffer;
    reply: ArmReply;
    caller: Caller;
  },
): void {
  const { error } = (call.reply.body ?? {}) as { error?: { code?: unknown } };
  const apiVersion = query.get("api-version") ?? undefined;
  requests.add({
    time: new Date().toISOString(),
    caller: call.caller,
    method: call.method,
    path: call.id,
    query: apiVersion === undefined ? "" : `api-version=${apiVersion}`,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...loggedBody(call.rawBody),
    status: call.reply.status,
    ...(typeof error?.code === "string" ? { errorCode: error.code } : {}),
    answer: call.reply.body,
    correlationId: randomUUID(),
    durationMs: 0,
  });
}
