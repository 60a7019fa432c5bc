import type { DefinitionVersion } from "../domain/schedule/newest-source";
import { present } from "../domain/present";
import type { ScheduledImage } from "../domain/schedule/schedule";
import { orMissing } from "./arm-error";
import type { ComputeClients } from "./compute-clients";

/** The versions of an image definition, as far as schedules look at them. */
export interface DefinitionVersions {
  /**
   * All of them; none when the definition isn't there.
   * @throws {ArmError} when Azure doesn't tell
   */
  list(definition: ScheduledImage): Promise<DefinitionVersion[]>;
}

export function createDefinitionVersions(clients: ComputeClients): DefinitionVersions {
  return {
    async list({ subscriptionId, resourceGroup, gallery, definition }) {
      const read = async (): Promise<DefinitionVersion[]> => {
        const versions: DefinitionVersion[] = [];
        const pages = clients(subscriptionId).galleryImageVersions.listByGalleryImage(
          resourceGroup,
          gallery,
          definition,
        );
        for await (const {
          id = "",
          name = "",
          tags,
          provisioningState,
          publishingProfile,
        } of pages)
          versions.push({
            id,
            name,
            tags: tags ?? {},
            provisioningState: provisioningState ?? "",
            excludedFromLatest: publishingProfile?.excludeFromLatest === true,
            ...present({ publishedAt: publishingProfile?.publishedDate?.toISOString() }),
          });
        return versions;
      };
      return (await orMissing(read())) ?? [];
    },
  };
}
