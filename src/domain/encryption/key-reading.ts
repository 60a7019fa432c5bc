import type { KeyAccess } from "./key-access";

/** What was looked for, or Azure's words why it isn't known. */
export type Seen<T> =
  { kind: "seen"; what: T } | { kind: "missing" | "refused"; azureSays: string };

/** The set names no vault, and its subscription has none of the key's name. */
export interface Elsewhere {
  kind: "elsewhere";
  vaultName: string;
  subscriptionId: string;
}

/** What is read of a key vault. */
export interface VaultFacts {
  id: string;
  purgeProtection: boolean;
  softDelete: boolean;
  /** Why the network may keep Compute out; absent when the vault is open to all networks. */
  privateBecause?: string;
}

/** What is read of the version of a key that counts. */
export interface KeyFacts {
  enabled: boolean;
  /** Milliseconds since the epoch. */
  notBefore?: number;
  /** Milliseconds since the epoch. */
  expires?: number;
  kty: string;
  /** In bits. */
  keySize?: number;
  /** Empty when Azure doesn't tell them. */
  keyOps: string[];
}

/** Everything that Resource Manager tells of a set's key. What wasn't reached isn't there. */
export interface KeyReading {
  vault: Seen<VaultFacts> | Elsewhere;
  key?: Seen<KeyFacts>;
  /** One entry for each identity of the set. */
  access?: Seen<KeyAccess[]>;
}
