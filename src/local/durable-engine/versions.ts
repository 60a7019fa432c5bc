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

/**
 * Why an orchestration with this version will not be taken up by a host with this default version;
 * undefined: it will. In Azure it stays Pending for ever.
 */
export function versionObstacle(
  version: string | null,
  defaultVersion: string | undefined,
): string | undefined {
  if (version === null || version === "") return undefined;
  if (defaultVersion === undefined)
    return `version '${version}' was asked for, but host.json sets no extensions.durableTask.defaultVersion: Azure would leave the instance Pending for ever.`;
  if (compareVersions(version, defaultVersion) <= 0) return undefined;
  return `version '${version}' is newer than the host's defaultVersion '${defaultVersion}': Azure would leave the instance Pending for ever.`;
}

function parseNumbers(version: string): number[] | undefined {
  return /^\d+(\.\d+)*$/.test(version) ? version.split(".").map(Number) : undefined;
}
