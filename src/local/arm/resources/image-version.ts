import type { ArmReply, ArmRequest } from "../arm-message";
import { bodyOf, queryParameter } from "../arm-message";
import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { concurrentRequest, resourceNotFound } from "../errors";
import { beginReplication } from "../image-version/begin-replication";
import {
  blockedBeforeEndOfLife,
  failedNotSoftDeletable,
  markedForDeletion,
  versionFailed,
} from "../image-version/refusals";
import { hasSoftDelete, restored } from "../image-version/soft-delete";
import { parseVersionBody } from "../image-version/version-body";
import type { VersionBody } from "../image-version/version-body";
import { withDefaultsOf } from "../image-version/version-defaults";
import { checkVersionName } from "../image-version/version-name";
import type { VersionRecord } from "../image-version/version-record";
import { anyRegionComplete, versionView } from "../image-version/version-view";
import {
  addressOf,
  newVersion,
  updatedVersion,
  VERSION_TYPE,
} from "../image-version/write-version";
import { isObject, merged, objectAt, type JsonObject } from "../json";
import type { OperationRecord } from "../operations";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";

/** Gallery image versions: the only type that replicates. */
export function imageVersions(service: ComputeService): ResourceType {
  return {
    type: VERSION_TYPE,
    list: (request) => listVersions(service, request),
    get(request) {
      const expand = queryParameter(request.query, "$expand")?.toLowerCase();
      const view = versionView(service, existing(service, request), expand === "replicationstatus");
      return { status: 200, body: view };
    },
    put: (request) => write(service, request, parseVersionBody(bodyOf(request))),
    patch(request) {
      const change = bodyOf(request);
      if (softDeleted(service, request) && objectAt(change, "properties")["restore"] === true)
        return write(service, request, parseVersionBody(change));
      const before = existing(service, request);
      return write(service, request, parseVersionBody(patched(service, before, change)));
    },
    delete: (request) => remove(service, request),
  };
}

const find = (service: ComputeService, request: ArmRequest): VersionRecord | undefined =>
  service.state.versions.get(keyOf(request.rawPath));

function existing(service: ComputeService, request: ArmRequest): VersionRecord {
  const version = find(service, request);
  if (version === undefined)
    throw resourceNotFound(VERSION_TYPE, request.path.names, request.path.resourceGroup ?? "");
  return version;
}

function listVersions(service: ComputeService, request: ArmRequest): ArmReply {
  const prefix = `${keyOf(request.rawPath)}/`;
  const versions = service.state.versions.all().filter(({ key }) => key.startsWith(prefix));
  const view = keyed((version: VersionRecord) => versionView(service, version));
  return page(request, service.behaviour.pageSize, versions, view);
}

function write(service: ComputeService, request: ArmRequest, body: VersionBody): ArmReply {
  const address = addressOf(request);
  checkVersionName(address.version);
  const before = find(service, request);
  const deleted = softDeleted(service, request);
  if (deleted !== undefined)
    return accepted(service, request, 200, restored(service, deleted, body));
  if (before !== undefined) {
    checkIdle(service, before);
    checkNotFailed(service, before);
  }
  const version =
    before === undefined
      ? newVersion(service, address, withDefaultsOf(service, request.apiVersion, body))
      : updatedVersion(service, before, address, body);
  const operation = beginReplication(service, address, version);
  return accepted(service, request, before === undefined ? 201 : 200, operation);
}

function accepted(
  service: ComputeService,
  request: ArmRequest,
  status: number,
  operation: OperationRecord,
): ArmReply {
  const version = existing(service, request);
  return {
    status,
    body: versionView(service, version),
    headers: service.operations.headers(operation, request.origin, request.apiVersion, false),
  };
}

/** @throws {ArmError} 409 while an operation on the version is in flight */
function checkIdle(service: ComputeService, version: VersionRecord): void {
  const operation = inFlight(service, version);
  if (operation === undefined) return;
  if (operation.intent === "delete") throw markedForDeletion(version.name);
  throw concurrentRequest(service.behaviour.concurrentChangeStatus);
}

/** @throws {ArmError} when the version has to be deleted before its number is used again */
function checkNotFailed(service: ComputeService, version: VersionRecord): void {
  if (version.properties.provisioningState !== "Failed") return;
  const takes = service.behaviour.failedVersionTakesPut;
  if (takes === "never" || (takes !== "always" && !anyRegionComplete(service, version)))
    throw versionFailed(version.name);
}

const softDeleted = (service: ComputeService, request: ArmRequest) =>
  service.state.softDeleted.get(keyOf(request.rawPath));

function inFlight(service: ComputeService, version: VersionRecord): OperationRecord | undefined {
  return version.operation === undefined ? undefined : service.operations.get(version.operation);
}

/** The body of the PUT that a PATCH amounts to: lists, `targetRegions` above all, are replaced. */
function patched(service: ComputeService, before: VersionRecord, change: JsonObject): JsonObject {
  const { location, tags, properties } = versionView(service, before);
  const {
    publishingProfile,
    safetyProfile,
    securityProfile = {},
  } = isObject(properties) ? properties : {};
  const base = {
    location,
    ...(isObject(tags) ? { tags } : {}),
    properties: { publishingProfile, safetyProfile, securityProfile },
  };
  const { tags: newTags, ...rest } = change;
  const body = merged(base, rest) as JsonObject;
  return newTags === undefined ? body : { ...body, tags: newTags };
}

function remove(service: ComputeService, request: ArmRequest): ArmReply {
  const version = find(service, request);
  if (version === undefined) return { status: 204 };
  const running = inFlight(service, version);
  if (running?.intent === "write")
    throw concurrentRequest(service.behaviour.concurrentChangeStatus);
  const { safetyProfile, publishingProfile } = version.properties;
  const endOfLife = Date.parse(publishingProfile.endOfLifeDate ?? "");
  if (safetyProfile.blockDeletionBeforeEndOfLife && endOfLife > service.clock.date().getTime())
    throw blockedBeforeEndOfLife();
  const softDelete = hasSoftDelete(service, version.id);
  if (softDelete && version.properties.provisioningState === "Failed")
    throw failedNotSoftDeletable(version.name);
  const operation =
    running ??
    service.operations.start({
      endpoint: "capsOperations",
      subscriptionId: request.path.subscriptionId ?? "",
      location: version.location,
      resourceKey: version.key,
      intent: "delete",
      endMs: service.clock.serviceMs() + service.timing.deleteSeconds * 1000,
      softDeleteMs: softDelete ? service.timing.softDeleteSeconds * 1000 : undefined,
    });
  service.state.versions.put({
    ...version,
    operation: operation.key,
    properties: { ...version.properties, provisioningState: "Deleting" },
  });
  return {
    status: 202,
    headers: service.operations.headers(operation, request.origin, request.apiVersion, true),
  };
}
