import type { ComputeService } from "../compute-service";
import { keyOf, parseResourceId } from "../arm-id";
import { objectAt } from "../json";
import { shortRegionName } from "../region-name";
import type { ResourceRecord } from "../world-state";
import { duplicateSourceIds, duplicateSourceLuns, oneSourceOnly, sourceNotFound } from "./refusals";
import type { StorageProfile } from "./version-body";
import type { SourceFacts } from "./version-record";

/**
 * Looks up what a new version is made from.
 * @throws {ArmError} when there is no single source, or it isn't there in the version's region
 */
export function resolveSource(
  service: ComputeService,
  storage: StorageProfile | undefined,
  location: string,
): SourceFacts {
  const whole = storage?.source?.id ?? storage?.source?.virtualMachineId;
  const osSource = storage?.osDiskImage?.source;
  const hasDisks = osSource?.id !== undefined || osSource?.uri !== undefined;
  if (storage === undefined || (whole === undefined) === !hasDisks) throw oneSourceOnly();
  return whole === undefined
    ? fromDisks(service, storage, location)
    : fromWhole(service, whole, location);
}

function fromWhole(service: ComputeService, id: string, location: string): SourceFacts {
  const version = service.state.versions.get(keyOf(id));
  if (version !== undefined) {
    if (version.replication[location] === undefined) throw sourceNotFound(id);
    return version.source;
  }
  const image = sourceResource(service, id, location, ["microsoft.compute/images"]);
  const storage = objectAt(image.properties, "storageProfile");
  const dataDisks = Array.isArray(storage["dataDisks"]) ? storage["dataDisks"] : [];
  return {
    osDiskGb: numberOf(objectAt(storage, "osDisk")["diskSizeGB"]),
    dataDisks: dataDisks.map((disk: Record<string, unknown>) => ({
      lun: numberOf(disk["lun"]),
      sizeGb: numberOf(disk["diskSizeGB"]),
    })),
  };
}

function fromDisks(
  service: ComputeService,
  storage: StorageProfile,
  location: string,
): SourceFacts {
  const dataDisks = storage.dataDiskImages ?? [];
  const luns = dataDisks.map((disk) => disk.lun);
  if (new Set(luns).size < luns.length) throw duplicateSourceLuns();
  const sources = [storage.osDiskImage, ...dataDisks].map((disk) => disk?.source ?? {});
  const ids = sources.map((source) => keyOf(source.id ?? source.uri ?? ""));
  if (new Set(ids).size < ids.length) throw duplicateSourceIds();
  const sizes = sources.map((source) =>
    source.id === undefined
      ? vhdSize(service, source.uri ?? "")
      : numberOf(
          sourceResource(service, source.id, location, [
            "microsoft.compute/snapshots",
            "microsoft.compute/disks",
          ]).properties["diskSizeGB"],
        ),
  );
  return {
    osDiskGb: sizes[0] ?? 0,
    dataDisks: luns.map((lun, index) => ({ lun, sizeGb: sizes[index + 1] ?? 0 })),
  };
}

function sourceResource(
  service: ComputeService,
  id: string,
  location: string,
  types: string[],
): ResourceRecord {
  const resource = service.state.resources.get(keyOf(id));
  const fits =
    types.includes(parseResourceId(id)?.type ?? "") &&
    resource !== undefined &&
    shortRegionName(resource.location) === location;
  if (!fits) throw sourceNotFound(id);
  return resource;
}

function vhdSize(service: ComputeService, uri: string): number {
  const vhd = service.vhds.find((one) => one.uri.toLowerCase() === uri.toLowerCase());
  if (vhd === undefined) throw sourceNotFound(uri);
  return vhd.sizeGb;
}

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);
