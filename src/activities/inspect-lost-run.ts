import { createHash } from "node:crypto";
import type { Problem } from "../domain/problem";
import { regionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import type { Undone, UndoStep } from "../domain/rollout/undo";
import { documentPaths } from "../domain/run/document-paths";
import { canonicalJson } from "../domain/run/identity";
import { judgeLostRun, RUN_LOST, type LostRun, type Traces } from "../domain/run/lost-run";
import {
  mayHaveWritten,
  runFailureId,
  type FailureDocument,
  type OutcomeDocument,
} from "../domain/run/records";
import { answeredBy } from "./answered-by";
import type { ActivityDependencies, RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";
import { plannedRegions } from "./planned-regions";
import { readingOf } from "./reading-of";
import { settle, type Trouble } from "./settle";

/** An end that the run had begun to record: it is recorded whole, and the same. */
export interface BegunEnd {
  endedAt: string;
  problems: Problem[];
  undone: Undone[];
  operationUrl?: string;
}

export interface InspectLostRunInput extends RunRef {
  action?: "promote";
}

export type Inspection =
  /** Its end is recorded: there is nothing to do. */
  | { kind: "recorded" }
  | {
      kind: "lost";
      image: ImageTarget;
      onFailure: "keepHealthy" | "rollBack";
      lost: LostRun;
      /** Equal for equal versions: what Azure has now, without its progress. */
      seen: string;
      /** A write of the run, begun before its orchestration ended, may be on its way to Azure. */
      mayStillWrite: boolean;
      /** The ledger or the outcome has it already, only its row doesn't. */
      begun?: BegunEnd;
    };

type Lost = Extract<Inspection, { kind: "lost" }>;

/** Looks for what is left of a run that has ended without a record: in storage, and in Azure. */
export function inspectLostRun(dependencies: ActivityDependencies) {
  return async (run: InspectLostRunInput): Promise<Inspection | Trouble> => {
    const { documents, records } = dependencies;
    const rows = await records.runs(run.publicationId);
    const own = rows.find(({ runId }) => runId === run.runId);
    if (own !== undefined && own.state !== "accepted") return { kind: "recorded" };
    const path = documentPaths.request(run.publicationId, run.fingerprint);
    const request = await documents.read<PublishRequest>(path);
    if (request === undefined) return { kind: "failed", fault: RUN_LOST };
    const ended = await begunEnd(dependencies, run);
    return ended === undefined
      ? judged(dependencies, run, request)
      : { ...lostOf(request), ...ended };
  };
}

/** What holds for every lost run until more is known. */
const lostOf = ({ image, rollout }: PublishRequest) =>
  ({ kind: "lost", image, onFailure: rollout.onFailure, seen: "", mayStillWrite: false }) as const;

async function judged(
  dependencies: ActivityDependencies,
  run: InspectLostRunInput,
  request: PublishRequest,
): Promise<Inspection | Trouble> {
  const { documents, records } = dependencies;
  const { publicationId, runId } = run;
  const [undo, inspected, { cancel }, holder] = await Promise.all([
    documents.read<UndoStep[]>(documentPaths.undo(publicationId, runId)),
    documents.read<InspectedDocument>(documentPaths.inspected(publicationId, runId)),
    records.signals(publicationId, runId),
    records.publication(publicationId),
  ]);
  const isSuperseded = holder !== undefined && holder.row.runId !== runId;
  const isUnbegun = inspected === undefined;
  const isUnstarted = isUnbegun && run.action !== "promote";
  if (isSuperseded && isUnbegun && (await answeredBy(dependencies, run)) !== undefined) {
    // Another run is its request's: this one was abandoned before its start, and its end would be a second one.
    await records.withdraw({ id: publicationId, runId }, "leave", async () => true);
    return { kind: "recorded" };
  }
  return settle<Lost | Trouble>(async () => {
    const found = await readVersion(dependencies, run, request.image);
    const now = dependencies.now().getTime();
    const leftOut = inspected?.leftOut ?? [];
    const said = {
      ...(cancel === undefined ? {} : { cancel }),
      isSuperseded,
      isUnstarted,
      leftOut,
    };
    const traces: Traces = { run, request, undo: undo ?? [], now, ...said, ...found };
    const { image, ...rest } = lostOf(request);
    const location = found.version?.body.location;
    return {
      ...rest,
      // A request may name no location, and then means that of the version.
      image: location === undefined ? image : { ...image, location: regionName(location) },
      // What a later run has built on isn't this one's to take back any more.
      ...(isSuperseded ? { onFailure: "keepHealthy" as const } : {}),
      lost: judgeLostRun(traces),
      seen: createHash("sha256")
        .update(canonicalJson(found.version?.body ?? null))
        .digest("hex"),
      mayStillWrite: !isUnstarted,
    };
  });
}

/** Judged by its keys as well: what somebody has written anew under others is none of the run's. */
async function readVersion(
  { documents, imageVersions }: ActivityDependencies,
  run: InspectLostRunInput,
  image: ImageTarget,
): Promise<Pick<Traces, "version" | "planned">> {
  const version = await imageVersions.get(image);
  const planned = await plannedRegions({ documents }, run);
  if (version === undefined) return { planned };
  return { planned, version: { body: version.body, reading: readingOf(version, planned) } };
}

/** Documents are written before rows, so an end can be half recorded. */
async function begunEnd(
  { documents }: ActivityDependencies,
  { publicationId, runId }: RunRef,
): Promise<{ lost: LostRun; begun: BegunEnd } | undefined> {
  const outcome = await documents.read<OutcomeDocument>(
    documentPaths.outcome(publicationId, runId),
  );
  if (outcome === undefined) return undefined;
  const { state, regions, endedAt } = outcome;
  const failure = await documents.read<FailureDocument>(
    documentPaths.failure(runFailureId(endedAt, runId)),
  );
  const written = mayHaveWritten({ state, wrote: failure?.wrote });
  const lost: LostRun = { state, regions, written, writes: 0 };
  if (failure === undefined) return { lost, begun: { endedAt, problems: [], undone: [] } };
  const { problems, undone = [], fault, operationUrl } = failure;
  return {
    lost: { ...lost, ...(fault === undefined ? {} : { fault }) },
    begun: {
      endedAt,
      problems,
      undone,
      ...(operationUrl === undefined ? {} : { operationUrl }),
    },
  };
}
