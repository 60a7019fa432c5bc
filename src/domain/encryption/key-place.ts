import { isOfType, KEY_VAULT, parseArmId, printArmId } from "../arm-id";
import type { DiskEncryptionSet } from "./check-set";

/** The key behind a disk encryption set, as the set tells. */
export interface SetKey {
  /** `https://{vault}.vault.azure.net/keys/{key}/{version}`. */
  url: string;
  /** Absent when the vault is in another subscription, and whenever its owner left it out. */
  sourceVaultId?: string;
  /** The set goes to the newest version of the key by itself. */
  rotates: boolean;
  /** The vault is in another tenant, and is reached as this application. */
  federatedClientId?: string;
  /** Object ids of the set's identities, the system-assigned one first. */
  principalIds: string[];
}

/** Where a key is to be read through Resource Manager. */
export interface KeyPlace {
  vaultName: string;
  /** Absent: to be found by its name in the set's subscription. */
  vaultId?: string;
  /** Of the disk encryption set. */
  subscriptionId: string;
  keyName: string;
  /** Absent: the current version is what counts. */
  version?: string;
}

/** Why a key can't be looked at, and what a person can do instead. */
export interface OutOfSight {
  why: string;
  byHand: string;
}

const KEY_URL = /^https:\/\/([^/:]+)(?::443)?\/keys\/([A-Za-z0-9-]+)(?:\/([A-Za-z0-9]+))?\/?$/i;
const BY_HAND = "check the key, its vault and the set's access to it by hand";

/**
 * Where the key of a set is. A set that doesn't rotate uses the version that its URL names, whatever
 * the key's current one is (REST contract of disk encryption sets).
 */
export function placeOfKey(set: DiskEncryptionSet): KeyPlace | OutOfSight {
  const { key } = set;
  if (key === undefined) return { why: `${set.id} doesn't tell its key`, byHand: BY_HAND };
  if (key.federatedClientId !== undefined)
    return {
      why: `the key ${key.url} is in another tenant, which the set reaches as the application ${key.federatedClientId}`,
      byHand: "have the key, its vault and that application's access to it checked in that tenant",
    };
  const [, host = "", keyName = "", version] = KEY_URL.exec(key.url) ?? [];
  const [vaultName = "", service] = host.toLowerCase().split(".");
  if (service === "managedhsm")
    return {
      why: `the key ${key.url} is in a managed HSM, whose access Resource Manager doesn't show`,
      byHand: "check the key, and the set's role in the managed HSM, by hand",
    };
  if (keyName === "" || service !== "vault")
    return { why: `${key.url} isn't the address of a key in a key vault`, byHand: BY_HAND };
  const vaultId = vaultOf(key, vaultName);
  return {
    vaultName,
    ...(vaultId === undefined ? {} : { vaultId }),
    subscriptionId: parseArmId(set.id)?.subscriptionId ?? "",
    keyName,
    ...(version === undefined || key.rotates ? {} : { version }),
  };
}

/** What encrypts is the URL: a vault of another name isn't the key's. */
function vaultOf({ sourceVaultId }: SetKey, name: string): string | undefined {
  const id = parseArmId(sourceVaultId ?? "");
  if (id === undefined || !isOfType(id, KEY_VAULT)) return undefined;
  return id.names[0]?.toLowerCase() === name ? printArmId(id) : undefined;
}
