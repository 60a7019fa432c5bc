import type { GalleryImageVersion } from "@azure/arm-compute";
import Table from "cli-table3";
import type { Region } from "../api-types";
import { regionResults } from "../result-table";

/**
 * A version's regions as Resource Manager has them, with the wave and the times that the app has written
 * them: where each stands, whether it counts for `latest`, and with which key it is encrypted.
 */
export function renderRollout(version: GalleryImageVersion, watched: Region[]): string {
  const profile = version.publishingProfile;
  const byName = new Map(watched.map((region) => [region.name, region]));
  const excluded = new Map(
    (profile?.targetRegions ?? []).map(({ name, excludeFromLatest }) => [
      (name ?? "").replaceAll(" ", "").toLowerCase(),
      excludeFromLatest === true,
    ]),
  );
  const table = new Table({
    head: ["Wave", "Region", "In Azure", "Latest", "OS disk key", "Data disk keys"],
    style: { head: [], border: [] },
    colAligns: ["right", "left", "left", "left", "left", "left"],
  });
  const rows = regionResults(version, watched).map((result) => ({
    ...result,
    wave: byName.get(result.region)?.wave,
  }));
  for (const { wave, region, state, osDisk, dataDisks } of rows)
    table.push([
      wave ?? "",
      region,
      state,
      profile?.excludeFromLatest === true || excluded.get(region) === true ? "no" : "yes",
      osDisk ?? "platform's key",
      Object.entries(dataDisks)
        .map(([lun, set]) => `${lun}: ${set}`)
        .join("\n"),
    ]);
  return table.toString();
}
