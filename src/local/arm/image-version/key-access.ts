import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { objectAt } from "../json";
import type { ResourceRecord } from "../world-state";

/** A key's URL without its version, as keys are kept. */
export const keyUrlOf = (url: string): string =>
  (/^https:\/\/[^/]+\/keys\/[^/]+/i.exec(url)?.[0] ?? url).toLowerCase();

/**
 * The URL of the set's key when the set may not use it now: the key is missing in a vault of this
 * world, disabled, expired, or not granted to the set. Keys of vaults that the world doesn't have
 * are usable.
 */
export function inaccessibleKey(service: ComputeService, set: ResourceRecord): string | undefined {
  const url = String(objectAt(set.properties, "activeKey")["keyUrl"]);
  const key = service.state.keys.get(keyUrlOf(url));
  if (key === undefined) return hasVault(service, url) ? url : undefined;
  const { clock } = service;
  const granted =
    key.grants?.some(
      ({ diskEncryptionSet, fromMs }) =>
        keyOf(diskEncryptionSet) === set.key && fromMs <= clock.serviceMs(),
    ) ?? true;
  const expired = key.expires !== undefined && Date.parse(key.expires) <= clock.date().getTime();
  return key.enabled && granted && !expired ? undefined : url;
}

function hasVault({ state }: ComputeService, keyUrl: string): boolean {
  const name = URL.parse(keyUrl)?.hostname.split(".")[0] ?? "";
  return state.resources
    .all()
    .some(
      (resource) =>
        resource.type === "Microsoft.KeyVault/vaults" && resource.name.toLowerCase() === name,
    );
}
