import { problem, type Problem } from "../problem";
import { regionName } from "../region-name";
import { durationMs } from "./duration";
import type { PublishRequest } from "./publish-request";
import type { Targets } from "./read-regions";
import type { WireRollout } from "./schema";
import type { Sound } from "./sound-parts";

const DEFAULT_TIMEOUT = "PT6H";
/** An update of a version takes minutes even in Azure's best case; under this nothing can end well. */
const MIN_TIMEOUT_MS = 60_000;
/** A run that holds its version for longer than this is a mistake, not patience. */
const MAX_TIMEOUT_MS = 30 * 24 * 3_600_000;

/** The rules of `rollout`: which regions are required, and how long a run may take. */
export function readRollout(
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
  const ms = durationMs(text);
  if (ms === undefined) return report(`"${text}" isn't an ISO 8601 duration`);
  if (ms === "noFixedLength") return report(`"${text}": years and months have no fixed length`);
  if (ms < MIN_TIMEOUT_MS) return report(`"${text}" is too short`);
  return ms > MAX_TIMEOUT_MS ? report(`"${text}" is too long`) : ms;
}
