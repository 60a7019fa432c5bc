import { parse as parseDuration } from "tinyduration";
import { resolver, type ResolutionRules } from "../encryption/resolution";
import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import { knownRegions, regionName, type RegionName } from "../region-name";
import { notAllowed, type AllowList, type Touched } from "./allow-list";
import type { PublishRequest, RequestedRegion } from "./publish-request";
import { readImage } from "./read-image";
import { readStorageType, readTargetRegions, replicaProblems } from "./read-regions";
import { readSource, type VmSourceWithCmk } from "./read-source";
import type { WireRequest } from "./schema";
import { readStructure } from "./structure";
import { unsupported } from "./unsupported";

/** What the rules need to know besides the request itself. */
export interface RequestRules {
  additionalRegions: readonly string[];
  maxReplicaCount: number;
  allow: AllowList;
  resolution: ResolutionRules;
  vmSourceWithCmk: VmSourceWithCmk;
  now: Date;
}

export type ParsedRequest =
  | { kind: "valid"; request: PublishRequest; requestId?: string }
  | { kind: "invalid"; problems: Problem[]; requestId?: string };

const DEFAULT_TIMEOUT = "PT6H";
/** An update of a version takes minutes even in Azure's best case; under this nothing can end well. */
const MIN_TIMEOUT_MS = 60_000;
/** A run that holds its version for longer than this is a mistake, not patience. */
const MAX_TIMEOUT_MS = 30 * 24 * 3_600_000;

/**
 * Reads a publish request (docs/request.md): structure, rules between values, normal form. All
 * problems are found in one go, also rules beside structural mistakes, each with its JSON path.
 */
export function parseRequest(raw: unknown, rules: RequestRules): ParsedRequest {
  const { read, problems } = readStructure(raw);
  const members = read.members;
  const id = members.requestId === undefined ? {} : { requestId: members.requestId };
  problems.push(...unsupported(members));

  const image = members.image === undefined ? undefined : readImage(members.image, problems);
  const source =
    members.source === undefined
      ? undefined
      : readSource(members.source, rules.vmSourceWithCmk, problems);
  const replicaCount = members.replicaCount ?? 1;
  problems.push(...replicaProblems(replicaCount, "$.replicaCount", rules.maxReplicaCount));
  const storageAccountType =
    members.storageAccountType === undefined
      ? "Standard_LRS"
      : readStorageType(members.storageAccountType, "$.storageAccountType", problems);
  const known = knownRegions(rules.additionalRegions);
  const { regions, problems: regionProblems } = readTargetRegions(read.regions, {
    replicaCount,
    storageAccountType,
    excludeFromLatest: members.excludeFromLatest ?? false,
    known,
    setOf: resolver(rules.resolution, members.encryption?.diskEncryptionSets?.byTag, problems),
    maxReplicaCount: rules.maxReplicaCount,
  });
  const positions = read.regions.map(({ index }) => index);
  problems.push(...regionProblems, ...sameDisksEverywhere(regions, positions));
  const uses = usesOfSets(regions, positions);
  problems.push(...notAllowed({ image, source, uses }, rules.allow));
  const location = image?.location || (regions[0]?.name ?? "");
  const targets = new Set([
    ...regions.map((region) => region.name),
    ...read.malformedRegions.map(regionName),
  ]);
  if (image !== undefined) problems.push(...locationProblems(location, image.location, targets));
  const endOfLifeDate = readEndOfLife(members.endOfLifeDate, rules.now, problems);
  const rollout = readRollout(members.rollout, targets, problems);

  if (problems.length > 0 || image === undefined || source === undefined)
    return { kind: "invalid", problems: bounded(problems), ...id };
  const request: PublishRequest = {
    image: { ...image, location },
    source,
    encryption: {
      type:
        members.encryption?.type === "platformAndCustomerManagedKeys"
          ? "platformAndCustomerManagedKeys"
          : "customerManagedKey",
    },
    targetRegions: regions,
    replicaCount,
    storageAccountType,
    ...(endOfLifeDate === undefined ? {} : { endOfLifeDate }),
    excludeFromLatest: members.excludeFromLatest ?? false,
    replicationMode: "Full",
    // Absent otherwise: a request that doesn't ask is what it always was, in fingerprints too.
    ...(members.preflight?.keyVault === true ? { preflight: { keyVault: true } } : {}),
    tags: members.tags ?? {},
    rollout,
  };
  return { kind: "valid", request, ...id };
}

function usesOfSets(regions: RequestedRegion[], positions: number[]): Touched["uses"] {
  return regions.flatMap(({ name, osDiskImage, dataDiskImages }, index) => {
    const path = `$.targetRegions[${positions[index] ?? index}].encryption`;
    const use = (disk: RequestedRegion["osDiskImage"], at: string) => ({
      reference: disk.diskEncryptionSetId,
      path: `${path}.${at}.diskEncryptionSetId`,
      region: name,
    });
    return [
      use(osDiskImage, "osDiskImage"),
      ...dataDiskImages.map((disk, position) => use(disk, `dataDiskImages[${position}]`)),
    ];
  });
}

/** More than a person reads, and less than a message or an answer holds. */
const MAX_PROBLEMS = 500;

function bounded(problems: Problem[]): Problem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  return [
    ...problems.slice(0, MAX_PROBLEMS),
    problem(
      "$",
      "MoreProblems",
      `${problems.length - MAX_PROBLEMS} further problems aren't listed`,
      "mend these first",
    ),
  ];
}

