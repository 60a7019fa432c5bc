import type { Keys } from "../../azure/keys";
import { checkKey } from "../../domain/encryption/check-key";
import type { DiskEncryptionSet, DiskUse } from "../../domain/encryption/check-set";
import { placeOfKey } from "../../domain/encryption/key-place";
import type { Findings } from "../../domain/preflight/findings";
import { notChecked, problem } from "../../domain/problem";

/**
 * Looks at the key behind a set, which `preflight.keyVault` asks for.
 * @throws {ArmError} for trouble that passes
 */
export type KeyCheck = (set: DiskEncryptionSet, use: DiskUse) => Promise<Findings>;

/** @param keys a reader of its own for each plan: it asks for nothing twice */
export function createKeyCheck(keys: Keys, now: () => Date): KeyCheck {
  return async (set, use) => {
    const place = placeOfKey(set);
    if ("why" in place) {
      const message = `${set.id}: ${place.why}`;
      const found = problem(use.path, "KeyNotChecked", message, place.byHand, use.region);
      return { problems: [], remarks: [notChecked(found)] };
    }
    const reading = await keys.read(place, set.key?.principalIds ?? []);
    return checkKey(set, reading, use, now().getTime());
  };
}
