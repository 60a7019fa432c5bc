import { documentPaths } from "../domain/run/document-paths";
import { announcedFailure, publicationEvent } from "../domain/run/publication-event";
import type { Fault } from "../domain/fault";
import type { Problem } from "../domain/problem";
import type { RegionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { leavesFlagOpen, type Undone } from "../domain/rollout/undo";
import { imageVersionId } from "../domain/run/identity";
import { heldNumber, keptFor } from "../domain/run/numbers";
import { disksLeft, leftOver } from "../domain/run/left-over";
import type { FinalState, RegionOutcome } from "../domain/run/outcome";
import {
  mayHaveWritten,
  runFailureId,
  type FailureDocument,
  type OutcomeDocument,
  type PlanDocument,
  type RunRow,
  type Trigger,
} from "../domain/run/records";
import { keepMachines } from "./keep-machines";
import type { ActivityDependencies, RunRef } from "./dependencies";

export interface RecordFailureInput extends RunRef {
  trigger: Trigger;
  state: Exclude<FinalState, "published" | "promoted">;
  /** The run was to take the version into `latest`; else it was to publish. */
  action?: "promote";
  /** Everything that made the plan impossible; empty when the run failed later. */
  problems: Problem[];
  /** What ended the run as a whole, when it was one thing. */
  fault?: Fault;
  regions: RegionOutcome[];
  /** LUNs of the version's data disks, in its own order, when a watch has read it. */
  dataLuns?: number[];
  /** True once a PUT may have been accepted: then something can be left over. */
  written: boolean;
  operationUrl?: string;
  /** The version's state when the watch ended; absent when it ended without knowing. */
  provisioningState?: string;
  /** Some region of the version was Completed then, of the request's or others; absent as above. */
  someCompleted?: boolean;
  /** Regions of the version that weren't excluded from `latest` then; absent where nobody has seen it. */
  inLatest?: readonly RegionName[];
  /** With the version's own location, where the run has come to know it. */
  image?: ImageTarget;
  /** What was taken back, and what wasn't. */
  undone: Undone[];
  /** Nothing of the run is in Azure any more. */
  gone?: true;
  /** Regions that were taken out of the version to be added back, and weren't. */
  removed?: RegionName[];
  /** Why the version couldn't be looked at once more at the end. */
  unseen?: Fault;
  startedAt: string;
  endedAt: string;
}

/**
 * The compensating step: keeps everything that is needed to understand the failure and to drive it
 * again, and announces it. Runs on every end that isn't `published`. Each step may be repeated.
 */
export function recordFailure(dependencies: ActivityDependencies) {
  const { documents, records, announcer } = dependencies;
  return async (input: RecordFailureInput): Promise<{ failureId: string }> => {
    const { publicationId, runId } = input;
    const [request, plan] = await Promise.all([
      documents.read<PublishRequest>(documentPaths.request(publicationId, input.fingerprint)),
      documents.read<PlanDocument>(documentPaths.plan(publicationId, runId)),
    ]);
    const path = documentPaths.failure(runFailureId(input.endedAt, runId));
    // Whoever takes a recording up that was cut off knows less than the run did: the first word stands, and what is
    // announced under its id stays the same.
    const before = await documents.read<FailureDocument>(path);
    const image = input.image ?? request?.image;
    const failure = before ?? failureDocument(input, image, request, plan);
    if (before === undefined) await documents.write(path, failure);
    if (image !== undefined)
      await documents.write(documentPaths.outcome(publicationId, runId), outcome(input, image));
    await keepMachines(documents, input, input);
    await records.putFailure({
      id: failure.id,
      recordedAt: input.endedAt,
      kind: "run",
      status: "open",
      state: input.state,
      summary: failure.summary,
      publicationId,
      runId,
      requestId: input.requestId,
      ...(image === undefined ? {} : { imageId: imageVersionId(image) }),
      ...(leavesFlagOpen(input.undone) ? { flagOpen: "true" as const } : {}),
      ...(failure.leftOver.length === 0 ? {} : { leftOverCount: `${failure.leftOver.length}` }),
    });
    await announcer.announce(
      publicationEvent({
        state: input.state,
        publicationId,
        key: runId,
        time: input.endedAt,
        data: announcedFailure(failure),
      }),
    );
    await freeNumber(dependencies, input, request);
    await records.finish({
      ...runRow(input, failure.id),
      publicationId,
      updatedAt: input.endedAt,
      ...(image === undefined ? {} : { imageId: imageVersionId(image), location: image.location }),
    });
    return { failureId: failure.id };
  };
}

/**
 * The number that was kept for this run is free again, when neither it nor an earlier run of the version can have written
 * it. Before the run's end is recorded: until that is done `reconcile` has it repeated, and by then the number may be
 * another's, or kept for other contents or a redrive of the same request.
 */
async function freeNumber(
  { records, numbers }: ActivityDependencies,
  { publicationId, runId, requestId, written, action }: RecordFailureInput,
  request: PublishRequest | undefined,
): Promise<void> {
  if (written || action !== undefined || request === undefined) return;
  const held = heldNumber(request);
  if (held === undefined) return;
  await numbers.release(request.image, held, async (row) => {
    if (keptFor(row) !== requestId) return false;
    const runs = await records.runs(publicationId);
    return runs.every((run) => run.runId === runId || !mayHaveWritten(run));
  });
}

function failureDocument(
  input: RecordFailureInput,
  image: ImageTarget | undefined,
  request: PublishRequest | undefined,
  plan: PlanDocument | undefined,
): FailureDocument {
  return {
    id: runFailureId(input.endedAt, input.runId),
    recordedAt: input.endedAt,
    kind: "run",
    ...(input.action === undefined ? {} : { action: input.action }),
    state: input.state,
    wrote: wrote(input),
    summary: summary(input),
    publicationId: input.publicationId,
    runId: input.runId,
    requestId: input.requestId,
    problems: input.problems,
    regions: input.regions,
    undone: input.undone,
    leftOver:
      image === undefined
        ? disksLeft(input.undone)
        : leftOver(image, { ...input, createdByRun: plan?.plan.kind === "create" }),
    ...(image === undefined ? {} : { image }),
    ...(request === undefined ? {} : { request }),
    ...(plan === undefined ? {} : { plan }),
    ...(input.fault === undefined ? {} : { fault: input.fault }),
    ...(input.operationUrl === undefined ? {} : { operationUrl: input.operationUrl }),
  };
}

function outcome(input: RecordFailureInput, image: ImageTarget): OutcomeDocument {
  const { publicationId, runId, requestId, state, startedAt, endedAt, regions } = input;
  return { publicationId, runId, requestId, state, image, startedAt, endedAt, regions };
}

function runRow(input: RecordFailureInput, failure: string): RunRow {
  const { runId, requestId, fingerprint, trigger, state, startedAt, endedAt } = input;
  return {
    runId,
    requestId,
    fingerprint,
    trigger,
    state,
    startedAt,
    endedAt,
    failureId: failure,
    wrote: wrote(input),
  };
}

const wrote = ({ written }: RecordFailureInput): NonNullable<RunRow["wrote"]> =>
  written ? "maybe" : "nothing";

/** One line for lists: the number of regions and the first reason. */
function summary(input: RecordFailureInput): string {
  const failed = input.regions.filter((region) => region.kind === "failed");
  const completed = input.regions.filter((region) => region.kind === "completed").length;
  const [first] = failed;
  const reason =
    input.problems[0]?.message ??
    input.fault?.message ??
    (first?.kind === "failed" ? `${first.region}: ${first.fault.message}` : "no reason was given");
  const counts =
    input.regions.length === 0 ? "" : `${completed} of ${input.regions.length} regions completed; `;
  return `${input.state}: ${counts}${reason}`.slice(0, 1000);
}
