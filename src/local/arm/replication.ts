import { createHash } from "node:crypto";
import type { Timing } from "./world/settings";

/** How one region's copy goes: decided when it starts, looked up by the clock afterwards. */
export interface RegionReplication {
  /** Service time in milliseconds, as everything here. */
  startMs: number;
  /** When it would be complete. */
  completeMs: number;
  unknownUntilMs: number;
  /** Present when it will not be complete. */
  failure?: { atMs: number; details: string };
  /** Present while it stands still, from that moment on, until the fault with this key is cleared. */
  hold?: { fromMs: number; fault: string };
}

export type ReplicationState = "Unknown" | "Replicating" | "Completed" | "Failed";

/** What `replicationStatus.summary` says of a region. */
export interface RegionStatus {
  state: ReplicationState;
  progress: number;
  details: string;
}

export interface ReplicationStart {
  region: string;
  isSource: boolean;
  sizeGb: number;
  nowMs: number;
  /** Text for `details` when the region fails. */
  failure?: string | undefined;
  /** When it fails; by the world's timing unless given. */
  failsAtMs?: number | undefined;
}

/** Plans a region's replication from now on. */
export function startReplication(timing: Timing, start: ReplicationStart): RegionReplication {
  const seconds = timing.baseSeconds + timing.secondsPerGb * start.sizeGb;
  const durationMs = seconds * 1000 * regionFactor(timing, start.region, start.isSource);
  const plan = {
    startMs: start.nowMs,
    completeMs: start.nowMs + durationMs,
    unknownUntilMs: start.nowMs + Math.min(timing.unknownSeconds * 1000, durationMs),
  };
  if (start.failure === undefined) return plan;
  const atMs = start.failsAtMs ?? start.nowMs + durationMs * timing.failAt;
  return { ...plan, failure: { atMs, details: start.failure } };
}

/** A copy that was complete before the world began. */
export const replicatedBefore = (nowMs: number): RegionReplication => ({
  startMs: nowMs,
  completeMs: nowMs,
  unknownUntilMs: nowMs,
});

/** When the region's state no longer changes; never while it is held. */
export const endOfReplication = (plan: RegionReplication): number =>
  plan.hold === undefined ? (plan.failure?.atMs ?? plan.completeMs) : Infinity;

/** The plan, standing still once it has got so far. */
export function held(plan: RegionReplication, at: number, fault: string): RegionReplication {
  const fromMs = Math.ceil(plan.startMs + (plan.completeMs - plan.startMs) * at);
  return { ...plan, hold: { fromMs, fault } };
}

/** A held plan that goes on now from where it stood. */
export function released(plan: RegionReplication, nowMs: number): RegionReplication {
  const { hold, failure, ...rest } = plan;
  const lostMs = hold === undefined ? 0 : Math.max(0, nowMs - hold.fromMs);
  return {
    startMs: rest.startMs + lostMs,
    completeMs: rest.completeMs + lostMs,
    unknownUntilMs: rest.unknownUntilMs + lostMs,
    ...(failure === undefined ? {} : { failure: { ...failure, atMs: failure.atMs + lostMs } }),
  };
}

/** The region's state at a moment; progress is whole per cent and 100 only when Completed. */
export function regionStatusAt(plan: RegionReplication, atMs: number): RegionStatus {
  const whole = plan.completeMs - plan.startMs;
  const nowMs = Math.min(atMs, plan.hold?.fromMs ?? Infinity);
  const share = whole === 0 ? 1 : (Math.min(nowMs, endOfReplication(plan)) - plan.startMs) / whole;
  const progress = Math.min(99, Math.max(0, Math.floor(share * 100)));
  if (plan.failure !== undefined && nowMs >= plan.failure.atMs)
    return { state: "Failed", progress, details: plan.failure.details };
  if (nowMs >= plan.completeMs) return { state: "Completed", progress: 100, details: "" };
  if (nowMs < plan.unknownUntilMs) return { state: "Unknown", progress: 0, details: "" };
  return { state: "Replicating", progress, details: "" };
}

export type AggregatedState = "Unknown" | "InProgress" | "Completed" | "Failed";

/** The state of all regions together. */
export function aggregatedState(states: ReplicationState[]): AggregatedState {
  if (states.every((state) => state === "Completed")) return "Completed";
  if (states.every((state) => state === "Unknown")) return "Unknown";
  if (states.some((state) => state === "Replicating" || state === "Unknown")) return "InProgress";
  return "Failed";
}

/** Between 1 and 1 + spread, from the name alone: runs can be compared. */
function regionFactor(timing: Timing, region: string, isSource: boolean): number {
  const given = timing.regionFactors[region];
  if (given !== undefined) return given;
  if (isSource) return 1;
  const byte = createHash("sha256").update(region).digest()[0] ?? 0;
  return 1 + (timing.spread * byte) / 255;
}
