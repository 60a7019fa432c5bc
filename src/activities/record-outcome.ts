import { documentPaths } from "../domain/run/document-paths";
import { publicationEvent } from "../domain/run/publication-event";
import type { ImageTarget } from "../domain/request/publish-request";
import type { Undone } from "../domain/rollout/undo";
import { imageVersionId } from "../domain/run/identity";
import { leftByUndo } from "../domain/run/left-over";
import type { RegionOutcome } from "../domain/run/outcome";
import type { OutcomeDocument, RunRow, Trigger } from "../domain/run/records";
import { keepMachines } from "./keep-machines";
import { keepOpenFlag, listOpenFlag } from "./keep-open-flag";
import type { ActivityDependencies, RunRef } from "./dependencies";

export interface RecordOutcomeInput extends RunRef {
  trigger: Trigger;
  image: ImageTarget;
  regions: RegionOutcome[];
  /** LUNs of the version's data disks, in its own order, when a watch has read it. */
  dataLuns?: number[];
  /** `published` when left out. */
  state?: "promoted";
  /** What became of disks that were left behind at first, and of a safety flag that a removal had opened. */
  undone?: readonly Undone[];
  /** ISO 8601; from the orchestration's clock, so that a repetition records the same. */
  startedAt: string;
  endedAt: string;
}

/** Records and announces a version that was published, or taken into `latest`. Each step may be repeated. */
export function recordOutcome({ documents, records, announcer }: ActivityDependencies) {
  return async (input: RecordOutcomeInput): Promise<{ kind: "recorded" }> => {
    const { publicationId, runId, requestId, fingerprint, trigger, startedAt, endedAt } = input;
    const { state = "published", undone = [] } = input;
    const left = leftByUndo(input.image, undone);
    const path = documentPaths.outcome(publicationId, runId);
    const before = await documents.read<OutcomeDocument>(path);
    const own: OutcomeDocument = {
      publicationId,
      runId,
      requestId,
      state,
      image: input.image,
      startedAt,
      endedAt,
      regions: input.regions,
      ...(left.length === 0 ? {} : { leftOver: left }),
    };
    // The first word stands: what is announced under its id stays the same.
    const document = before?.state === state ? before : own;
    await keepMachines(documents, input, { ...input, state });
    const entry = await keepOpenFlag({ documents }, input, document, undone);
    await documents.write(path, document);
    if (entry !== undefined) await listOpenFlag({ records }, entry, document);
    await announcer.announce(
      publicationEvent({
        state,
        publicationId,
        key: runId,
        time: document.endedAt,
        data: document,
      }),
    );
    const run: RunRow = {
      runId,
      requestId,
      fingerprint,
      trigger,
      state,
      startedAt,
      endedAt,
      ...(entry === undefined ? {} : { failureId: entry.id }),
    };
    await records.finish({
      ...run,
      publicationId,
      updatedAt: endedAt,
      imageId: imageVersionId(input.image),
      location: input.image.location,
    });
    return { kind: "recorded" };
  };
}
