import { createHash } from "crypto";
import { foldCase } from "../fold-case";
import { canonicalJson } from "../run/identity";
import type { DefinitionVersion, NewestSource } from "./newest-source";
import { SOURCE_TAG } from "../plan/image-version-body";

/** What a source is: equal for the same resources made at the same times. */
export function sourceFingerprint({ identity }: NewestSource): string {
  const known = identity.map(({ id, createdAt }) => ({
    id: foldCase(id),
    createdAt: Date.parse(createdAt) || createdAt,
  }));
  return createHash("sha256").update(canonicalJson(known)).digest("hex");
}

/**
 * The version that is, or is being, made from this source. A failed one doesn't count: it is tried again. Any version
 * counts, not only the newest: a source that comes back is not published anew.
 */
export const versionFrom = (
  fingerprint: string,
  versions: readonly DefinitionVersion[],
): DefinitionVersion | undefined =>
  versions.find(
    ({ tags, provisioningState }) =>
      tags[SOURCE_TAG] === fingerprint && !/^(failed|deleting)$/i.test(provisioningState),
  );
