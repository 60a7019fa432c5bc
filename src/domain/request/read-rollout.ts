import { problem, type Problem } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { WaveOrder } from "../rollout/waves";
import { durationMs } from "./duration";
import type { Rollout } from "./publish-request";
import type { Targets } from "./read-regions";
import type { WireRollout } from "./schema";
import type { Sound } from "./sound-parts";

const DEFAULT_TIMEOUT = "PT6H";
/** An approval waits over a weekend; a version that is forgotten doesn't wait for ever. */
const DEFAULT_APPROVAL_TIMEOUT = "P3D";
/** An update of a version takes minutes even in Azure's best case; under this nothing can end well. */
const MIN_TIMEOUT_MS = 60_000;
/** A run that holds its version for longer than this is a mistake, not patience. */
const MAX_TIMEOUT_MS = 30 * 24 * 3_600_000;

/** What a rollout is told about the rest of the request. */
export interface RolloutContext {
  targets: Targets;
  /** The version's location; empty when it couldn't be read. */
  source: RegionName;
}

/** Reads `rollout`: waves, required regions, policies and times, each with its default. */
export function readRollout(
  rollout: Sound<WireRollout> | undefined,
  context: RolloutContext,
  problems: Problem[],
): Rollout {
  const timeoutMs = readTimeout(rollout?.timeout ?? DEFAULT_TIMEOUT, "timeout", problems);
  return {
    waves: readWaves(rollout?.waves, context, problems),
    approveBetweenWaves: rollout?.approveBetweenWaves ?? false,
    approvalTimeoutMs: readTimeout(
      rollout?.approvalTimeout ?? DEFAULT_APPROVAL_TIMEOUT,
      "approvalTimeout",
      problems,
    ),
    requiredRegions: readRequired(rollout?.requiredRegions ?? "all", context.targets, problems),
    onFailure: rollout?.onFailure ?? "keepHealthy",
    readdFailedRegions: rollout?.readdFailedRegions ?? false,
    verify: rollout?.verify ?? "none",
    timeoutMs,
    waveTimeoutMs:
      rollout?.waveTimeout === undefined
        ? timeoutMs
        : readTimeout(rollout.waveTimeout, "waveTimeout", problems),
  };
}

function readRequired(
  given: NonNullable<Sound<WireRollout>["requiredRegions"]>,
  { names, areAllKnown, most }: Targets,
  problems: Problem[],
): Rollout["requiredRegions"] {
  const report = (message: string, action: string): void => {
    const path = "$.rollout.requiredRegions";
    problems.push(problem(path, "RequiredRegionNotTargeted", message, action));
  };
  if (typeof given === "number" && given > most && most > 0)
    report(
      `${given} regions are required, ${most} are targeted`,
      "lower the number or add regions",
    );
  if (!Array.isArray(given)) return given;
  const required = given.filter((name) => name !== undefined);
  for (const name of required)
    if (areAllKnown && !names.has(regionName(name)))
      report(
        `"${name}" is required but isn't among the target regions`,
        "add it to targetRegions or remove it here",
      );
  return [...new Set(required.map(regionName))].sort();
}

function readWaves(
  waves: Sound<WireRollout>["waves"],
  context: RolloutContext,
  problems: Problem[],
): WaveOrder {
  if (waves === undefined) return { kind: "together" };
  if (!Array.isArray(waves))
    return { kind: "canary", canary: waves.canary ?? 1, size: waves.size ?? 1 };
  const readable = waves.every((wave) => wave?.every((name) => name !== undefined) === true);
  const named = waves.map((wave) => (wave ?? []).map((name) => regionName(name ?? "")));
  if (readable && named.length > 0 && areClear(context.targets))
    problems.push(...waveProblems(named, context));
  // One wave is what happens anyway: the same request, however it is said.
  return named.length <= 1 ? { kind: "together" } : { kind: "named", waves: named };
}

/** Waves are compared with the target regions: those have to be there, readable, and each named once. */
const areClear = ({ areAllKnown, names, most }: Targets): boolean =>
  areAllKnown && names.size > 0 && names.size === most;

/** Waves that are named hold every target region once, the source region in the first. */
function waveProblems(
  waves: readonly RegionName[][],
  { targets, source }: RolloutContext,
): Problem[] {
  const found: Problem[] = [];
  const seen = new Set<RegionName>();
  const report = (path: string, message: string, action: string, region?: string): void => {
    found.push(problem(`$.rollout.waves${path}`, "InvalidWaves", message, action, region));
  };
  waves.forEach((wave, number) => {
    if (wave.length === 0)
      report(`[${number}]`, "this wave has no region", "name its regions, or remove it");
    wave.forEach((region, index) => {
      const path = `[${number}][${index}]`;
      if (!targets.names.has(region))
        report(path, `"${region}" isn't among the target regions`, "correct or remove it");
      else if (seen.has(region))
        report(path, `${region} is in a wave already`, "name each region once", region);
      seen.add(region);
    });
  });
  for (const region of targets.names)
    if (!seen.has(region))
      report("", `target region ${region} is in no wave`, "add it to one", region);
  if (seen.has(source) && waves[0]?.includes(source) === false)
    report(
      "[0]",
      `the version's location ${source} isn't in the first wave`,
      "move it there: Azure copies from it, and refuses a version without it",
      source,
    );
  return found;
}

function readTimeout(text: string, member: string, problems: Problem[]): number {
  const report = (message: string): number => {
    problems.push(
      problem(
        `$.rollout.${member}`,
        "InvalidTimeout",
        message,
        "an ISO 8601 duration such as PT6H, from PT1M to P30D",
      ),
    );
    return 0;
  };
  const ms = durationMs(text);
  if (ms === undefined) return report(`"${text}" isn't an ISO 8601 duration`);
  if (ms === "noFixedLength") return report(`"${text}": years and months have no fixed length`);
  if (ms < MIN_TIMEOUT_MS) return report(`"${text}" is too short`);
  return ms > MAX_TIMEOUT_MS ? report(`"${text}" is too long`) : ms;
}
