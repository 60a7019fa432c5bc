import { passes, type Fault } from "../domain/fault";
import { versionNumbers, type VersionNumber } from "../domain/numbering/version-number";
import type { DefinitionTarget } from "../domain/request/publish-request";
import { ArmError } from "./arm-error";
import type { ImageVersions } from "./image-versions";
import type { SoftDeletedVersions } from "./soft-deleted-versions";
import type { Sources } from "./sources";

/** Which numbers of a definition Azure has. */
export type TakenNumbers =
  | { kind: "known"; numbers: VersionNumber[] }
  /** Azure doesn't tell, and asking again won't help. */
  | { kind: "refused"; fault: Fault };

interface AzureNames {
  imageVersions: Pick<ImageVersions, "list">;
  sources: Pick<Sources, "gallery">;
  softDeleted: SoftDeletedVersions;
}

/**
 * Reads the numbers of a definition's versions, and of those that were deleted and can still be restored. A definition
 * that isn't there has none.
 * @throws {ArmError} for trouble that passes
 */
export function createTakenNumbers(azure: AzureNames) {
  return async (definition: DefinitionTarget): Promise<TakenNumbers> => {
    try {
      return { kind: "known", numbers: versionNumbers(await namesOf(azure, definition)) };
    } catch (error) {
      if (!(error instanceof ArmError) || passes(error.fault)) throw error;
      return { kind: "refused", fault: error.fault };
    }
  };
}

/** In this order: a version that is deleted meanwhile is in one of the lists. */
async function namesOf(
  { imageVersions, sources, softDeleted }: AzureNames,
  definition: DefinitionTarget,
): Promise<string[]> {
  const [versions, gallery] = await Promise.all([
    imageVersions.list(definition),
    sources.gallery(definition),
  ]);
  const deleted = gallery?.softDelete === true ? await softDeleted.names(definition) : [];
  return [...versions.map(({ name }) => name), ...deleted];
}
