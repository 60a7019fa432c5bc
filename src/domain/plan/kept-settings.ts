import { problem, warning, type Remark } from "../problem";
import { regionName } from "../region-name";
import type { Promotion } from "../rollout/latest";
import { jsonPath } from "../request/json-path";
import { DEFAULTS, type PublishRequest } from "../request/publish-request";
import type { ImageVersionBody } from "./image-version-body";

type Setting = string | number | boolean;

/**
 * What a request says otherwise than the version that is there. Of an existing version only regions
 * are added and replicas scaled, everything else is echoed as it is; nobody shall think it changed.
 * @param owed what is taken into `latest` all the same
 */
export function keptSettings(
  request: PublishRequest,
  version: ImageVersionBody,
  owed?: Promotion,
): Remark[] {
  const { publishingProfile: profile, tags, location } = version;
  const remarks: Remark[] = [];
  const compare = (member: string[], wanted?: Setting, has?: Setting, more = ""): void => {
    if (wanted === undefined || wanted === has) return;
    const place = member.join(".");
    const old = has === undefined ? `no ${place}` : `${place} ${has}`;
    remarks.push(kept(jsonPath(member), old, String(wanted), more));
  };
  if (request.locationIsDefault !== true)
    compare(["image", "location"], request.image.location, regionName(location));
  compare(["replicaCount"], request.replicaCount, profile.replicaCount ?? request.replicaCount);
  compare(
    ["storageAccountType"],
    request.storageAccountType,
    profile.storageAccountType ?? request.storageAccountType,
  );
  compare(["endOfLifeDate"], instant(request.endOfLifeDate), instant(profile.endOfLifeDate));
  const excluded = profile.excludeFromLatest ?? false;
  if (owed?.whole !== true)
    compare(
      ["excludeFromLatest"],
      // Published means latest: who says nothing of it expects that, too.
      request.excludeFromLatest ?? (excluded ? DEFAULTS.excludeFromLatest : undefined),
      excluded,
      excluded ? "; regions that are added are excluded as well" : "",
    );
  for (const [name, value] of Object.entries(request.tags))
    compare(["tags", name], value, tags[name]);
  return [...remarks, ...keptExclusions(request, version, owed)];
}

/** A region's own flag beats the version's; only where a request says one of its own it is told. */
function keptExclusions(
  request: PublishRequest,
  version: ImageVersionBody,
  owed: Promotion | undefined,
): Remark[] {
  const there = new Map(
    version.publishingProfile.targetRegions.map((region) => [regionName(region.name), region]),
  );
  return request.targetRegions.flatMap(({ name, excludeFromLatest }, index) => {
    const region = there.get(name);
    if (region === undefined || excludeFromLatest === undefined) return [];
    if (excludeFromLatest === request.excludeFromLatest) return [];
    if (owed?.regions.includes(name) === true) return [];
    const has = region.excludeFromLatest ?? false;
    if (has === excludeFromLatest) return [];
    const path = `$.targetRegions[${index}].excludeFromLatest`;
    return [kept(path, `excludeFromLatest ${has} in ${name}`, String(excludeFromLatest), "", name)];
  });
}

const kept = (path: string, has: string, wanted: string, more: string, region?: string): Remark =>
  warning(
    problem(
      path,
      "VersionSettingKept",
      `the version exists and keeps ${has}; the request says ${wanted}${more}`,
      "change it with another tool if it matters, or choose another version number",
      region,
    ),
  );

/** Azure gives times back in another form than they were sent. */
const instant = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();
