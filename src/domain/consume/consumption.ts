import type { RegionName } from "../region-name";
import { azureCli } from "./azure-cli";
import { bicep } from "./bicep";
import type { MachineImage } from "./machine-image";
import { powerShell } from "./power-shell";
import { MACHINE_KINDS, recipe, type MachineKind, type Recipe } from "./recipe";

/** The text for each kind of machine. */
export type Snippets = Record<MachineKind, string>;

/** Texts to paste that create machines from one version in one region. */
export interface Consumption {
  region: RegionName;
  azureCli: Snippets;
  powerShell: Snippets;
  bicep: Snippets;
}

/**
 * Commands that create a virtual machine or a scale set from an encrypted image version, each disk
 * with the disk encryption set that the version has for it in the region. Double encryption needs
 * nothing more: it is the set's own type.
 *
 * @param input.consumerSubscriptionId the subscription of the machines, when it may be another than
 *   the sets': there the sets are left for the consumer to fill in, and the version stays the
 *   publisher's
 */
export function consumption(input: {
  image: MachineImage;
  consumerSubscriptionId?: string;
}): Consumption {
  const { image, consumerSubscriptionId } = input;
  const written = (write: (recipe: Recipe) => string): Snippets => {
    const text = (kind: MachineKind): string => write(recipe(kind, image, consumerSubscriptionId));
    return Object.fromEntries(MACHINE_KINDS.map((kind) => [kind, text(kind)])) as Snippets;
  };
  return {
    region: image.region,
    azureCli: written(azureCli),
    powerShell: written(powerShell),
    bicep: written(bicep),
  };
}
