import type { ImageVersionState } from "../azure/image-versions";
import type { ExistingRegion } from "../domain/plan/region-to-prepare";
import type { Problem } from "../domain/problem";
import { regionName } from "../domain/region-name";
import type { ImageTarget } from "../domain/request/publish-request";
import type { ActivityDependencies } from "./dependencies";
import { isProblem, readOrRefused } from "./read-or-refused";
import type { Patience } from "./settle";

/** The version as Azure has it, undefined when there is none, or why Azure doesn't show it. */
export type VersionSeen = ImageVersionState | Problem | undefined;

export const readVersion = (
  { imageVersions }: Pick<ActivityDependencies, "imageVersions">,
  image: ImageTarget,
  patience?: Patience,
): Promise<VersionSeen> => readOrRefused("$.image", () => imageVersions.get(image), patience);

/** The version, where Azure shows one. */
export const shown = (version: VersionSeen): ImageVersionState | undefined =>
  version === undefined || isProblem(version) ? undefined : version;

/** The version that a write would find: one that is being deleted is gone by then. */
export function lasting(version: VersionSeen): ImageVersionState | undefined {
  const seen = shown(version);
  return seen?.provisioningState.toLowerCase() === "deleting" ? undefined : seen;
}

/** The regions of a version, and which of them Azure gave up. */
export function existingRegions(version: ImageVersionState): ExistingRegion[] {
  const failed = new Set(
    version.summary
      .filter((entry) => entry.state.toLowerCase() === "failed")
      .map((entry) => regionName(entry.region)),
  );
  return version.body.publishingProfile.targetRegions.map((targetRegion) => ({
    targetRegion,
    failed: failed.has(regionName(targetRegion.name)),
  }));
}
