import { randomUUID } from "node:crypto";
import type { Fault, HttpFault, OperationFault, ReplicationFault } from "./world/fault-schema";
import type { Table } from "./world-state";

/** A fault and how often it has struck. */
export interface FaultRecord {
  key: string;
  fault: Fault;
  used: number;
}

interface VersionRef {
  definition: string;
  version: string;
}

const same = (wanted: string | undefined, actual: string): boolean =>
  wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();

/** Faults on demand, in the order they were given; a fault with `times` is used up. */
export class FaultBook {
  constructor(private readonly records: Table<FaultRecord>) {}

  list(): FaultRecord[] {
    return this.records.all();
  }

  add(fault: Fault): FaultRecord {
    // A number in front: after a restart faults are read in the order of their keys.
    const last = this.records.all().at(-1)?.key ?? "0";
    const order = String(Number.parseInt(last, 10) + 1).padStart(6, "0");
    const record = { key: `${order}-${randomUUID()}`, fault, used: 0 };
    this.records.put(record);
    return record;
  }

  /** Removes one fault, or all; false when there is none with this key. */
  clear(key?: string): boolean {
    const doomed = this.records.all().filter((record) => key === undefined || record.key === key);
    for (const record of doomed) this.records.delete(record.key);
    return key === undefined || doomed.length > 0;
  }

  /** The fault that strikes the replication of this region, which is used up by asking. */
  takeReplication(ref: VersionRef, region: string): ReplicationFault | undefined {
    return this.#take(
      ({ replication }) => replication,
      (fault) =>
        same(fault.definition, ref.definition) &&
        same(fault.version, ref.version) &&
        fault.region === region,
    );
  }

  /** The fault that lets a write of this version fail, which is used up by asking. */
  takeOperation(ref: VersionRef): OperationFault | undefined {
    return this.#take(
      ({ operation }) => operation,
      (fault) => same(fault.definition, ref.definition) && same(fault.version, ref.version),
    );
  }

  /** The error or reset that strikes a call before it is looked at. */
  takeHttp(method: string, path: string): HttpFault | undefined {
    return this.#take(
      ({ http }) => http,
      (fault) => fault.lostReply === undefined && this.#concerns(fault, method, path),
    );
  }

  /** Whether the answer to this accepted call gets lost. */
  takeLostReply(method: string, path: string): boolean {
    const lost = this.#take(
      ({ http }) => http,
      // Without a method it is about writes of resources: a lost answer to a read shows nothing.
      (fault) =>
        fault.lostReply === true &&
        this.#concerns({ ...fault, method: fault.method ?? "PUT" }, method, path),
    );
    return lost !== undefined;
  }

  /** Milliseconds by which this call is answered late; 0 when it isn't. */
  takeDelayMs(method: string, path: string): number {
    const slow = this.#take(
      (fault) => fault.slow,
      (fault) => this.#concerns(fault, method, path),
    );
    return slow?.delayMs ?? 0;
  }

  #concerns(
    fault: { method?: string | undefined; pathContains?: string | undefined },
    method: string,
    path: string,
  ): boolean {
    return (
      same(fault.method, method) &&
      path.toLowerCase().includes((fault.pathContains ?? "").toLowerCase())
    );
  }

  #take<K extends { times?: number | undefined }>(
    kind: (fault: Fault) => K | undefined,
    matches: (fault: K) => boolean,
  ): K | undefined {
    for (const record of this.records.all()) {
      const found = kind(record.fault);
      if (found === undefined || !matches(found)) continue;
      if (found.times !== undefined && record.used >= found.times) continue;
      this.records.put({ ...record, used: record.used + 1 });
      return found;
    }
    return undefined;
  }
}
