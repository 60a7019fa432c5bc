import { armName } from "../domain/arm-id";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import { printReference, referencedId } from "../domain/encryption/reference";
import type { Fault } from "../domain/fault";
import { problemOf } from "../domain/plan/combine";
import { problem, type Problem } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type { DiskEncryptionSetReference, ImageTarget } from "../domain/request/publish-request";
import { setsIn, type SetFinder } from "./set-finder";

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

/** From the list where there is one. What it doesn't show is asked for: Azure's words say why. */
async function find(
  finder: SetFinder,
  image: ImageTarget,
  region: RegionName,
  reference: DiskEncryptionSetReference,
): Promise<Search> {
  const listed = setsIn(finder.listed ?? [], reference, image, region);
  if (listed.length > 0) return { found: listed, missing: "" };
  const id = referencedId(reference, image);
  if (id === undefined) return search(finder, image, region, reference);
  if (reference.kind === "name" && finder.listAway !== undefined)
    return { refused: finder.listAway };
  const direct = await finder.get(id);
  if ("refused" in direct) return direct;
  if ("set" in direct) return { found: [direct.set], missing: "" };
  if (reference.kind !== "name" || finder.listed !== undefined)
    return { found: [], missing: direct.missing };
  const searched = await search(finder, image, region, reference);
  if ("found" in searched) return { found: searched.found, missing: direct.missing };
  const { code, message } = searched.refused;
  const more = `the subscription's sets can't be listed: ${code}: ${message}`;
  return { found: [], missing: `${direct.missing}; ${more}` };
}

async function search(
  finder: SetFinder,
  image: ImageTarget,
  region: RegionName,
  reference: DiskEncryptionSetReference,
): Promise<Search> {
  const all = await finder.all();
  if ("refused" in all) return all;
  const there = all.sets.filter((set) => regionName(set.location) === region);
  const names = there.map((set) => armName(set.id)).join(", ") || "none";
  return {
    found: setsIn(all.sets, reference, image, region),
    missing: `disk encryption sets in ${region}: ${names}`,
  };
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
