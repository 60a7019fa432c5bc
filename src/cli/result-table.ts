import type { GalleryImageVersion, TargetRegion } from "@azure/arm-compute";
import Table from "cli-table3";
import type { Region } from "./api-types";
import { seconds } from "./render-regions";

/** One region of an image version, as Azure has it. */
export interface RegionResult {
  region: string;
  /** "Completed", "Replicating": Azure's own word. */
  state: string;
  replicas: number;
  storage: string;
  /** Name of the disk encryption set; undefined where the platform's key is used. */
  osDisk: string | undefined;
  /** The same by LUN. */
  dataDisks: Record<number, string>;
  /** From the write to the last change, as the app saw it. */
  durationMs: number | undefined;
}

/**
 * The regions of a version that was just read from Resource Manager. Only the durations come from
 * the publication: Azure doesn't keep them.
 */
export function regionResults(version: GalleryImageVersion, watched: Region[]): RegionResult[] {
  const profile = version.publishingProfile;
  const summary = version.replicationStatus?.summary ?? [];
  return (profile?.targetRegions ?? []).map((target) => {
    const name = plainName(target.name);
    const status = summary.find((entry) => plainName(entry.region) === name);
    return {
      region: name,
      state: status?.state ?? "unknown",
      replicas: target.regionalReplicaCount ?? profile?.replicaCount ?? 1,
      storage: target.storageAccountType ?? profile?.storageAccountType ?? "Standard_LRS",
      osDisk: lastSegment(target.encryption?.osDiskImage?.diskEncryptionSetId),
      dataDisks: dataDisksOf(target),
      durationMs: durationOf(watched.find((region) => plainName(region.name) === name)),
    };
  });
}

/** The regions as a table for people. */
export function renderResultTable(results: RegionResult[]): string {
  const table = new Table({
    head: ["Region", "State", "Replicas", "Storage", "OS disk key", "Data disk keys", "Took"],
    // Without colours: the same in a terminal, in a pipe and in a document.
    style: { head: [], border: [] },
    colAligns: ["left", "left", "right", "left", "left", "left", "right"],
  });
  for (const result of results)
    table.push([
      result.region,
      result.state,
      result.replicas,
      result.storage,
      result.osDisk ?? "platform's key",
      dataDiskLines(result.dataDisks),
      result.durationMs === undefined ? "" : seconds(result.durationMs),
    ]);
  return table.toString();
}

function dataDiskLines(disks: Record<number, string>): string {
  return Object.entries(disks)
    .map(([lun, set]) => `${lun}: ${set}`)
    .join("\n");
}

function dataDisksOf(target: TargetRegion): Record<number, string> {
  const disks = target.encryption?.dataDiskImages ?? [];
  return Object.fromEntries(
    disks.map((disk) => [disk.lun, lastSegment(disk.diskEncryptionSetId) ?? "platform's key"]),
  );
}

function durationOf(region: Region | undefined): number | undefined {
  if (region?.startedAt === undefined || region.lastChangeAt === undefined) return undefined;
  return Date.parse(region.lastChangeAt) - Date.parse(region.startedAt);
}

/** "East US 2" and "eastus2" are one region; Azure answers with either. */
function plainName(name: string | undefined): string {
  return (name ?? "").replaceAll(" ", "").toLowerCase();
}

function lastSegment(id: string | undefined): string | undefined {
  return id === undefined ? undefined : id.slice(id.lastIndexOf("/") + 1);
}
