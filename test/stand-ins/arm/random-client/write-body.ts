import type { GalleryImageVersion, TargetRegion } from "@azure/arm-compute";
import { image, region as encryptedRegion } from "../support/worlds";
import { REGIONS, type Change, type Write } from "./steps";

const [SOURCE] = REGIONS;

const is =
  (name: string) =>
  (region: TargetRegion): boolean =>
    region.name.replaceAll(" ", "").toLowerCase() === name;

/** Applies one change to a list of regions. */
function changed(regions: TargetRegion[], change: Change): TargetRegion[] {
  const replaced = (name: string, more: Partial<TargetRegion>): TargetRegion[] =>
    regions.map((one) => (is(name)(one) ? { ...one, ...more } : one));
  switch (change.kind) {
    case "scale":
      return replaced(change.region, { regionalReplicaCount: change.count });
    case "hide":
      return replaced(change.region, { excludeFromLatest: change.hidden });
    case "add": {
      if (regions.some(is(change.region))) return regions;
      const added = change.encrypted ? encryptedRegion(change.region) : { name: change.region };
      return [...regions, added];
    }
    case "remove":
      return regions.filter((one) => !is(change.region)(one));
    case "encrypt":
      return replaced(change.region, {
        encryption: encryptedRegion(change.region).encryption ?? {},
      });
    case "forgetEncryption":
      return regions.map((one) => {
        if (change.region !== "all" && !is(change.region)(one)) return one;
        const { encryption: _, ...rest } = one;
        return rest;
      });
    case "tag":
      return regions;
  }
}

/**
 * The body of a write: what the writer read, with its changes, or a new version where it has read
 * none.
 */
export function bodyOf(write: Write, read: GalleryImageVersion | undefined): GalleryImageVersion {
  const first = write.createEncrypted ? encryptedRegion(SOURCE) : { name: SOURCE };
  const before = read?.publishingProfile?.targetRegions ?? [first];
  const targetRegions = write.changes.reduce(changed, before);
  const tag = write.changes.find((change) => change.kind === "tag")?.value ?? read?.tags?.["tag"];
  return {
    location: SOURCE,
    ...(tag === undefined ? {} : { tags: { tag } }),
    publishingProfile: { targetRegions },
    safetyProfile: { allowDeletionOfReplicatedLocations: write.allowRemoval },
    storageProfile: write.withSource ? { source: { id: image("myImage") } } : {},
  };
}
