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

/** When the region's state no longer changes. */
export const endOfReplication = (plan: RegionReplication): number =>
  plan.failure?.atMs ?? plan.completeMs;

/** The region's state at a moment; progress is whole per cent and 100 only when Completed. */
export function regionStatusAt(plan: RegionReplication, nowMs: number): RegionStatus {
  const whole = plan.completeMs - plan.startMs;
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
