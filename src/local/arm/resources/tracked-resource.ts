import * as z from "zod";
import type { ArmReply, ArmRequest } from "../arm-message";
import { bodyOf } from "../arm-message";
import { keyOf, resourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import {
  concurrentRequest,
  locationChange,
  locationNotAvailable,
  locationRequired,
  resourceNotFound,
} from "../errors";
import { merged, type JsonObject } from "../json";
import { conforming, tags as tagsModel } from "../model";
import type { OperationEndpoint, OperationError } from "../operations";
import { isKnownRegion, shortRegionName } from "../region-name";
import type { ResourceRecord } from "../world-state";
import { deleteResource } from "./delete-resource";
import { keyed, page } from "./paging";
import { checkName } from "./resource-names";
import type { ResourceType } from "./resource-type";
import type { TypeName } from "./type-names";

/** What distinguishes one type of plain resource (one without replication) from another. */
export interface TrackedType {
  type: TypeName;
  endpoint: OperationEndpoint;
  /** Status of an accepted PUT, and whether `Location` is sent beside `Azure-AsyncOperation`. */
  accepted: { create: number; update: number; bothHeaders: boolean };
  /** Service time that a write takes. */
  writeSeconds(service: ComputeService): number;
  /** What a new one can be called; anything, when absent. */
  names?: RegExp;
  /** The members that a body can have; absent where they are echoed unchecked. */
  model?: z.ZodType<WrittenBody>;
  /** Members beside `properties` that are kept, such as `identity`. */
  members?: readonly string[];
  /**
   * Those members as they are kept.
   * @throws {ArmError} when the body can't be accepted
   */
  keptMembers?(given: JsonObject, of: { id: string; tenantId: string }): JsonObject;
  /**
   * The properties as they are kept, defaults filled in.
   * @throws {ArmError} when the body can't be accepted
   */
  properties(given: JsonObject, context: WriteContext): JsonObject;
  /** The error that an accepted write ends with, because of the state of the world. */
  failure?(service: ComputeService, properties: JsonObject): OperationError | undefined;
  /** @throws {ArmError} when the resource can't be deleted, beside what holds for every type */
  checkDelete?(service: ComputeService, resource: ResourceRecord): void;
}

/** What of a body is looked at as its type has it. */
interface WrittenBody {
  tags?: JsonObject | undefined;
  properties?: JsonObject | undefined;
}

/** What a body is judged by. */
export interface WriteContext {
  service: ComputeService;
  subscriptionId: string;
  id: string;
  name: string;
  /** Short name. */
  location: string;
  before: ResourceRecord | undefined;
  /** ISO 8601. */
  createdAt: string;
}

/** A resource as it is answered. */
export function resourceView(resource: ResourceRecord): JsonObject {
  const { name, id, type, location, tags, more, properties } = resource;
  return { name, id, type, location, ...(tags === undefined ? {} : { tags }), ...more, properties };
}

/** GET, PUT, PATCH, DELETE and lists of a plain resource type. */
export function trackedResource(service: ComputeService, kind: TrackedType): ResourceType {
  return {
    type: kind.type,
    list: (request) => listResources(service, kind, request),
    get: (request) => ({ status: 200, body: resourceView(existing(service, kind, request)) }),
    put: (request) => write(service, kind, request, bodyOf(request)),
    patch(request) {
      const { tags, properties, location, more } = existing(service, kind, request);
      const change = bodyOf(request);
      const body = merged({ ...more, location, properties }, change) as JsonObject;
      return write(service, kind, request, { ...(tags === undefined ? {} : { tags }), ...body });
    },
    delete(request) {
      const resource = find(service, request);
      return resource === undefined
        ? { status: 204 }
        : deleteResource(service, kind, request, resource);
    },
  };
}

const find = (service: ComputeService, request: ArmRequest): ResourceRecord | undefined =>
  service.state.resources.get(keyOf(request.rawPath));

/** @throws {ArmError} 404 when there is no such resource */
export function existing(
  service: ComputeService,
  kind: Pick<TrackedType, "type">,
  request: ArmRequest,
): ResourceRecord {
  const resource = find(service, request);
  if (resource === undefined)
    throw resourceNotFound(kind.type, request.path.names, request.path.resourceGroup ?? "");
  return resource;
}

/** The resources of a type in a group, in a parent, or in the whole subscription. */
export function listResources(
  service: ComputeService,
  kind: Pick<TrackedType, "type">,
  request: ArmRequest,
  view = resourceView,
): ArmReply {
  const { subscriptionId = "", resourceGroup, names } = request.path;
  const prefix =
    resourceGroup === undefined
      ? `/subscriptions/${subscriptionId}/`
      : resourceId(subscriptionId, resourceGroup, kind.type, names);
  const found = service.state.resources
    .all()
    .filter(({ type, key }) => type === kind.type && key.startsWith(prefix.toLowerCase()));
  return page(request, service.behaviour.pageSize, found, keyed(view));
}

function write(
  service: ComputeService,
  kind: TrackedType,
  request: ArmRequest,
  body: JsonObject,
): ArmReply {
  const before = find(service, request);
  if (before?.operation !== undefined)
    throw concurrentRequest(service.behaviour.concurrentChangeStatus);
  if (before === undefined && kind.names !== undefined)
    checkName(kind.names, request.path.names.at(-1) ?? "");
  const record = recordOf(service, kind, request, body, before);
  const operation = service.operations.start({
    endpoint: kind.endpoint,
    subscriptionId: request.path.subscriptionId ?? "",
    location: record.location,
    resourceKey: record.key,
    intent: "write",
    endMs: service.clock.serviceMs() + kind.writeSeconds(service) * 1000,
    error: kind.failure?.(service, record.properties),
  });
  service.state.resources.put({ ...record, operation: operation.key });
  const { create, update, bothHeaders } = kind.accepted;
  return {
    status: before === undefined ? create : update,
    body: resourceView(record),
    headers: service.operations.headers(operation, request.origin, request.apiVersion, bothHeaders),
  };
}

function recordOf(
  service: ComputeService,
  kind: TrackedType,
  request: ArmRequest,
  body: JsonObject,
  before: ResourceRecord | undefined,
): ResourceRecord {
  const { subscriptionId = "", resourceGroup = "", names } = request.path;
  const name = names.at(-1) ?? "";
  const location = locationOf(kind, body, before, name, resourceGroup);
  const id = before?.id ?? resourceId(subscriptionId, resourceGroup, kind.type, names);
  const { tags, properties = {} } = conforming<WrittenBody>(kind.model ?? unchecked, body);
  const createdAt = before?.createdAt ?? service.clock.date().toISOString();
  const { tenantId = "" } = service.state.subscriptions.get(subscriptionId.toLowerCase()) ?? {};
  const members = Object.fromEntries(
    (kind.members ?? []).flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
  return {
    key: keyOf(id),
    id,
    name,
    type: kind.type,
    location,
    ...(tags === undefined ? {} : { tags }),
    more: kind.keptMembers?.(members, { id, tenantId }) ?? members,
    properties: {
      ...kind.properties(properties, {
        service,
        subscriptionId,
        id,
        name,
        location,
        before,
        createdAt,
      }),
      provisioningState: before === undefined ? "Creating" : "Updating",
    },
    createdAt,
    ...(before?.instanceView === undefined ? {} : { instanceView: before.instanceView }),
  };
}

const anything = z.record(z.string(), z.unknown());
const unchecked = z.looseObject({
  tags: tagsModel.optional(),
  identity: anything.optional(),
  properties: anything.optional(),
});

function locationOf(
  kind: TrackedType,
  body: JsonObject,
  before: ResourceRecord | undefined,
  name: string,
  resourceGroup: string,
): string {
  const { location } = body;
  if (typeof location !== "string") throw locationRequired();
  if (!isKnownRegion(location)) throw locationNotAvailable(location, kind.type);
  const short = shortRegionName(location);
  if (before !== undefined && before.location !== short)
    throw locationChange(name, resourceGroup, before.location, short);
  return short;
}
