import { resolver, type ResolutionRules } from "../encryption/resolution";
import { present } from "../present";
import { problem, type Problem } from "../problem";
import { knownRegions, type RegionName } from "../region-name";
import { notAllowed, type AllowList } from "./allow-list";
import type { PlatformManagedKeys } from "./encryption-rules";
import { isWithin } from "./json-path";
import type { PublishRequest, UnnumberedRequest } from "./publish-request";
import { readEncryptionType } from "./read-encryption";
import { readEndOfLife } from "./end-of-life";
import { readImage, wholeImage } from "./read-image";
import { readStorageType, readTargetRegions, replicaProblems, type Targets } from "./read-regions";
import { readRollout } from "./read-rollout";
import { readSource, type VmSourceWithCmk } from "./read-source";
import { tagProblems } from "./read-tags";
import { shallowProblems } from "./shallow";
import { readStructure } from "./structure";
import { verificationProblems } from "./verification";

/** What the rules need to know besides the request itself. */
export interface RequestRules {
  additionalRegions: readonly string[];
  maxReplicaCount: number;
  allow: AllowList;
  resolution: ResolutionRules;
  vmSourceWithCmk: VmSourceWithCmk;
  platformManagedKeys: PlatformManagedKeys;
  /** Resource group for the disks of `rollout.verify`; without one none can be asked for. */
  verificationGroup?: string | undefined;
  now: Date;
}

export type ParsedRequest =
  | { kind: "valid"; request: PublishRequest; requestId?: string }
  /** Sound as well: the number comes later. */
  | { kind: "unnumbered"; request: UnnumberedRequest; requestId?: string }
  | { kind: "invalid"; problems: Problem[]; requestId?: string };

/**
 * Reads a publish request (docs/request.md): structure, rules between values, normal form. All
 * problems are found in one go, also rules beside structural mistakes, each with its JSON path.
 */
export function parseRequest(raw: unknown, rules: RequestRules): ParsedRequest {
  const { read, problems: malformed } = readStructure(raw);
  const problems: Problem[] = [];
  const members = read.members;
  const id = members.requestId === undefined ? {} : { requestId: members.requestId };

  const known = knownRegions(rules.additionalRegions);
  const named = members.image === undefined ? undefined : readImage(members.image, known, problems);
  const type = readEncryptionType(members.encryption, rules.platformManagedKeys, problems);
  const vmSource = type === "none" ? "allow" : rules.vmSourceWithCmk;
  const { source, resources: sources } =
    members.source === undefined
      ? { source: undefined, resources: [] }
      : readSource(members.source, namesIn(raw, "source"), vmSource, problems);
  const { replicaCount, excludeFromLatest } = members;
  if (replicaCount !== undefined)
    problems.push(...replicaProblems(replicaCount, "$.replicaCount", rules.maxReplicaCount));
  const storageAccountType = readStorageType(
    members.storageAccountType,
    "$.storageAccountType",
    problems,
  );
  const {
    read: placed,
    uses,
    targets,
  } = readTargetRegions(
    read.regions,
    {
      replicaCount,
      storageAccountType,
      excludeFromLatest,
      known,
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
  problems.push(...notAllowed({ image: named, sources, uses }, rules.allow));
  const location = named?.location || (regions[0]?.name ?? "");
  if (named !== undefined) problems.push(...locationProblems(location, named.location, targets));
  problems.push(...tagProblems(members.tags));
  const endOfLifeDate = readEndOfLife(members.endOfLifeDate, rules.now, problems);
  problems.push(...verificationProblems(members.rollout?.verify, rules));
  const rollout = readRollout(members.rollout, { targets, source: location }, problems);

  const target = named === undefined ? undefined : wholeImage({ ...named, location });
  const all = [...malformed, ...withoutConsequences(problems, malformed)];
  if (all.length > 0 || target === undefined || source === undefined)
    return { kind: "invalid", problems: bounded(all), ...id };
  const rest: Omit<PublishRequest, "image" | "numbering"> = {
    ...(named?.location === "" ? { locationIsDefault: true } : {}),
    source,
    encryption: { type },
    targetRegions: regions,
    ...present({
      sourceFingerprint: members.sourceFingerprint,
      replicaCount,
      storageAccountType,
      endOfLifeDate,
      excludeFromLatest,
    }),
    replicationMode,
    // Absent otherwise: a request that doesn't ask is what it always was, in fingerprints too.
    ...(members.preflight?.keyVault === true ? { preflight: { keyVault: true } } : {}),
    tags: members.tags ?? {},
    rollout,
  };
  return "numbering" in target
    ? { kind: "unnumbered", request: { ...rest, ...target }, ...id }
    : { kind: "valid", request: { ...rest, ...target }, ...id };
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
