import type { DurableClient } from "durable-functions";
import type { FinalState, PublicationState } from "../domain/run/outcome";
import {
  unpackRegions,
  type RegionProgress,
  type RunStatus,
  type WorkingPhase,
} from "../domain/run/progress";
import type { PublicationRow } from "../domain/run/records";
import { instanceState, type InstanceState } from "./durable-status";

/** What a durable run shows of itself. */
export interface LiveStatus {
  state: PublicationState;
  regions: RegionProgress[];
  /** The wave that waits for a person. */
  awaits?: number;
  /** It has ended without a word, and nothing of it goes on: `reconcile` will record it. */
  lost?: true;
}

/** Progress as the durable run shows it; the watcher knows more than its parent. */
export async function liveStatus(
  client: DurableClient,
  row: PublicationRow,
): Promise<LiveStatus | undefined> {
  const instance = await instanceState(client, row.id);
  const status = instance?.customStatus as RunStatus | null | undefined;
  if (!status || status.runId !== row.runId) return undefined;
  const watcher =
    status.watcher === undefined ? undefined : await instanceState(client, status.watcher);
  const watched = watcher?.customStatus as Pick<RunStatus, "regions"> | null | undefined;
  const regions = unpackRegions(watched?.regions ?? status.regions);
  const ended = endOf(instance);
  if (ended !== undefined)
    return ended.state === undefined
      ? { state: row.state, regions, lost: true }
      : { state: ended.state, regions };
  const state = phaseShown(status);
  return {
    state,
    regions,
    ...(state === "awaitingApproval" && status.awaits !== undefined
      ? { awaits: status.awaits }
      : {}),
  };
}

/**
 * The regions that a run watches now, as the watch shows them: none between its watches. Those beside them that are only
 * shown have ended, or are still to come.
 */
export async function watchedRegions(
  client: DurableClient,
  { customStatus }: InstanceState,
  runId: string,
): Promise<RegionProgress[]> {
  const status = customStatus as RunStatus | null | undefined;
  if (!status || status.runId !== runId || status.watcher === undefined) return [];
  const watcher = await instanceState(client, status.watcher);
  if (watcher?.going !== true) return [];
  const shown = watcher.customStatus as Pick<RunStatus, "regions"> | null | undefined;
  const input = watcher.input as { regions?: { name: string }[] } | null | undefined;
  const watched = new Set(input?.regions?.map(({ name }) => name));
  return unpackRegions(shown?.regions ?? []).filter(({ name }) => watched.has(name));
}

/** The run's own answer once it has ended: its row can be older, or lost. */
const endOf = (instance: InstanceState | undefined): { state?: FinalState } | undefined =>
  instance?.going === false
    ? ((instance.output as { state?: FinalState } | null) ?? {})
    : undefined;

/** Until its end is in its row a run is shown at what it was at last: it doesn't go back to something else. */
export const phaseShown = ({ phase, after = "planning" }: RunStatus): WorkingPhase =>
  phase === "recording" || phase === "ended" ? after : phase;
