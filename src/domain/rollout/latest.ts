import { closedFlag, type ImageVersionBody } from "../plan/image-version-body";
import { regionName, type RegionName } from "../region-name";
import { DEFAULTS, type PublishRequest } from "../request/publish-request";

/** What of a version is promoted. */
export interface Promotion {
  /** The version's own flag as well: a run made it, or a person asks for it. */
  whole: boolean;
  /** Regions whose flags are set as the request wants them; those that it does not name are let in. */
  regions: readonly RegionName[];
}

/**
 * The body with the exclusion from `latest` taken away as far as the request doesn't ask for it: the
 * version's flag and the regions', because either alone would go on excluding (REST contract).
 * Undefined when nothing changes: a PUT takes minutes.
 */
export function promoted(
  body: ImageVersionBody,
  request: Pick<PublishRequest, "excludeFromLatest" | "targetRegions">,
  { whole, regions }: Promotion,
): ImageVersionBody | undefined {
  const { publishingProfile } = body;
  const { excludeFromLatest: asked = DEFAULTS.excludeFromLatest } = request;
  const wanted = new Map(regions.map((name) => [name, false]));
  for (const { name, excludeFromLatest = DEFAULTS.excludeFromLatest } of request.targetRegions)
    if (wanted.has(name)) wanted.set(name, excludeFromLatest);
  const targetRegions = publishingProfile.targetRegions.map((region) => {
    const flag = wanted.get(regionName(region.name));
    return flag === undefined ? region : { ...region, excludeFromLatest: flag };
  });
  const next = {
    ...body,
    publishingProfile: {
      ...publishingProfile,
      targetRegions,
      ...(whole ? { excludeFromLatest: asked } : {}),
    },
    safetyProfile: closedFlag(body),
  };
  return sameFlags(body, next) ? undefined : next;
}

function sameFlags(a: ImageVersionBody, b: ImageVersionBody): boolean {
  const flags = ({ publishingProfile: { excludeFromLatest, targetRegions } }: ImageVersionBody) =>
    [excludeFromLatest, ...targetRegions.map((region) => region.excludeFromLatest)].map(Boolean);
  return flags(a).join() === flags(b).join();
}
