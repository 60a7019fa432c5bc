import { parseArmId } from "../domain/arm-id";
import type { ImageTarget } from "../domain/request/publish-request";
import { orMissing } from "./arm-error";
import type { ComputeClients } from "./compute-clients";

export interface DefinitionFacts {
  osType: string;
  osState: string;
  hyperVGeneration: string;
}

export interface ManagedImageFacts {
  location: string;
  osType: string;
  osState: string;
  dataLuns: number[];
}

export interface SnapshotFacts {
  location: string;
  osType?: string;
}

/** What a version is made of and where it goes: read before anything is written. */
export interface Sources {
  definition(image: ImageTarget): Promise<DefinitionFacts | undefined>;
  managedImage(id: string): Promise<ManagedImageFacts | undefined>;
  snapshot(id: string): Promise<SnapshotFacts | undefined>;
}

export function createSources(clients: ComputeClients): Sources {
  return {
    async definition(image) {
      const found = await orMissing(
        clients(image.subscriptionId).galleryImages.get(
          image.resourceGroup,
          image.gallery,
          image.definition,
        ),
      );
      if (found === undefined) return undefined;
      return {
        osType: found.osType ?? "",
        osState: found.osState ?? "",
        hyperVGeneration: found.hyperVGeneration ?? "V1",
      };
    },
    async managedImage(id) {
      const { subscriptionId, resourceGroup, name } = parts(id);
      const found = await orMissing(clients(subscriptionId).images.get(resourceGroup, name));
      if (found === undefined) return undefined;
      const disks = found.storageProfile;
      return {
        location: found.location,
        osType: disks?.osDisk?.osType ?? "",
        osState: disks?.osDisk?.osState ?? "",
        dataLuns: (disks?.dataDisks ?? []).map((disk) => disk.lun).sort((a, b) => a - b),
      };
    },
    async snapshot(id) {
      const { subscriptionId, resourceGroup, name } = parts(id);
      const found = await orMissing(clients(subscriptionId).snapshots.get(resourceGroup, name));
      if (found === undefined) return undefined;
      return {
        location: found.location,
        ...(found.osType === undefined ? {} : { osType: found.osType }),
      };
    },
  };
}

function parts(id: string): { subscriptionId: string; resourceGroup: string; name: string } {
  const parsed = parseArmId(id);
  const name = parsed?.names[0];
  if (parsed === undefined || name === undefined) throw new Error(`not a resource id: ${id}`);
  return { subscriptionId: parsed.subscriptionId, resourceGroup: parsed.resourceGroup, name };
}
