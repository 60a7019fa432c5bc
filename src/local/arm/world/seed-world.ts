import { StartError } from "../../program";
import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import { parseVersionBody } from "../image-version/version-body";
import type { VersionRecord } from "../image-version/version-record";
import { newVersion } from "../image-version/write-version";
import { replicatedBefore } from "../replication";
import type { WorldFile } from "./world-file";
import type { WorldVersion } from "./world-records";

/**
 * Fills an empty state with what the world file says.
 * @throws {StartError} when an existing version is one that the service would have refused
 */
export function seedWorld(service: ComputeService, world: WorldFile): void {
  const { state, faults } = service;
  for (const subscription of world.subscriptions) state.subscriptions.put(subscription);
  for (const group of world.groups) state.groups.put(group);
  for (const resource of world.resources) state.resources.put(resource);
  for (const key of world.keys) state.keys.put(key);
  for (const version of world.versions) seedVersion(service, world, version);
  for (const fault of world.faults) faults.add(fault);
  if (world.mistakes.any) throw new StartError(world.mistakes.report());
}

/** Through the same checks as a PUT: a world that couldn't be made would prove nothing. */
function seedVersion(service: ComputeService, world: WorldFile, version: WorldVersion): void {
  const { path, entry } = version;
  const { location, properties, tags } = entry;
  try {
    const body = parseVersionBody({
      location,
      properties,
      ...(tags === undefined ? {} : { tags }),
    });
    const record = newVersion(service, { ...version, version: entry.name }, body);
    const regions = record.properties.publishingProfile.targetRegions.map(({ name }) => name);
    const failed = failedRegions(world, version, regions);
    const there: VersionRecord = {
      ...record,
      properties: { ...record.properties, provisioningState: entry.provisioningState },
      replication: Object.fromEntries(
        regions.map((region) => {
          const before = replicatedBefore(service.clock.serviceMs());
          const details = failed.get(region);
          const failure =
            details === undefined ? {} : { failure: { atMs: before.startMs, details } };
          return [region, { ...before, ...failure }];
        }),
      ),
    };
    if (entry.softDeleted) seedDeleted(service, world, version, there);
    else service.state.versions.put(there);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    world.mistakes.add(path, `the service would refuse this version: ${error.message}`);
  }
}

/** As if it had been deleted right now. */
function seedDeleted(
  { clock, state, timing }: ComputeService,
  { mistakes, resources }: WorldFile,
  { path }: WorldVersion,
  version: VersionRecord,
): void {
  const gallery = resources.find(({ id }) => keyOf(version.id).startsWith(`${keyOf(id)}/images/`));
  if (gallery?.properties["softDeletePolicy"] === undefined)
    mistakes.add([...path, "softDeleted"], "the version's gallery has no softDelete: true");
  state.softDeleted.put({
    key: version.key,
    version,
    softDeletedTime: clock.date().toISOString(),
    untilMs: clock.serviceMs() + timing.softDeleteSeconds * 1000,
  });
}

function failedRegions(
  world: WorldFile,
  { path, entry }: WorldVersion,
  regions: string[],
): Map<string, string> {
  const failed = new Map<string, string>();
  for (const [region, details] of Object.entries(entry.failedRegions)) {
    if (!regions.includes(region))
      world.mistakes.add([...path, "failedRegions", region], `isn't one of the target regions`);
    failed.set(region, details);
  }
  return failed;
}
