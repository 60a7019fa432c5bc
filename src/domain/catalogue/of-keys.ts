import { ANSWERS, CONTRACT, DOCUMENTATION, OURS, type ProblemEntry } from "./entry";

/** What speaks against the keys behind the disk encryption sets: looked at for `preflight.keyVault`. */
export const OF_KEYS = {
  KeyVaultNotFound: {
    cause: "The set's key vault isn't there.",
    action: "Recover it, or give the set a key of another vault.",
    rule: ANSWERS,
  },
  PurgeProtectionOff: {
    cause: "The vault lacks purge protection, or soft delete.",
    action: "Turn both on.",
    rule: DOCUMENTATION,
  },
  KeyNotFound: {
    cause: "The vault has no such key, or not the version that the set uses.",
    action: "Recover it, or give the set another key.",
    rule: ANSWERS,
  },
  KeyDisabled: {
    cause: "The key, or the version that the set uses, is disabled.",
    action: "Enable it, or give the set another one.",
    rule: ANSWERS,
  },
  KeyNotYetValid: {
    cause: "The key's beginning lies in the future.",
    action: "Wait, or give the set another key.",
    rule: CONTRACT,
  },
  KeyExpired: {
    cause: "The key has expired.",
    action: "Give the set a newer version, or let the key live longer.",
    rule: ANSWERS,
  },
  KeyTypeUnsupported: {
    cause: "The key isn't RSA of 2048, 3072 or 4096 bits.",
    action: "Give the set one that is.",
    rule: DOCUMENTATION,
  },
  KeyOperationsMissing: {
    cause: "The key's own list of operations lacks wrapKey or unwrapKey.",
    action: "Permit both, or give the set another key.",
    rule: DOCUMENTATION,
  },
  KeyAccessMissing: {
    cause: "The set's identity may not get, wrap and unwrap; or the set has no identity.",
    action:
      "Assign the role Key Vault Crypto Service Encryption User, or add an access policy; it needs minutes.",
    rule: ANSWERS,
  },
  KeyExpiresSoon: {
    severity: "warning",
    cause: "The key expires within 30 days.",
    action: "Rotate it before.",
    rule: OURS,
  },
  KeyNotChecked: {
    severity: "notChecked",
    cause:
      "The vault is in another tenant, private, a managed HSM or not to be found; a role has a condition; or Azure refused to show something. The message says which.",
    action: "Check it by hand, or give the app the right that is named.",
    rule: OURS,
  },
} as const satisfies Record<string, ProblemEntry>;
