import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { objectAt } from "../json";
import { isReachable, maySetUse } from "../key-grants";
import { currentVersion } from "../key-version";
import type { KeyRecord, KeyValidity, ResourceRecord } from "../world-state";

/** A key's URL without its version, as keys are kept. */
export const keyUrlOf = (url: string): string =>
  (/^https:\/\/[^/]+\/keys\/[^/]+/i.exec(url)?.[0] ?? url).toLowerCase();

/**
 * The URL of the set's key when the set may not use it now: the key or the version that the set uses
 * is missing in a vault of this world, disabled, expired, not valid yet, or not granted to the set; or
 * the vault's firewall keeps Compute out. Keys of vaults that the world doesn't have are usable.
 */
export function inaccessibleKey(service: ComputeService, set: ResourceRecord): string | undefined {
  const url = String(objectAt(set.properties, "activeKey")["keyUrl"]);
  const key = service.state.keys.get(keyUrlOf(url));
  if (key === undefined) return hasVault(service, url) ? url : undefined;
  const vault = service.state.resources.get(keyOf(key.vaultId));
  const rotates = set.properties["rotationToLatestKeyVersionEnabled"] === true;
  const version = versionOf(key, rotates ? undefined : url.split("/")[5]);
  const usable = version !== undefined && isValid(version, service.clock.date());
  return usable && maySetUse(service, key, set) && isReachable(vault) ? undefined : url;
}

/** A version of a key; the current one when none is named, undefined when there is none such. */
export function versionOf(key: KeyRecord, name: string | undefined): KeyValidity | undefined {
  if (name === undefined || name === "" || key.versions === undefined) return key;
  const same = (one: string): boolean => one.toLowerCase() === name.toLowerCase();
  return same(currentVersion(key.key)) ? key : key.versions.find((one) => same(one.name));
}

function isValid({ enabled, notBefore, expires }: KeyValidity, now: Date): boolean {
  const begun = notBefore === undefined || Date.parse(notBefore) <= now.getTime();
  const ended = expires !== undefined && Date.parse(expires) <= now.getTime();
  return enabled && begun && !ended;
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
