import type { ImageVersionState } from "../azure/image-versions";
import { fault } from "../domain/fault";
import type { TargetRegion } from "../domain/plan/image-version-body";
import { sameEncryption } from "../domain/plan/region-encryption";
import type { Change } from "../domain/plan/plan";
import { regionToPrepare } from "../domain/plan/region-to-prepare";
import type { Problem } from "../domain/problem";
import { regionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import type { ActivityDependencies } from "./dependencies";
import { keyCheckOf, prepare } from "./prepare-region";
import { existingRegions } from "./read-version";
import { recheckSource } from "./recheck-source";
import { createSetFinder, lookUpShared } from "./set-finder";
import type { Trouble } from "./settle";

/** The last look before the write found what the plan didn't know: nothing is written. */
export interface Refusal {
  kind: "refused";
  problems: Problem[];
}

/** What was decided: of a whole plan, or of one of its waves. */
export interface Planned {
  targetRegions: TargetRegion[];
  difference: Pick<Change, "region" | "operation">[];
}

/**
 * Prepares the regions that are about to be written once more: their disk encryption sets are read
 * again, and their keys where the request asks for it; so is the source of a new version, because its
 * data disks are to be encrypted. What is found has to be what was planned. Hours of waiting may lie in between.
 * @param existing the version as it was read right before the write
 * @returns undefined when the plan still holds
 * @throws {ArmError} when Azure doesn't answer
 */
export async function recheckRegions(
  dependencies: Pick<ActivityDependencies, "encryptionSets" | "keys" | "now" | "sources">,
  request: PublishRequest,
  planned: Planned,
  existing: ImageVersionState | undefined,
): Promise<Refusal | Extract<Trouble, { kind: "failed" }> | undefined> {
  const { encryptionSets } = dependencies;
  const there = existing === undefined ? undefined : existingRegions(existing);
  const regions = regionsToWrite(planned, existing);
  const names = new Set(regions.map(({ name }) => regionName(name)));
  const [source, sets] = await Promise.all([
    recheckSource(dependencies, request, existing),
    lookUpShared(encryptionSets, {
      image: request.image,
      targetRegions: request.targetRegions.filter(({ name }) => names.has(name)),
    }),
  ]);
  const finder = createSetFinder(encryptionSets, request.image, sets);
  const checkKey = keyCheckOf(dependencies, request);
  const answers = await Promise.all(
    regions.map(async (region) => {
      const known = { ...source, ...(there === undefined ? {} : { existing: there }) };
      const toPrepare = regionToPrepare(known, regionName(region.name));
      const now = await prepare(toPrepare, request, finder, checkKey);
      return { region, now };
    }),
  );
  const problems = [
    ...source.problems,
    ...answers.flatMap(({ now }) => (now.kind === "refused" ? now.problems : [])),
  ];
  if (problems.length > 0) return { kind: "refused", problems };
  const other = answers.find(
    ({ region, now }) =>
      now.kind === "prepared" &&
      !sameEncryption(now.prepared.targetRegion.encryption, region.encryption),
  );
  return other === undefined ? undefined : { kind: "failed", fault: otherSets(other.region.name) };
}

/** Not those that stay as they are; but one that vanished since the plan is written again. */
function regionsToWrite(
  { targetRegions, difference }: Planned,
  existing: ImageVersionState | undefined,
): TargetRegion[] {
  const there = new Set(
    existing?.body.publishingProfile.targetRegions.map(({ name }) => regionName(name)),
  );
  const stays = new Set(
    difference.filter(({ operation }) => operation === "unchanged").map(({ region }) => region),
  );
  return targetRegions.filter(({ name }) => {
    const region = regionName(name);
    return !stays.has(region) || !there.has(region);
  });
}

const otherSets = (region: string) =>
  fault(
    "EncryptionChangedSincePlan",
    "operator",
    `in region ${region} the request's names or tags mean other disk encryption sets, or the source has other data disks, than when the plan was made`,
    "look who moved or tagged the sets, or replaced the source, then run the request again",
  );
