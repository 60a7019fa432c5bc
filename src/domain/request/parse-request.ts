import { parse as parseDuration } from "tinyduration";
import { resolver, type ResolutionRules } from "../encryption/resolution";
import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import { knownRegions, regionName, type RegionName } from "../region-name";
import { notAllowed, type AllowList } from "./allow-list";
import type { PlatformManagedKeys } from "./encryption-rules";
import { isWithin } from "./json-path";
import type { PublishRequest } from "./publish-request";
import { readEncryptionType } from "./read-encryption";
import { readImage, wholeImage } from "./read-image";
import { readStorageType, readTargetRegions, replicaProblems, type Targets } from "./read-regions";
import { readSource, type VmSourceWithCmk } from "./read-source";
import type { WireRollout } from "./schema";
import { shallowProblems } from "./shallow";
import type { Sound } from "./sound-parts";
import { readStructure } from "./structure";
import { unsupported } from "./unsupported";

/** What the rules need to know besides the request itself. */
export interface RequestRules {
  additionalRegions: readonly string[];
  maxReplicaCount: number;
  allow: AllowList;
  resolution: ResolutionRules;
  vmSourceWithCmk: VmSourceWithCmk;
  platformManagedKeys: PlatformManagedKeys;
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
  const { read, problems: malformed } = readStructure(raw);
  const problems: Problem[] = [];
  const members = read.members;
  const id = members.requestId === undefined ? {} : { requestId: members.requestId };
  problems.push(...unsupported(members));

  const named = members.image === undefined ? undefined : readImage(members.image, problems);
  const type = readEncryptionType(members.encryption, rules.platformManagedKeys, problems);
  const vmSource = type === "none" ? "allow" : rules.vmSourceWithCmk;
  const source =
    members.source === undefined
      ? undefined
      : readSource(members.source, namesIn(raw, "source"), vmSource, problems);
  const replicaCount = members.replicaCount ?? 1;
  problems.push(...replicaProblems(replicaCount, "$.replicaCount", rules.maxReplicaCount));
  const storageAccountType =
    members.storageAccountType === undefined
      ? "Standard_LRS"
      : readStorageType(members.storageAccountType, "$.storageAccountType", problems);
  const {
    read: placed,
    uses,
    targets,
  } = readTargetRegions(
    read.regions,
    {
      replicaCount,
      storageAccountType,
      excludeFromLatest: members.excludeFromLatest ?? false,
      known: knownRegions(rules.additionalRegions),
      encryption: {
        type,
        platformManagedKeys: rules.platformManagedKeys,
        setOf: resolver(rules.resolution, members.encryption?.diskEncryptionSets?.byTag, problems),
      },
      maxReplicaCount: rules.maxReplicaCount,
    },
    problems,
  );
  const regions = placed.map(({ requested }) => requested);
  const { replicationMode = "Full" } = members;
  if (replicationMode === "Shallow") problems.push(...shallowProblems(type, targets, placed));
  problems.push(...notAllowed({ image: named, source, uses }, rules.allow));
  const location = named?.location || (regions[0]?.name ?? "");
  if (named !== undefined) problems.push(...locationProblems(location, named.location, targets));
  const endOfLifeDate = readEndOfLife(members.endOfLifeDate, rules.now, problems);
  const rollout = readRollout(members.rollout, targets, problems);

  const image = named === undefined ? undefined : wholeImage(named);
  const all = [...malformed, ...withoutConsequences(problems, malformed)];
  if (all.length > 0 || image === undefined || source === undefined)
    return { kind: "invalid", problems: bounded(all), ...id };
  const request: PublishRequest = {
    image: { ...image, location },
    source,
    encryption: { type },
    targetRegions: regions,
    replicaCount,
    storageAccountType,
    ...(endOfLifeDate === undefined ? {} : { endOfLifeDate }),
    excludeFromLatest: members.excludeFromLatest ?? false,
    replicationMode,
    // Absent otherwise: a request that doesn't ask is what it always was, in fingerprints too.
    ...(members.preflight?.keyVault === true ? { preflight: { keyVault: true } } : {}),
    tags: members.tags ?? {},
    rollout,
  };
  return { kind: "valid", request, ...id };
}

/** What is malformed can't keep a rule either; that is said once, at the malformed place. */
function withoutConsequences(problems: Problem[], malformed: Problem[]): Problem[] {
  const places = new Set(malformed.map(({ path }) => path));
  return problems.filter(({ path }) => !isWithin(path, places));
}

/** Names of the members that are there; a null is none. */
function namesIn(raw: unknown, member: string): string[] {
  const value = (raw as Record<string, unknown>)[member] ?? {};
  return Object.entries(value).flatMap(([name, own]) =>
    own === null || own === undefined ? [] : [name],
  );
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
  { names, areAllKnown }: Targets,
): Problem[] {
  if (given === "" || !areAllKnown || names.size === 0 || names.has(location)) return [];
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
  rollout: Sound<WireRollout> | undefined,
  targets: Targets,
  problems: Problem[],
): PublishRequest["rollout"] {
  const given = rollout?.requiredRegions ?? "all";
  const required = Array.isArray(given) ? given.filter((name) => name !== undefined) : given;
  problems.push(...untargeted(required, targets), ...incompleteWave(rollout?.waves, targets));
  return {
    requiredRegions: Array.isArray(required) ? required.map(regionName).sort() : required,
    timeoutMs: readTimeout(rollout?.timeout ?? DEFAULT_TIMEOUT, problems),
  };
}

/** Required regions that nothing is written to. */
function untargeted(
  required: string[] | number | "all",
  { names, areAllKnown, most }: Targets,
): Problem[] {
  const report = (message: string, action: string): Problem =>
    problem("$.rollout.requiredRegions", "RequiredRegionNotTargeted", message, action);
  if (Array.isArray(required))
    return required
      .filter((name) => areAllKnown && !names.has(regionName(name)))
      .map((name) =>
        report(
          `"${name}" is required but isn't among the target regions`,
          "add it to targetRegions or remove it here",
        ),
      );
  if (required === "all" || required <= most || most === 0) return [];
  return [
    report(
      `${required} regions are required, ${most} are targeted`,
      "lower the number or add regions",
    ),
  ];
}

/** A single wave is what happens anyway, as long as it means every region. */
function incompleteWave(
  waves: Sound<WireRollout>["waves"],
  { names, areAllKnown }: Targets,
): Problem[] {
  const [wave, ...more] = Array.isArray(waves) ? waves : [];
  if (wave === undefined || more.length > 0 || !areAllKnown) return []; // several waves are refused as such
  const named = new Set(wave.map((name) => (name === undefined ? name : regionName(name))));
  if (named.has(undefined)) return []; // and so is what can't be read
  if (named.size === names.size && [...names].every((name) => named.has(name))) return [];
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
