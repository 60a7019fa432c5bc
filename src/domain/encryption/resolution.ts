import { problem, type Problem } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { DiskEncryptionSetReference } from "../request/publish-request";
import { invalidTags } from "../request/read-tags";
import { readReference } from "./reference";

/** How the configuration finds the disk encryption set of a region that names none. */
export interface ResolutionRules {
  /** A set for each region: full id, `resourceGroup/name`, or a name. */
  byRegion: Readonly<Record<string, string>>;
  /** Name, or `resourceGroup/name`, with `{region}` in it. */
  nameTemplate?: string | undefined;
}

/**
 * Who tells the set of a region that names none, the first that does: the region map of the
 * configuration, the request's tags, the naming template. Nobody: there is none, and the region is
 * refused.
 */
export function resolver(
  { byRegion, nameTemplate }: ResolutionRules,
  byTag: Record<string, string> | undefined,
  problems: Problem[],
): (region: RegionName) => DiskEncryptionSetReference | undefined {
  const map = new Map(
    Object.entries(byRegion).map(([region, text]) => [regionName(region), text] as const),
  );
  if (byTag !== undefined && Object.keys(byTag).length === 0)
    problems.push(
      problem(
        "$.encryption.diskEncryptionSets.byTag",
        "Invalid",
        "no tag is named, so every disk encryption set would do",
        'name at least one, for example {"purpose": "golden-images"}',
      ),
    );
  problems.push(...invalidTags(byTag, ["encryption", "diskEncryptionSets", "byTag"]));
  return (region) => {
    const mapped = map.get(region);
    if (mapped !== undefined) return referenceIn(mapped);
    if (byTag !== undefined) return { kind: "tags", tags: byTag };
    return nameTemplate === undefined
      ? undefined
      : referenceIn(nameTemplate.replaceAll("{region}", region));
  };
}

/** Texts of the configuration were checked when it was read. */
function referenceIn(text: string): DiskEncryptionSetReference | undefined {
  const result = readReference(text, "$");
  return "reference" in result ? result.reference : undefined;
}

/** True for what can be read as a set, once `{region}` is filled in. */
export const isSetReference = (text: string): boolean =>
  referenceIn(text.replaceAll("{region}", "westus")) !== undefined;
