import type { DefinitionTarget } from "../domain/request/publish-request";
import { orMissing } from "./arm-error";
import type { ComputeClients } from "./compute-clients";

/** Deleted versions that can still be restored: their numbers are taken (Azure's documentation). */
export interface SoftDeletedVersions {
  /**
   * Their numbers; none when the definition isn't there.
   * @throws {ArmError} when Azure doesn't tell
   */
  names(definition: DefinitionTarget): Promise<string[]>;
}

export function createSoftDeletedVersions(clients: ComputeClients): SoftDeletedVersions {
  return {
    async names({ subscriptionId, resourceGroup, gallery, definition }) {
      const read = async (): Promise<string[]> => {
        const names: string[] = [];
        const { softDeletedResource } = clients(subscriptionId);
        const pages = softDeletedResource.listByArtifactName(
          resourceGroup,
          gallery,
          "Images",
          definition,
        );
        for await (const { name } of pages) names.push(name ?? "");
        return names;
      };
      return (await orMissing(read())) ?? [];
    },
  };
}
