import { createHmac, randomUUID } from "node:crypto";
import type { ServiceClock } from "./clock";
import type { VersionRecord } from "./image-version/version-record";
import { shortRegionName } from "./region-name";
import type { ResourceRecord, WorldState } from "./world-state";
import type { Behaviour } from "./world/settings";

export type OperationEndpoint = "capsOperations" | "DiskOperations" | "operations";
export interface OperationError {
  code: string;
  message: string;
}

/** An accepted write or delete that goes on after its answer. */
export interface OperationRecord {
  /** The operation's GUID. */
  key: string;
  endpoint: OperationEndpoint;
  subscriptionId: string;
  location: string;
  resourceKey: string;
  intent: "write" | "delete";
  startedAt: string;
  startMs: number;
  /** Service time; absent while nobody knows, because a region stands still. */
  endMs?: number;
  /** Decided at the start; absent means that it succeeds. */
  error?: OperationError;
  /** Of the delete of a version: it can be restored for so long. */
  softDeleteMs?: number;
  /** Of an update: the version as it is again when the update fails. */
  fallsBackTo?: VersionRecord;
  /** Present once the operation has ended. */
  endedAt?: string;
}

export interface OperationStart {
  endpoint: OperationEndpoint;
  subscriptionId: string;
  location: string;
  resourceKey: string;
  intent: "write" | "delete";
  /** Service time; Infinity while a region stands still. */
  endMs: number;
  error?: OperationError | undefined;
  softDeleteMs?: number | undefined;
  fallsBackTo?: VersionRecord | undefined;
}

/** Starts operations, ends them when their time has come, and knows where they are polled. */
export class Operations {
  readonly #inFlight = new Set<string>();

  constructor(
    private readonly state: WorldState,
    private readonly clock: ServiceClock,
    private readonly behaviour: Behaviour,
  ) {
    for (const operation of state.operations.all())
      if (operation.endedAt === undefined) this.#inFlight.add(operation.key);
  }

  start({ error, endMs, softDeleteMs, fallsBackTo, ...start }: OperationStart): OperationRecord {
    const operation: OperationRecord = {
      ...start,
      key: randomUUID(),
      startedAt: this.clock.date().toISOString(),
      startMs: this.clock.serviceMs(),
      ...(endMs === Infinity ? {} : { endMs }),
      ...(error === undefined ? {} : { error }),
      ...(softDeleteMs === undefined ? {} : { softDeleteMs }),
      ...(fallsBackTo === undefined ? {} : { fallsBackTo }),
    };
    this.state.operations.put(operation);
    this.#inFlight.add(operation.key);
    return operation;
  }

  get(key: string): OperationRecord | undefined {
    return this.state.operations.get(key.toLowerCase());
  }

  /** Ends every operation whose time has come: provisioning states change, deleted things go. */
  settle(): void {
    const nowMs = this.clock.serviceMs();
    for (const key of this.#inFlight) {
      const operation = this.state.operations.get(key);
      if (operation !== undefined && (operation.endMs ?? Infinity) > nowMs) continue;
      this.#inFlight.delete(key);
      if (operation !== undefined) this.#end(operation, nowMs);
    }
    for (const { key, untilMs } of this.state.softDeleted.all())
      if (untilMs <= nowMs) this.state.softDeleted.delete(key);
  }

  /** Changes when an operation in flight ends; Infinity: nobody knows. */
  reschedule(operation: OperationRecord, endMs: number): void {
    const { endMs: _before, ...rest } = operation;
    this.state.operations.put({ ...rest, ...(endMs === Infinity ? {} : { endMs }) });
  }

  /**
   * The headers of an accepted call.
   * @param both also `Location`, which a delete and the disk provider send
   */
  headers(
    operation: OperationRecord,
    origin: string,
    apiVersion: string,
    both: boolean,
  ): Record<string, string> {
    const url = `${origin}/subscriptions/${operation.subscriptionId}/providers/Microsoft.Compute/locations/${shortRegionName(operation.location)}/${operation.endpoint}/${operation.key}?${opaqueParameters(operation.key, apiVersion)}`;
    return {
      "Azure-AsyncOperation": url,
      ...(both ? { Location: `${url}&monitor=true` } : {}),
      ...this.retryAfter(),
    };
  }

  retryAfter(): Record<string, string> {
    const { retryAfter } = this.behaviour;
    if (typeof retryAfter === "number") return { "Retry-After": String(retryAfter) };
    return retryAfter === "auto" && this.clock.speed > 1 ? { "Retry-After": "1" } : {};
  }

  #end(operation: OperationRecord, nowMs: number): void {
    // The call that notices may come long after the end, but a date in the future would be a lie.
    const tookMs = ((operation.endMs ?? nowMs) - operation.startMs) / this.clock.speed;
    const endMs = Math.min(this.clock.date().getTime(), Date.parse(operation.startedAt) + tookMs);
    const endedAt = new Date(endMs).toISOString();
    this.state.operations.put({ ...operation, endedAt });
    if (operation.intent === "delete" && operation.error === undefined) {
      this.#delete(operation, endedAt, operation.endMs ?? nowMs);
      return;
    }
    const provisioningState = operation.error === undefined ? "Succeeded" : "Failed";
    const version = this.state.versions.get(operation.resourceKey);
    if (isFor(operation, version)) {
      const left = (operation.error && operation.fallsBackTo) ?? version;
      const properties = { ...left.properties, provisioningState };
      this.state.versions.put(withoutOperation({ ...left, properties }));
    }
    const resource = this.state.resources.get(operation.resourceKey);
    if (isFor(operation, resource)) {
      const properties = { ...resource.properties, provisioningState };
      this.state.resources.put(withoutOperation({ ...resource, properties }));
    }
  }

  #delete(operation: OperationRecord, softDeletedTime: string, endMs: number): void {
    const { resourceKey, softDeleteMs } = operation;
    const version = this.state.versions.get(resourceKey);
    if (!isFor(operation, version ?? this.state.resources.get(resourceKey))) return;
    if (version !== undefined && softDeleteMs !== undefined)
      this.state.softDeleted.put({
        key: resourceKey,
        version: withoutOperation(version),
        softDeletedTime,
        untilMs: endMs + softDeleteMs,
      });
    this.state.versions.delete(resourceKey);
    this.state.resources.delete(resourceKey);
    for (const { key } of this.state.softDeleted.all())
      if (key.startsWith(`${resourceKey}/`)) this.state.softDeleted.delete(key);
  }
}

/**
 * Whether this is the resource that the operation began on: a group's delete takes a resource away
 * under its operation, and another one may have its id by now.
 */
const isFor = <T extends Pick<ResourceRecord, "operation">>(
  { key }: OperationRecord,
  record: T | undefined,
): record is T => record?.operation === key;

function withoutOperation<T extends Pick<ResourceRecord, "operation">>(record: T): T {
  const copy = { ...record };
  delete copy.operation;
  return copy;
}

/** Signed parameters as recent traffic has them: clients must hand them back as they are. */
function opaqueParameters(guid: string, apiVersion: string): string {
  const signature = createHmac("sha256", "local").update(guid).digest("base64");
  return [
    `p=${guid.slice(0, 8)}`,
    `api-version=${encodeURIComponent(apiVersion)}`,
    `t=${encodeURIComponent(Buffer.from(guid).toString("base64"))}`,
    `s=${encodeURIComponent(signature)}`,
  ].join("&");
}