/** The source region must be among the target regions (REST contract). */
function locationProblems(
  location: RegionName,
  given: RegionName,
  targets: ReadonlySet<RegionName>,
): Problem[] {
  if (given === "" || targets.size === 0 || targets.has(location)) return [];
  return [
    problem(
      "$.targetRegions",
      "SourceRegionMissing",
      `the version's location ${location} isn't among the target regions`,
      `add {"name": "${location}", …} to targetRegions`,
      location,
    ),
  ];
}

/** All-or-none per disk: a LUN encrypted in one region is encrypted in every region (REST contract). */
function sameDisksEverywhere(regions: RequestedRegion[], positions: number[]): Problem[] {
  const all = new Set(regions.flatMap((region) => region.dataDiskImages.map((disk) => disk.lun)));
  return regions.flatMap((region, index) => {
    if (region.oneSetForAllDisks === true) return [];
    const own = new Set(region.dataDiskImages.map((disk) => disk.lun));
    const missing = [...all].filter((lun) => !own.has(lun));
    if (missing.length === 0) return [];
    return [
      problem(
        `$.targetRegions[${positions[index] ?? index}].encryption.dataDiskImages`,
        "DataDiskEncryptionMissing",
        `region ${region.name} names no disk encryption set for the data disk at LUN ${missing.join(", ")}, other regions do`,
        "a disk that is encrypted in one region must be in every region: add the missing LUN",
        region.name,
      ),
    ];
  });
}

const ISO_DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Milliseconds since the epoch; NaN for what is no date. `Date.parse` alone reads a time without a
 * zone in the machine's own, takes words after the date, and makes 2 March of 30 February.
 */
function parseIsoDate(text: string): number {
  const [, day = "", time, , , zone] = ISO_DATE.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return NaN;
  return time === undefined ? midnight : Date.parse(zone === undefined ? `${text}Z` : text);
}

function readEndOfLife(
  given: string | undefined,
  now: Date,
  problems: Problem[],
): string | undefined {
  if (given === undefined) return undefined;
  const time = parseIsoDate(given);
  const report = (code: ProblemCode, message: string, action: string): undefined => {
    problems.push(problem("$.endOfLifeDate", code, message, action));
    return undefined;
  };
  if (Number.isNaN(time))
    return report("InvalidDate", `"${given}" isn't an ISO 8601 date`, "for example 2027-12-01");
  if (time <= now.getTime())
    return report(
      "EndOfLifeInPast",
      `the end of life ${given} has passed`,
      "give a date in the future, or leave it out",
    );
  return new Date(time).toISOString();
}

function readRollout(
  rollout: WireRequest["rollout"],
  targets: ReadonlySet<RegionName>,
  problems: Problem[],
): PublishRequest["rollout"] {
  const required = rollout?.requiredRegions ?? "all";
  if (Array.isArray(required))
    problems.push(
      ...required
        .filter((name) => !targets.has(regionName(name)))
        .map((name) =>
          problem(
            "$.rollout.requiredRegions",
            "RequiredRegionNotTargeted",
            `"${name}" is required but isn't among the target regions`,
            "add it to targetRegions or remove it here",
          ),
        ),
    );
  if (typeof required === "number" && required > targets.size && targets.size > 0)
    problems.push(
      problem(
        "$.rollout.requiredRegions",
        "RequiredRegionNotTargeted",
        `${required} regions are required, ${targets.size} are targeted`,
        "lower the number or add regions",
      ),
    );
  problems.push(...incompleteWave(rollout?.waves, targets));
  return {
    requiredRegions: Array.isArray(required) ? required.map(regionName).sort() : required,
    timeoutMs: readTimeout(rollout?.timeout ?? DEFAULT_TIMEOUT, problems),
  };
}

/** A single wave is what happens anyway, as long as it means every region. */
function incompleteWave(
  waves: NonNullable<WireRequest["rollout"]>["waves"],
  targets: ReadonlySet<RegionName>,
): Problem[] {
  const [wave, ...more] = Array.isArray(waves) ? waves : [];
  if (wave === undefined || more.length > 0) return []; // several waves are refused as such
  const named = new Set(wave.map(regionName));
  if (named.size === targets.size && [...named].every((name) => targets.has(name))) return [];
  return [
    problem(
      "$.rollout.waves",
      "RolloutUnsupported",
      "the only wave doesn't name exactly the target regions; waves aren't supported yet",
      "leave rollout.waves out: all target regions are written at once",
    ),
  ];
}

function readTimeout(text: string, problems: Problem[]): number {
  const report = (message: string): number => {
    problems.push(
      problem(
        "$.rollout.timeout",
        "InvalidTimeout",
        message,
        "an ISO 8601 duration such as PT6H, from PT1M to P30D",
      ),
    );
    return 0;
  };
  try {
    const d = parseDuration(text);
    if (d.years || d.months) return report(`"${text}": years and months have no fixed length`);
    const hours = ((d.weeks ?? 0) * 7 + (d.days ?? 0)) * 24 + (d.hours ?? 0);
    const ms = ((hours * 60 + (d.minutes ?? 0)) * 60 + (d.seconds ?? 0)) * 1000;
    if (d.negative || ms < MIN_TIMEOUT_MS) return report(`"${text}" is too short`);
    return ms > MAX_TIMEOUT_MS ? report(`"${text}" is too long`) : Math.round(ms);
  } catch {
    return report(`"${text}" isn't an ISO 8601 duration`);
  }
}
