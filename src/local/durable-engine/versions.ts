/**
 * Compares versions as Durable Task does: number by number where both are numbers with dots, else as
 * text without regard to case. @returns negative, 0 or positive, as for sorting.
 */
export function compareVersions(a: string, b: string): number {
  const numbersA = parseNumbers(a);
  const numbersB = parseNumbers(b);
  if (!numbersA || !numbersB) {
    const [textA, textB] = [a.toLowerCase(), b.toLowerCase()];
    return textA < textB ? -1 : textA > textB ? 1 : 0;
  }
  for (let at = 0; at < Math.max(numbersA.length, numbersB.length); at++) {
    const difference = (numbersA[at] ?? -1) - (numbersB[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Which versions a host takes up, by its host.json. */
export interface VersionOptions {
  /** Version of new orchestrations that name none, and what others are measured by. */
  defaultVersion?: string | undefined;
  /** Default `CurrentOrOlder`. */
  versionMatchStrategy?: VersionMatchStrategy | undefined;
  /**
   * `Reject`, which is Azure's default, leaves an orchestration waiting for a host that takes it;
   * `Fail` fails it. The strict engine waits only where host.json says `Reject`.
   */
  versionFailureStrategy?: VersionFailureStrategy | undefined;
}

export const VERSION_MATCH_STRATEGIES = ["None", "Strict", "CurrentOrOlder"] as const;
export type VersionMatchStrategy = (typeof VERSION_MATCH_STRATEGIES)[number];
export const VERSION_FAILURE_STRATEGIES = ["Reject", "Fail"] as const;
export type VersionFailureStrategy = (typeof VERSION_FAILURE_STRATEGIES)[number];

/** Why an orchestration with this version will not be taken up; undefined: it will. */
export function versionObstacle(
  version: string | null,
  options: VersionOptions,
): string | undefined {
  const mismatch = mismatchOf(version ?? "", options);
  if (mismatch === undefined || options.versionFailureStrategy !== undefined) return mismatch;
  return `${mismatch}: Azure would leave the instance waiting for ever.`;
}

function mismatchOf(
  version: string,
  { defaultVersion, versionMatchStrategy = "CurrentOrOlder" }: VersionOptions,
): string | undefined {
  if (versionMatchStrategy === "None") return undefined;
  const difference = compareVersions(version, defaultVersion ?? "");
  if (versionMatchStrategy === "Strict" && difference !== 0)
    return `version '${version}' is not the host's defaultVersion '${defaultVersion ?? ""}', and versionMatchStrategy is Strict`;
  if (version === "" || difference <= 0) return undefined;
  return defaultVersion === undefined
    ? `version '${version}' was asked for, but host.json sets no extensions.durableTask.defaultVersion`
    : `version '${version}' is newer than the host's defaultVersion '${defaultVersion}'`;
}

function parseNumbers(version: string): number[] | undefined {
  return /^\d+(\.\d+)*$/.test(version) ? version.split(".").map(Number) : undefined;
}
