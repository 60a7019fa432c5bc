import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { LogLineOf } from "../domain/run/log-line";
import type { FailureRow, PublicationRow } from "../domain/run/records";
import { OURSELVES } from "../domain/schedule/state";
import type { Attempts } from "./attempts";
import type { FunctionDependencies } from "./dependencies";
import type { InstanceState } from "./durable-status";
import { watchedRegions } from "./live-status";
import type { ScheduleDependencies } from "./schedules/dependencies";
import { schedulesNow } from "./schedules/schedule-document";

/**
 * What was told once and still is so is told again at each look of `reconcile`: an alert is on while a thing is, however
 * long that takes, and a line that was lost with its process isn't missed for ever.
 */

/** Of one name at one look; whoever has more isn't helped by more. */
const MOST = 100;

type Repeated = LogLineOf<"regionStalled" | "leftOver" | "safetyFlagOpen" | "scheduleDisabled">;

/** Writes lines of one name, so many; and tells people how many there were beside. */
export interface Again {
  tell(line: Repeated): void;
  end(): void;
}

export function again(
  event: Repeated["event"],
  { log }: Pick<FunctionDependencies, "log">,
  context: Pick<InvocationContext, "warn">,
): Again {
  let told = 0;
  return {
    tell: (line) => {
      if (++told <= MOST) log(line);
    },
    end: () => {
      if (told > MOST) context.warn(`${told - MOST} more are ${event} than the lines tell`);
    },
  };
}

/** The regions that stand still of a run that goes on: as its watcher shows them, without a call of Azure. */
export async function tellStalled(
  { now }: Pick<FunctionDependencies, "now">,
  client: DurableClient,
  {
    id,
    runId,
    requestId,
    imageId,
  }: Pick<PublicationRow, "id" | "runId" | "requestId"> & Partial<Pick<PublicationRow, "imageId">>,
  instance: InstanceState,
  lines: Again,
): Promise<void> {
  // Before what is shown is read: if the region moves meanwhile, its own line is the later one.
  const time = now().toISOString();
  for (const region of await watchedRegions(client, instance, runId)) {
    const { name, state, progress, stalledSince } = region;
    if (stalledSince === undefined || state === "completed" || state === "failed") continue;
    lines.tell({
      ...{ event: "regionStalled", time, publicationId: id, runId, requestId },
      ...(imageId === undefined ? {} : { imageVersionId: imageId }),
      ...{ region: name, state, progress, since: new Date(stalledSince).toISOString() },
      again: true,
    });
  }
}

/** What failures have left behind that nobody has redriven or dismissed yet. */
export async function tellLeftOvers(
  { records, now }: Pick<FunctionDependencies, "records" | "now">,
  lines: Again,
): Promise<void> {
  for (const row of oldestFirst(await records.openLeftOvers()))
    lines.tell({
      ...{ event: "leftOver", time: now().toISOString(), ...aboutFailure(row) },
      ...{ count: Number(row.leftOverCount), again: true },
    });
}

/** Of too many, those that have waited longest are told: a new one doesn't end an alert of theirs. */
export const oldestFirst = (rows: readonly FailureRow[]): FailureRow[] =>
  rows.toSorted((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));

/** What a line says of an entry of the ledger. */
export const aboutFailure = ({ id, publicationId, runId, requestId, imageId }: FailureRow) => ({
  failureId: id,
  ...(publicationId === undefined ? {} : { publicationId }),
  ...(runId === undefined ? {} : { runId }),
  ...(requestId === undefined ? {} : { requestId }),
  ...(imageId === undefined ? {} : { imageVersionId: imageId }),
});

/** The document's schedules that their failures have switched off; who switches one off by hand knows it. */
export async function tellSwitchedOff(
  schedules: Pick<ScheduleDependencies, "documents" | "document" | "rules" | "now" | "states">,
  lines: Again,
  tries: Attempts,
): Promise<void> {
  const { states, now } = schedules;
  for (const { id, schedule } of (await schedulesNow(schedules)).schedules) {
    if (schedule?.enabled !== true) continue;
    await tries.at(`the state of schedule ${id}`, async () => {
      // As above: if somebody switches it on meanwhile, that line is the later one.
      const time = now().toISOString();
      const { failures, request, switchedOff } = (await states.get(id))?.state ?? {};
      if (switchedOff?.who !== OURSELVES || failures === undefined) return;
      lines.tell({
        ...{ event: "scheduleDisabled", time, scheduleId: id, failures },
        ...(request?.outcome === undefined ? {} : { outcome: request.outcome }),
        ...(request === undefined ? {} : { requestId: request.requestId }),
        again: true,
      });
    });
  }
}
