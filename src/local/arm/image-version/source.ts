import type { ComputeService } from "../compute-service";
import { keyOf, parseResourceId } from "../arm-id";
import { objectAt } from "../json";
import { shortRegionName } from "../region-name";
import { regionStatusAt } from "../replication";
import { STORAGE_ACCOUNT } from "../resources/storage-account";
import type { ResourceRecord } from "../world-state";
import { notAnId } from "./encryption-refusals";
import { outOfRange } from "./refusals";
import { readDisk, readImage, readVersion, readVirtualMachine } from "./source-readers";
import type { SourceResource } from "./source-readers";
import {
  duplicateSourceIds,
  duplicateSourceLuns,
  notADiskSource,
  notAWholeSource,
  oneSourceOnly,
  sameBlob,
  sourceNotFound,
} from "./source-refusals";
import type { DiskImage, StorageProfile } from "./version-body";
import type { SourceFacts } from "./version-record";

const LARGEST_LUN = 63;

/** What a new version is made from: one resource, or one per disk with the OS disk's first. */
export interface Source extends SourceFacts {
  resources: [SourceResource, ...SourceResource[]];
}

/**
 * Looks up what a new version is made from.
 * @throws {ArmError} when there is no single source, or it isn't there in the version's region
 */
export function resolveSource(
  service: ComputeService,
  storage: StorageProfile = {},
  location: string,
): Source {
  const { id, virtualMachineId, communityGalleryImageId } = storage.source ?? {};
  const whole = [id, virtualMachineId, communityGalleryImageId].filter((one) => one !== undefined);
  const byDisk = hasSource(storage.osDiskImage);
  const dataOnly = !byDisk && storage.dataDiskImages?.some(hasSource) === true;
  if (whole.length + (byDisk ? 1 : 0) !== 1 || dataOnly) throw oneSourceOnly();
  if (communityGalleryImageId !== undefined) throw sourceNotFound(communityGalleryImageId);
  if (whole[0] === undefined) return fromDisks(service, storage, location);
  const resource = wholeSource(service, whole[0], location);
  if (virtualMachineId !== undefined && resource.kind !== "virtualMachine")
    throw sourceNotFound(virtualMachineId);
  return factsOf([resource], resource.osDiskGb, resource.dataDisks);
}

const hasSource = ({ source }: DiskImage = {}): boolean =>
  source?.id !== undefined || source?.uri !== undefined;

function factsOf(
  resources: Source["resources"],
  osDiskGb: number,
  dataDisks: SourceFacts["dataDisks"],
): Source {
  const [first] = resources;
  const [encryptionSet] = first.encryptionSets;
  return {
    osDiskGb,
    dataDisks,
    readFrom: resources.map(({ id }) => id),
    ...(first.kind === "virtualMachine" && first.securityType === "TrustedLaunch"
      ? { trustedLaunchVm: encryptionSet === undefined ? {} : { encryptionSet } }
      : {}),
    resources,
  };
}

function wholeSource(service: ComputeService, id: string, location: string): SourceResource {
  switch (typeOf(id, "source")) {
    case "microsoft.compute/images":
      return readImage(located(service, id, location));
    case "microsoft.compute/virtualmachines":
      return readVirtualMachine(service, located(service, id, location));
    case "microsoft.compute/galleries/images/versions": {
      const version = service.state.versions.get(keyOf(id));
      const copy = version?.replication[location];
      const there = copy && regionStatusAt(copy, service.clock.serviceMs()).state === "Completed";
      if (version === undefined || there !== true) throw sourceNotFound(id);
      return readVersion(service, version);
    }
    default:
      throw notAWholeSource(id);
  }
}

function fromDisks(service: ComputeService, storage: StorageProfile, location: string): Source {
  const dataDisks = storage.dataDiskImages ?? [];
  const luns = dataDisks.map((disk) => disk.lun);
  const impossible = luns.find((lun) => lun < 0 || lun > LARGEST_LUN);
  if (impossible !== undefined)
    throw outOfRange(impossible, "storageProfile.dataDiskImages.lun", 0, LARGEST_LUN);
  if (new Set(luns).size < luns.length) throw duplicateSourceLuns();
  checkDistinct([storage.osDiskImage ?? {}, ...dataDisks]);
  const read = (disk: DiskImage, path: string): SourceResource =>
    diskSource(service, disk.source ?? {}, path, location);
  const os = read(storage.osDiskImage ?? {}, "osDiskImage");
  const data = dataDisks.map((disk) => read(disk, "dataDiskImages"));
  return factsOf(
    [os, ...data],
    os.osDiskGb,
    luns.map((lun, index) => ({ lun, sizeGb: data[index]?.osDiskGb ?? 0 })),
  );
}

function checkDistinct(disks: DiskImage[]): void {
  const keys = disks.map(({ source }) => keyOf(source?.id ?? source?.uri ?? ""));
  const twice = disks.find((_, index) => keys.indexOf(keys[index] ?? "") < index);
  if (twice === undefined) return;
  throw twice.source?.id === undefined ? sameBlob(twice.source?.uri ?? "") : duplicateSourceIds();
}

function diskSource(
  service: ComputeService,
  { id, uri = "", storageAccountId }: NonNullable<DiskImage["source"]>,
  path: string,
  location: string,
): SourceResource {
  if (id === undefined) {
    const vhd = service.vhds.find((one) => one.uri.toLowerCase() === uri.toLowerCase());
    if (vhd === undefined) throw sourceNotFound(uri);
    if (storageAccountId !== undefined) checkAccount(service, storageAccountId, uri, location);
    return { kind: "vhd", id: uri, osDiskGb: vhd.sizeGb, dataDisks: [], encryptionSets: [] };
  }
  const kinds = { "microsoft.compute/snapshots": "snapshot", "microsoft.compute/disks": "disk" };
  const kind = (kinds as Record<string, "snapshot" | "disk" | undefined>)[
    typeOf(id, `${path}.source`)
  ];
  if (kind === undefined) throw notADiskSource(id);
  return readDisk(kind, located(service, id, location));
}

/**
 * A blob lies in the account that is named, and that in the version's region. Worlds that name no
 * accounts have VHDs alone.
 */
function checkAccount(service: ComputeService, id: string, uri: string, location: string): void {
  const { resources } = service.state;
  if (!resources.all().some(({ type }) => type === STORAGE_ACCOUNT.type)) return;
  const { properties } = located(service, id, location);
  const endpoint = objectAt(properties, "primaryEndpoints")["blob"];
  if (typeof endpoint !== "string" || new URL(endpoint).host !== new URL(uri).host)
    throw sourceNotFound(uri);
}

/** The type that an id names. */
function typeOf(id: string, path: string): string {
  if (!id.toLowerCase().startsWith("/subscriptions/"))
    throw notAnId(id, `properties.storageProfile.${path}.id`);
  return parseResourceId(id)?.type ?? "";
}

function located(service: ComputeService, id: string, location: string): ResourceRecord {
  const resource = service.state.resources.get(keyOf(id));
  if (resource === undefined || shortRegionName(resource.location) !== location)
    throw sourceNotFound(id);
  return resource;
}
