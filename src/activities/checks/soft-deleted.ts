import type { SoftDeletedVersions } from "../../azure/soft-deleted-versions";
import type { Findings } from "../../domain/preflight/findings";
import { problem } from "../../domain/problem";
import { imageVersionId } from "../../domain/run/identity";
import { unlessRefused, type Check } from "./check";

/**
 * Whether a new version's number is that of one which was deleted and can still be restored. Asked
 * only of galleries with soft delete, for one read more.
 */
export const numberFree =
  (softDeleted: SoftDeletedVersions): Check =>
  async ({ request: { image }, existing, gallery, ...patience }) => {
    const nothing: Findings = { problems: [], remarks: [] };
    if (gallery?.softDelete !== true || existing !== undefined) return nothing;
    const path = "$.image.version";
    const id = imageVersionId(image);
    const at = {
      path,
      code: "VersionNotChecked" as const,
      what: `whether ${id} is soft-deleted, which takes its number,`,
      action:
        "make sure yourself, or add the action that Azure names to the app's reader role: additionalReaderActions of infra",
    };
    const check = async (): Promise<Findings> => {
      if (!(await softDeleted.names(image)).includes(image.version)) return nothing;
      const found = problem(
        path,
        "VersionSoftDeleted",
        `${id} was deleted, can still be restored, and its number is taken until then`,
        "choose another version number, or restore it, or delete it for good",
      );
      return { problems: [found], remarks: [] };
    };
    return unlessRefused(at, check, patience);
  };
