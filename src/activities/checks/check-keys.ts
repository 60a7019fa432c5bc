import type { Keys } from "../../azure/keys";
import { checkKey } from "../../domain/encryption/check-key";
import type { DiskEncryptionSet, DiskUse } from "../../domain/encryption/check-set";
import { placeOfKey } from "../../domain/encryption/key-place";
import type { Findings } from "../../domain/preflight/findings";
import { notChecked, problem } from "../../domain/problem";
import { finalFault, type Patience } from "../settle";

/**
 * Looks at the key behind a set, which `preflight.keyVault` asks for.
 * @throws {ArmError} for trouble that passes, unless this is the last try
 */
export type KeyCheck = (set: DiskEncryptionSet, use: DiskUse) => Promise<Findings>;

/** @param keys a reader of its own for each plan: it asks for nothing twice */
export function createKeyCheck(keys: Keys, now: () => Date, patience?: Patience): KeyCheck {
  return async (set, use) => {
    const place = placeOfKey(set);
    if ("why" in place) return unseen(set, use, place.why, place.byHand);
    try {
      const reading = await keys.read(place, set.key?.principalIds ?? []);
      return checkKey(set, reading, use, now().getTime());
    } catch (error) {
      const { code, message, action } = finalFault(error, patience);
      return unseen(set, use, `its key could not be checked: ${code}: ${message}`, action);
    }
  };
}

function unseen(set: DiskEncryptionSet, use: DiskUse, why: string, action: string): Findings {
  const message = `${set.id}: ${why}`;
  const found = problem(use.path, "KeyNotChecked", message, action, use.region);
  return { problems: [], remarks: [notChecked(found)] };
}
