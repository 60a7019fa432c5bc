import { armName } from "../domain/arm-id";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import { printReference, referencedId } from "../domain/encryption/reference";
import type { Fault } from "../domain/fault";
import { problemOf } from "../domain/plan/combine";
import { problem, type Problem } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type { DiskEncryptionSetReference, ImageTarget } from "../domain/request/publish-request";
import type { SetFinder } from "./set-finder";

type Resolution = { set: DiskEncryptionSet } | { problem: Problem };

/** Finds the set that a reference means in one region, or says why there is none. */
export type SetResolver = (
  reference: DiskEncryptionSetReference,
  path: string,
) => Promise<Resolution>;

type Search =
  | {
      found: DiskEncryptionSet[];
      /** Azure's words about what was asked for first. */
      missing: string;
    }
  | { refused: Fault };

/**
 * Finds sets for one region; each distinct reference is asked for once.
 * @throws {ArmError} by its resolver, when Azure doesn't answer
 */
export function createSetResolver(
  finder: SetFinder,
  image: ImageTarget,
  region: RegionName,
): SetResolver {
  const known = new Map<string, Promise<Search>>();
  return async (reference, path) => {
    const key = printReference(reference).toLowerCase();
    const search = known.get(key) ?? find(finder, image, region, reference);
    known.set(key, search);
    const answer = await search;
    if ("refused" in answer) return { problem: problemOf(answer.refused, path, region) };
    const [only, ...more] = answer.found;
    if (only !== undefined && more.length === 0) return { set: only };
    return {
      problem:
        only === undefined
          ? problem(
              path,
              "DiskEncryptionSetNotFound",
              notFound(reference, image, region, answer.missing),
              `create it in ${region}, or name one that exists there`,
              region,
            )
          : problem(
              path,
              "DiskEncryptionSetAmbiguous",
              `"${printReference(reference)}" could be ${answer.found.map((set) => set.id).join(" or ")}`,
              "give the full id",
              region,
            ),
    };
  };
}

/**
 * A bare name means the gallery's resource group first (as the Azure CLI reads it), then the set of
 * that name in the region, if the subscription has exactly one.
 */
async function find(
  finder: SetFinder,
  image: ImageTarget,
  region: RegionName,
  reference: DiskEncryptionSetReference,
): Promise<Search> {
  const id = referencedId(reference, image);
  const direct = id === undefined ? { missing: "" } : await finder.get(id);
  if ("set" in direct) return { found: [direct.set], missing: "" };
  if ("refused" in direct) return direct;
  if (reference.kind !== "name" && reference.kind !== "tags")
    return { found: [], missing: direct.missing };
  const all = await finder.all();
  if ("refused" in all) {
    if (reference.kind === "tags") return all;
    const { code, message } = all.refused;
    return {
      found: [],
      missing: `${direct.missing}; the subscription's sets can't be listed: ${code}: ${message}`,
    };
  }
  const there = all.sets.filter((set) => regionName(set.location) === region);
  if (reference.kind === "name")
    return {
      found: there.filter((set) => armName(set.id).toLowerCase() === reference.name.toLowerCase()),
      missing: direct.missing,
    };
  const names = there.map((set) => armName(set.id)).join(", ") || "none";
  return {
    found: there.filter((set) => hasTags(set, reference.tags)),
    missing: `disk encryption sets in ${region}: ${names}`,
  };
}

/** Names of tags ignore case in Azure, values don't. */
function hasTags(set: DiskEncryptionSet, wanted: Record<string, string>): boolean {
  const own = new Map(Object.entries(set.tags).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(wanted).every(([name, value]) => own.get(name.toLowerCase()) === value);
}

function notFound(
  reference: DiskEncryptionSetReference,
  image: ImageTarget,
  region: RegionName,
  azureSays: string,
): string {
  if (reference.kind === "tags")
    return `no disk encryption set in ${region} has the tags ${printReference(reference)} (${azureSays})`;
  const elsewhere =
    reference.kind === "name"
      ? `, and the subscription has no set "${reference.name}" in ${region}`
      : "";
  return `The disk encryption set ${referencedId(reference, image) ?? ""} was not found${elsewhere} (${azureSays})`;
}
