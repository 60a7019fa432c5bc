import type { Disk, GalleryImage, Snapshot } from "@azure/arm-compute";
import { parseArmId, type ArmId } from "../domain/arm-id";
import { present } from "../domain/present";
import {
  sourceFacts,
  totalSize,
  type DefinitionFacts,
  type GalleryFacts,
  type PurchasePlan,
  type ResourceFacts,
  type SourceFacts,
} from "../domain/preflight/source-facts";
import { resourcesOf, type ImageSource, type ImageTarget } from "../domain/request/publish-request";
import { setsByDisk } from "../domain/plan/region-encryption";
import { orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";
import { machineState, uncopied } from "./machine-state";
import { readStorageAccount } from "./storage-accounts";

/** What a version is made of and where it goes: read before anything is written. */
export interface Sources {
  /** The gallery; undefined when it isn't there. */
  gallery(
    image: Pick<ImageTarget, "subscriptionId" | "resourceGroup" | "gallery">,
  ): Promise<GalleryFacts | undefined>;
  /** The image definition; undefined when it or its gallery isn't there. */
  definition(image: ImageTarget): Promise<DefinitionFacts | undefined>;
  /** Every resource of the source: one read each, two for a gallery image version. */
  read(source: ImageSource): Promise<SourceFacts>;
}

export function createSources(clients: ComputeClients, armGet: ArmGet): Sources {
  const reader = readers(clients, armGet);
  return {
    async gallery({ subscriptionId, resourceGroup, gallery }) {
      const found = await orMissing(clients(subscriptionId).galleries.get(resourceGroup, gallery));
      return found === undefined
        ? undefined
        : {
            provisioningState: found.provisioningState ?? "",
            sharing: found.sharingProfile?.permissions ?? "Private",
            softDelete: found.softDeletePolicy?.isSoftDeleteEnabled === true,
          };
    },
    async definition({ subscriptionId, resourceGroup, gallery, definition }) {
      const found = await orMissing(
        clients(subscriptionId).galleryImages.get(resourceGroup, gallery, definition),
      );
      return found === undefined ? undefined : definitionFacts(found);
    },
    async read(source) {
      const read = reader[source.kind === "snapshots" ? "snapshot" : source.kind];
      const facts = await Promise.all(resourcesOf(source).map(({ id }) => read(armId(id))));
      return sourceFacts(source, facts);
    },
  };
}

type Read = (id: ArmId) => Promise<ResourceFacts | undefined>;

function readers(
  clients: ComputeClients,
  armGet: ArmGet,
): Record<Exclude<ImageSource["kind"], "snapshots"> | "snapshot", Read> {
  return {
    vhd: (id) => readStorageAccount(armGet, id),
    async managedImage({ subscriptionId, resourceGroup, names }) {
      const image = await orMissing(
        clients(subscriptionId).images.get(resourceGroup, names[0] ?? ""),
      );
      if (image === undefined) return undefined;
      const { osDisk, dataDisks = [] } = image.storageProfile ?? {};
      return {
        location: image.location,
        ...present({
          osType: osDisk?.osType,
          osState: osDisk?.osState,
          hyperVGeneration: image.hyperVGeneration,
          sizeInGB: sizeOf([osDisk, ...dataDisks]),
        }),
        dataLuns: lunsOf(dataDisks),
        diskEncryptionSetIds: [osDisk, ...dataDisks].flatMap(
          (disk) => disk?.diskEncryptionSet?.id ?? [],
        ),
      };
    },
    async snapshot({ subscriptionId, resourceGroup, names }) {
      const found = await orMissing(
        clients(subscriptionId).snapshots.get(resourceGroup, names[0] ?? ""),
      );
      return found === undefined ? undefined : diskFacts(found);
    },
    async managedDisk({ subscriptionId, resourceGroup, names }) {
      const found = await orMissing(
        clients(subscriptionId).disks.get(resourceGroup, names[0] ?? ""),
      );
      return found === undefined ? undefined : diskFacts(found);
    },
    async virtualMachine({ subscriptionId, resourceGroup, names }) {
      const machine = await orMissing(
        clients(subscriptionId).virtualMachines.get(resourceGroup, names[0] ?? "", {
          expand: "instanceView",
        }),
      );
      if (machine === undefined) return undefined;
      const { osDisk, dataDisks = [] } = machine.storageProfile ?? {};
      return {
        location: machine.location,
        ...present({
          osType: osDisk?.osType,
          osState: machineState(machine.instanceView),
          hyperVGeneration: machine.instanceView?.hyperVGeneration,
          securityType: machine.securityProfile?.securityType,
          sizeInGB: sizeOf([osDisk, ...dataDisks]),
          purchasePlan: purchasePlan(machine.plan),
        }),
        dataLuns: lunsOf(dataDisks),
        uncopiedDisks: [osDisk, ...dataDisks].flatMap((disk) => uncopied(disk) ?? []),
        diskEncryptionSetIds: [osDisk, ...dataDisks].flatMap((disk) =>
          given(
            disk?.managedDisk?.diskEncryptionSet?.id,
            disk?.managedDisk?.securityProfile?.diskEncryptionSet?.id,
          ),
        ),
      };
    },
    async galleryImageVersion({ subscriptionId, resourceGroup, names }) {
      const [gallery = "", definition = "", version = ""] = names;
      const { galleryImages, galleryImageVersions } = clients(subscriptionId);
      const [parent, found] = await Promise.all([
        orMissing(galleryImages.get(resourceGroup, gallery, definition)),
        orMissing(
          galleryImageVersions.get(resourceGroup, gallery, definition, version, {
            expand: "ReplicationStatus",
          }),
        ),
      ]);
      if (found === undefined) return undefined;
      const regions = found.publishingProfile?.targetRegions ?? [];
      return {
        location: found.location,
        ...present({
          osType: parent?.osType,
          osState: parent?.osState,
          hyperVGeneration: parent?.hyperVGeneration,
          purchasePlan: purchasePlan(parent?.purchasePlan),
          sizeInGB: totalSize(
            [
              found.storageProfile?.osDiskImage,
              ...(found.storageProfile?.dataDiskImages ?? []),
            ].map((disk) => disk?.sizeInGB),
          ),
        }),
        dataLuns: lunsOf(found.storageProfile?.dataDiskImages ?? []),
        diskEncryptionSetIds: regions.flatMap(({ encryption }) => [
          ...setsByDisk(encryption).values(),
        ]),
        regions: regions.map(({ name }) => name),
        completedIn: (found.replicationStatus?.summary ?? [])
          .filter(({ state }) => state === "Completed")
          .flatMap(({ region }) => region ?? []),
      };
    },
  };
}

function diskFacts(disk: Disk | Snapshot): ResourceFacts {
  return {
    location: disk.location,
    ...present({
      osType: disk.osType,
      hyperVGeneration: disk.hyperVGeneration,
      sizeInGB: disk.diskSizeGB,
      securityType: disk.securityProfile?.securityType,
      purchasePlan: purchasePlan(disk.purchasePlan),
    }),
    diskEncryptionSetIds: given(
      disk.encryption?.diskEncryptionSetId,
      disk.securityProfile?.secureVMDiskEncryptionSetId,
    ),
  };
}

function definitionFacts(found: GalleryImage): DefinitionFacts {
  const plan = purchasePlan(found.purchasePlan);
  return {
    osType: found.osType ?? "",
    osState: found.osState ?? "",
    hyperVGeneration: found.hyperVGeneration ?? "V1",
    ...present({ provisioningState: found.provisioningState }),
    features: (found.features ?? []).map(({ name = "", value = "", startsAtVersion }) => ({
      name,
      value,
      ...(startsAtVersion === undefined ? {} : { startsAtVersion }),
    })),
    ...(plan === undefined ? {} : { purchasePlan: plan }),
  };
}

function purchasePlan(
  given: { publisher?: string; name?: string; product?: string } | undefined,
): PurchasePlan | undefined {
  if (given?.name === undefined) return undefined;
  return { publisher: given.publisher ?? "", name: given.name, product: given.product ?? "" };
}

const sizeOf = (disks: readonly ({ diskSizeGB?: number } | undefined)[]): number | undefined =>
  totalSize(disks.map((disk) => disk?.diskSizeGB));

const lunsOf = (disks: { lun: number }[]): number[] =>
  disks.map(({ lun }) => lun).sort((a, b) => a - b);

/** A confidential disk has a set of its own kind, beside or instead of the one at rest. */
const given = (...ids: (string | undefined)[]): string[] => ids.flatMap((id) => id ?? []);

function armId(text: string): ArmId {
  const id = parseArmId(text);
  if (id === undefined) throw new Error(`not a resource id: ${text}`);
  return id;
}
