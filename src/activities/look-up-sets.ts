import type { EncryptionSets } from "../azure/encryption-sets";
import type { ImageVersionState } from "../azure/image-versions";
import { checkDiskEncryptionSet } from "../domain/encryption/check-set";
import {
  keptRegions,
  keptSetUnusable,
  purposeOf,
  type KeptRegion,
} from "../domain/preflight/kept-regions";
import type { Problem } from "../domain/problem";
import {
  isEncrypted,
  type ImageTarget,
  type PublishRequest,
} from "../domain/request/publish-request";
import { createSetResolver } from "./resolve-set";
import { createSetFinder, lookUpShared, type SetFinder, type SharedSets } from "./set-finder";
import type { Patience } from "./settle";

export interface LookedUp {
  /** What was looked up once for all regions. */
  sets: SharedSets;
  /** What is wrong with sets that a write would repeat although the request doesn't name them. */
  writeProblems: Problem[];
}

/**
 * Looks up the sets of a request, and looks at those of the regions that the version keeps: every
 * write echoes them, and Azure refuses one whose set is gone.
 * @throws {ArmError} when Azure doesn't answer
 */
export async function lookUpSets(
  encryptionSets: EncryptionSets,
  request: PublishRequest,
  existing: ImageVersionState | undefined,
  patience?: Patience,
): Promise<LookedUp> {
  const { image, targetRegions } = request;
  const there = existing?.body.publishingProfile.targetRegions ?? [];
  const kept = isEncrypted(request) ? keptRegions(request, there) : [];
  const sets = await lookUpShared(encryptionSets, { image, targetRegions, kept }, patience);
  const finder = createSetFinder(encryptionSets, image, sets, patience);
  const found = await Promise.all(kept.map((region) => checkKept(image, region, finder)));
  return { sets, writeProblems: found.flat() };
}

async function checkKept(
  image: ImageTarget,
  { name: region, sets }: KeptRegion,
  finder: SetFinder,
): Promise<Problem[]> {
  const resolve = createSetResolver(finder, image, region);
  const path = "$.image.version";
  const gallerySubscriptionId = image.subscriptionId;
  const found = await Promise.all(
    sets.map(async ({ id, disk }) => {
      const answer = await resolve({ kind: "id", id }, path);
      if ("problem" in answer) return [answer.problem];
      const encryptionType = purposeOf(disk, answer.set);
      const use = { region, path, gallerySubscriptionId, encryptionType };
      return checkDiskEncryptionSet(answer.set, use);
    }),
  );
  return found.flat().map((one) => keptSetUnusable(region, one));
}
