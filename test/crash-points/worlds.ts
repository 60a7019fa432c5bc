import type { World } from "../replay/publishing/world";

/** The regions of the larger runs; the first is the source region. */
export const TWELVE_REGIONS = [
  "westus",
  "eastus2",
  "eastus",
  "centralus",
  "westeurope",
  "northeurope",
  "uksouth",
  "francecentral",
  "japaneast",
  "australiaeast",
  "brazilsouth",
  "koreacentral",
];

/** Every region at a pace of its own, so that the watcher sees them end one after another. */
export function staggerBriefly({ behaviour }: World): void {
  behaviour.durationMs = (region) => (15 + 3 * TWELVE_REGIONS.indexOf(region)) * 1_000;
}

/** A few looks of the watch are enough where the steps between them count. */
export function quickly({ behaviour }: World): void {
  behaviour.durationMs = () => 30_000;
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** So slowly that a generation of the watcher isn't enough: it looks 40 times, then begins anew. */
export function slowly({ behaviour }: World): void {
  behaviour.durationMs = () => 600_000;
}
