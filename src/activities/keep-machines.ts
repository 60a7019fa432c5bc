import type { Documents } from "../azure/documents";
import type { TargetRegion } from "../domain/plan/image-version-body";
import { regionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { leftVersion } from "../domain/run/left-version";
import type { FinalState, RegionOutcome } from "../domain/run/outcome";
import type { MachinesDocument, PlanDocument } from "../domain/run/records";
import type { RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";

/** How a run ended, as far as machines of its version need to know. */
interface Ended {
  state: FinalState;
  regions: RegionOutcome[];
  dataLuns?: number[];
}

/**
 * Keeps what creating machines from the run's Completed regions needs to know, out of what the run has
 * found and written. A document of its own: events and lists don't grow by it.
 */
export async function keepMachines(
  documents: Documents,
  run: RunRef,
  { state, regions, dataLuns }: Ended,
): Promise<void> {
  const completed = regions.filter(({ kind }) => kind === "completed").map(({ region }) => region);
  if (completed.length === 0) return;
  const { publicationId, runId } = run;
  const [request, inspected, planned] = await Promise.all([
    documents.read<PublishRequest>(documentPaths.request(publicationId, run.fingerprint)),
    documents.read<InspectedDocument>(documentPaths.inspected(publicationId, runId)),
    documents.read<PlanDocument>(documentPaths.plan(publicationId, runId)),
  ]);
  if (request === undefined || inspected === undefined) return;
  const { existing, definition } = inspected;
  const left = leftVersion({ run, state, request, plan: planned?.plan, existing, completed });
  if (left === undefined) return;
  const { targetRegions, excludeFromLatest = false } = left.publishingProfile;
  const machines: MachinesDocument = {
    image: request.image,
    ...(definition === undefined ? {} : { definition }),
    dataLuns: dataLuns ?? inspected.dataLuns ?? [],
    targetRegions: targetRegions
      .filter(({ name }) => completed.includes(regionName(name)))
      .map(toUse),
    excludeFromLatest,
  };
  await documents.write(documentPaths.machines(publicationId, runId), machines);
}

const toUse = ({ name, excludeFromLatest, encryption }: TargetRegion): TargetRegion => ({
  name,
  ...(excludeFromLatest === undefined ? {} : { excludeFromLatest }),
  ...(encryption === undefined ? {} : { encryption }),
});
