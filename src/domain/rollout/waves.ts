import type { RegionName } from "../region-name";

/** In which order regions are written. */
export type WaveOrder =
  | { kind: "together" }
  | { kind: "named"; waves: RegionName[][] }
  /** The first `canary` regions alone, then the others by `size`. */
  | { kind: "canary"; canary: number; size: number };

/**
 * The regions of each wave, none empty. The source region is in the first one: Azure copies from there,
 * and refuses a version without it (REST contract).
 * @param regions in the request's order
 * @param source the version's location
 */
export function planWaves(
  regions: readonly RegionName[],
  source: RegionName,
  order: WaveOrder,
): RegionName[][] {
  if (order.kind === "named")
    return order.waves
      .map((wave) => wave.filter((name) => regions.includes(name)))
      .filter((wave) => wave.length > 0);
  const sourceFirst = [
    ...regions.filter((name) => name === source),
    ...regions.filter((name) => name !== source),
  ];
  if (order.kind === "together") return [[...regions]];
  const waves = [sourceFirst.slice(0, order.canary)];
  for (let at = order.canary; at < sourceFirst.length; at += order.size)
    waves.push(sourceFirst.slice(at, at + order.size));
  return waves;
}
