import type { ComputeService } from "../compute-service";
import { keyOf, parentId } from "../arm-id";
import { objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import type { SourceKind } from "../world/settings";
import { encryptionSetsOf } from "./encryption";
import type { VersionRecord } from "./version-record";

/** One resource that a version is made from, with what the rules ask of it. */
export interface SourceResource {
  kind: SourceKind;
  /** Its id; the URI of a VHD. */
  id: string;
  osDiskGb: number;
  dataDisks: { lun: number; sizeGb: number }[];
  /** Disk encryption sets of its disks, the OS disk's first. */
  encryptionSets: string[];
  osType?: string | undefined;
  osState?: string | undefined;
  hyperVGeneration?: string | undefined;
  securityType?: string | undefined;
  /** Of a virtual machine. */
  disks?: { ephemeralOsDisk: boolean; unmanaged: boolean; ultra: string | undefined };
}

/** A managed image: always generalized unless it says otherwise. */
export function readImage(image: ResourceRecord): SourceResource {
  const { osDisk, dataDisks } = disksOf(image);
  const setOf = (disk: JsonObject) => textAt(objectAt(disk, "diskEncryptionSet"), "id");
  return {
    kind: "managedImage",
    id: image.id,
    osDiskGb: numberAt(osDisk, "diskSizeGB"),
    dataDisks: dataDisks.map((disk) => ({
      lun: numberAt(disk, "lun"),
      sizeGb: numberAt(disk, "diskSizeGB"),
    })),
    encryptionSets: [osDisk, ...dataDisks].flatMap((disk) => setOf(disk) ?? []),
    osType: textAt(osDisk, "osType"),
    osState: textAt(osDisk, "osState"),
    hyperVGeneration: textAt(image.properties, "hyperVGeneration"),
  };
}

/** A managed disk or a snapshot. */
export function readDisk(kind: "disk" | "snapshot", disk: ResourceRecord): SourceResource {
  const { properties } = disk;
  return {
    kind,
    id: disk.id,
    osDiskGb: numberAt(properties, "diskSizeGB"),
    dataDisks: [],
    encryptionSets: [
      textAt(objectAt(properties, "encryption"), "diskEncryptionSetId") ?? [],
    ].flat(),
    osType: textAt(properties, "osType"),
    hyperVGeneration: textAt(properties, "hyperVGeneration"),
    securityType: textAt(objectAt(properties, "securityProfile"), "securityType"),
  };
}

/** A virtual machine, with what its managed disks say. */
export function readVirtualMachine(
  service: ComputeService,
  machine: ResourceRecord,
): SourceResource {
  const { osDisk, dataDisks } = disksOf(machine);
  const all = [osDisk, ...dataDisks].map((disk) => managedDisk(service, disk));
  const [os, ...data] = all.map((disk) =>
    disk === undefined ? undefined : readDisk("disk", disk),
  );
  const isUltra = (disk: ResourceRecord | undefined): boolean =>
    textAt(objectAt(disk?.more, "sku"), "name") === "UltraSSD_LRS";
  return {
    kind: "virtualMachine",
    id: machine.id,
    osDiskGb: os?.osDiskGb ?? 0,
    dataDisks: dataDisks.map((disk, index) => ({
      lun: numberAt(disk, "lun"),
      sizeGb: data[index]?.osDiskGb ?? 0,
    })),
    encryptionSets: [os, ...data].flatMap((disk) => disk?.encryptionSets ?? []),
    osType: textAt(osDisk, "osType") ?? os?.osType,
    osState: machine.instanceView?.generalized === true ? "Generalized" : "Specialized",
    hyperVGeneration: os?.hyperVGeneration,
    securityType: textAt(objectAt(machine.properties, "securityProfile"), "securityType"),
    disks: {
      ephemeralOsDisk: textAt(objectAt(osDisk, "diffDiskSettings"), "option") !== undefined,
      unmanaged: all.some((disk) => disk === undefined),
      ultra: all.find(isUltra)?.id,
    },
  };
}

/** Another gallery version: what it is comes from its definition. */
export function readVersion(service: ComputeService, version: VersionRecord): SourceResource {
  const definition = service.state.resources.get(keyOf(parentId(version.id) ?? ""));
  const properties = definition?.properties ?? {};
  return {
    kind: "galleryVersion",
    id: version.id,
    osDiskGb: version.source.osDiskGb,
    dataDisks: version.source.dataDisks,
    encryptionSets: version.properties.publishingProfile.targetRegions.flatMap(encryptionSetsOf),
    osType: textAt(properties, "osType"),
    osState: textAt(properties, "osState"),
    hyperVGeneration: textAt(properties, "hyperVGeneration"),
  };
}

function managedDisk(service: ComputeService, disk: JsonObject): ResourceRecord | undefined {
  const id = textAt(objectAt(disk, "managedDisk"), "id");
  return id === undefined ? undefined : service.state.resources.get(keyOf(id));
}

/** Keys of the managed disks that a virtual machine is made of. */
export function managedDisksOf(machine: ResourceRecord): string[] {
  const { osDisk, dataDisks } = disksOf(machine);
  return [osDisk, ...dataDisks].flatMap((disk) => {
    const id = textAt(objectAt(disk, "managedDisk"), "id");
    return id === undefined ? [] : [keyOf(id)];
  });
}

function disksOf({ properties }: ResourceRecord): { osDisk: JsonObject; dataDisks: JsonObject[] } {
  const storage = objectAt(properties, "storageProfile");
  const { dataDisks } = storage;
  return {
    osDisk: objectAt(storage, "osDisk"),
    dataDisks: Array.isArray(dataDisks) ? (dataDisks as JsonObject[]) : [],
  };
}

function textAt(value: JsonObject, member: string): string | undefined {
  const found = value[member];
  return typeof found === "string" ? found : undefined;
}

function numberAt(value: JsonObject, member: string): number {
  const found = value[member];
  return typeof found === "number" ? found : 0;
}
