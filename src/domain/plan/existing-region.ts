import { present } from "../present";
import { problem, type Problem } from "../problem";
import { DEFAULTS, type RequestedRegion } from "../request/publish-request";
import type { TargetRegion } from "./image-version-body";
import type { RegionOperation } from "./plan";
import { sameEncryption, setsByDisk } from "./region-encryption";
import type { RegionToPrepare } from "./region-to-prepare";

/**
 * What a region gets besides its encryption. Of a region that is there, what the request doesn't
 * speak of stays as it is, also when the region is removed and added back; the defaults are for regions that are new.
 */
export function regionSettings(
  region: RequestedRegion,
  existing: TargetRegion | undefined,
): Omit<TargetRegion, "name" | "encryption"> {
  const { regionalReplicaCount, storageAccountType, excludeFromLatest } = {
    ...(existing ?? {
      regionalReplicaCount: DEFAULTS.replicaCount,
      storageAccountType: DEFAULTS.storageAccountType,
      excludeFromLatest: DEFAULTS.excludeFromLatest,
    }),
    ...region,
  };
  const additionalReplicaSets = existing?.additionalReplicaSets;
  return present({
    regionalReplicaCount,
    storageAccountType,
    excludeFromLatest,
    additionalReplicaSets,
  });
}

/** What happens to a region that is to become this. */
export function operationFor(
  { existing, versionExists }: RegionToPrepare,
  target: TargetRegion,
  image: { location: string },
): RegionOperation {
  if (existing?.failed === true) return "repeat";
  if (existing !== undefined)
    return existing.targetRegion.regionalReplicaCount === target.regionalReplicaCount
      ? "unchanged"
      : "scale";
  return !versionExists && target.name === image.location ? "create" : "replicate";
}

/**
 * Encryption and storage type of a region that is there can't be changed (REST contract). A set that
 * wasn't found has an empty id, and is told by itself.
 * @param path of the region's encryption
 */
export function immutable(
  existing: TargetRegion | undefined,
  wanted: TargetRegion,
  path: string,
  region: RequestedRegion,
): Problem[] {
  if (existing === undefined) return [];
  const problems: Problem[] = [];
  const areSetsFound = [...setsByDisk(wanted.encryption).values()].every((id) => id !== "");
  if (areSetsFound && !sameEncryption(existing.encryption, wanted.encryption))
    problems.push(
      problem(
        path,
        "EncryptionImmutable",
        `region ${region.name} exists with other disk encryption sets: ${JSON.stringify(existing.encryption ?? "none")}`,
        "name the sets it has, or choose another version number",
        region.name,
      ),
    );
  const [has, asked] = [existing.storageAccountType, region.storageAccountType];
  if (has !== undefined && asked !== undefined && has.toLowerCase() !== asked.toLowerCase())
    problems.push(
      problem(
        path.replace(/encryption$/, "storageAccountType"),
        "StorageAccountTypeImmutable",
        `region ${region.name} exists with ${has}; the request asks for ${asked}`,
        "ask for the type it has, or choose another version number",
        region.name,
      ),
    );
  return problems;
}
