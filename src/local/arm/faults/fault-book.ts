import { randomUUID } from "node:crypto";
import type { Fault, FaultKind, FaultOf } from "../world/fault-schema";
import type { Table } from "../world-state";

/** A fault and what became of it. */
export interface FaultRecord {
  key: string;
  fault: Fault;
  /** Calls or writes that it could have struck. */
  seen: number;
  /** How many it did strike. */
  struck: number;
}

/** A fault that strikes now. */
export type Strike<K extends FaultKind> = {
  [Kind in K]: { key: string; kind: Kind; fault: FaultOf<Kind> };
}[K];

/** The fault's kind and what was said about it. */
export function kindOf(fault: Fault): { kind: FaultKind; settings: FaultOf<FaultKind> } {
  for (const [kind, settings] of Object.entries(fault))
    if (settings !== undefined) return { kind: kind as FaultKind, settings };
  throw new Error("a fault without a kind"); // the schema lets none through
}

/** Faults on demand, in the order they were given. */
export class FaultBook {
  constructor(private readonly records: Table<FaultRecord>) {}

  list(): FaultRecord[] {
    return this.records.all();
  }

  add(fault: Fault): FaultRecord {
    // A number in front: after a restart faults are read in the order of their keys.
    const last = this.records.all().at(-1)?.key ?? "0";
    const order = String(Number.parseInt(last, 10) + 1).padStart(6, "0");
    const record = { key: `${order}-${randomUUID().slice(0, 8)}`, fault, seen: 0, struck: 0 };
    this.records.put(record);
    return record;
  }

  has(key: string): boolean {
    return this.records.get(key) !== undefined;
  }

  remove(key: string): void {
    this.records.delete(key);
  }

  /**
   * The first fault of these kinds that matches and is due. Every one that matches counts it, so
   * that `afterCalls` means the same beside other faults; only the one returned has struck.
   */
  take<K extends FaultKind>(
    kinds: readonly K[],
    matches: (fault: FaultOf<K>) => boolean,
  ): Strike<K> | undefined {
    let strike: Strike<K> | undefined;
    for (const record of this.records.all()) {
      const { kind, settings } = kindOf(record.fault);
      if (!(kinds as readonly FaultKind[]).includes(kind) || !matches(settings as FaultOf<K>))
        continue;
      const seen = record.seen + 1;
      const { afterCalls = 0, times = Infinity } = settings;
      const strikes = strike === undefined && seen > afterCalls && record.struck < times;
      if (strikes) strike = { key: record.key, kind, fault: settings } as Strike<K>;
      this.records.put({ ...record, seen, struck: record.struck + (strikes ? 1 : 0) });
    }
    return strike;
  }

  /** Takes a strike back that turned out to be impossible just now. */
  giveBack(key: string): void {
    const record = this.records.get(key);
    if (record !== undefined) this.records.put({ ...record, struck: record.struck - 1 });
  }
}
