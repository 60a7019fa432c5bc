import { regionName, type RegionName } from "../region-name";
import { imageVersionId } from "../run/identity";
import type { RegionOutcome } from "../run/outcome";
import type { MachinesDocument, OutcomeDocument } from "../run/records";
import { machineImage, type MachineImage } from "./machine-image";

/** What one ended run says of the regions of its version. */
export interface RunWord {
  outcome: Pick<OutcomeDocument, "runId" | "regions">;
  /** Absent when the run has completed none, or ended before such facts were kept. */
  machines?: MachinesDocument;
}

/** Whether machines can be created from a version in one of its regions, or why not. */
export type RegionUse = { region: RegionName } & (
  | { kind: "usable"; image: MachineImage; inLatest: boolean }
  /** `notRecorded`: it may be usable in Azure, but nobody kept from what. */
  | { kind: "notCompleted" | "notRecorded" | "noCommands"; reason: string }
);

/**
 * What can be said of each region that a run has named. The newest run that has dealt with a region counts; one
 * that was refused before its first write, or stopped before the region, says nothing of it.
 * @param words of the version's ended runs, the newest first
 */
export function regionUses(words: readonly RunWord[]): RegionUse[] {
  const names = new Set(
    words.flatMap(({ outcome }) => outcome.regions.map(({ region }) => region)),
  );
  return [...names].map((region) => {
    const last = lastOutcome(words, region);
    return last?.kind === "completed"
      ? completed(words, region)
      : { region, kind: "notCompleted", reason: whyNot(last) };
  });
}

const lastOutcome = (words: readonly RunWord[], region: RegionName): RegionOutcome | undefined =>
  words
    .flatMap(({ outcome }) => outcome.regions)
    .find(
      (outcome) =>
        outcome.region === region &&
        (outcome.kind === "completed" || (outcome.kind === "failed" && outcome.attempts > 0)),
    );

const whyNot = (outcome: RegionOutcome | undefined): string =>
  outcome?.kind === "failed"
    ? `it has failed: ${outcome.fault.code}: ${outcome.fault.message}`
    : "no run has written it";

function completed(words: readonly RunWord[], region: RegionName): RegionUse {
  const kept = words.flatMap(({ machines }) => machines ?? []);
  const own = kept.find((machines) => targetRegionOf(machines, region) !== undefined);
  const targetRegion = own && targetRegionOf(own, region);
  const definition = kept.find((machines) => machines.definition !== undefined)?.definition;
  if (own === undefined || targetRegion === undefined || definition === undefined)
    return {
      region,
      kind: "notRecorded",
      reason: "what its machines need to know was not recorded: send the request again, or promote",
    };
  const { image, dataLuns } = own;
  const read = machineImage({
    versionId: imageVersionId(image),
    ...{ definition, targetRegion, dataLuns },
  });
  if ("reason" in read) return { region, kind: "noCommands", reason: read.reason };
  // Either flag alone keeps a region out (REST contract); the version's is that of its newest run.
  const excluded = kept[0]?.excludeFromLatest === true || targetRegion.excludeFromLatest === true;
  return { region, kind: "usable", image: read.image, inLatest: !excluded };
}

const targetRegionOf = ({ targetRegions }: MachinesDocument, region: RegionName) =>
  targetRegions.find(({ name }) => regionName(name) === region);
