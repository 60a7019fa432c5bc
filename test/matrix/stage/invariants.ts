import type { Cell } from "../model";
import { shortName } from "./observe";
import type { Stage, TargetRegion, Version } from "./stage";
import { BYSTANDER, encryptionOf, VERIFICATION_DISKS, versionPath } from "./world";

interface Sent {
  properties: {
    publishingProfile: { targetRegions: TargetRegion[] };
    safetyProfile: { allowDeletionOfReplicatedLocations: boolean };
  };
}

const setsOf = (encryption: unknown): string => {
  const { osDiskImage, dataDiskImages = [] } = (encryption ?? {}) as Partial<
    ReturnType<typeof encryptionOf>
  >;
  const data = dataDiskImages.map(
    ({ lun, diskEncryptionSetId }) => `${lun}=${diskEncryptionSetId}`,
  );
  return [osDiskImage?.diskEncryptionSetId, ...data].join().toLowerCase();
};

const regionsOf = ({ properties }: Sent): string[] =>
  properties.publishingProfile.targetRegions.map(({ name }) => shortName(name));

/** What must hold in every cell, whatever strikes. Read from the stand-in's log and state. */
export async function checkInvariants(stage: Stage, cell: Cell): Promise<void> {
  const versions = await stage.versions();
  checkBodies(stage);
  checkUnion(stage, cell);
  checkDeletes(stage);
  checkCompletedStay(stage, cell, versions);
  checkVersions(versions);
  await checkNoDisks(stage);
  if (cell.retryAfter !== undefined) checkRetryAfter(stage, cell.retryAfter);
}

/** Every PUT names, for each of its regions and disks, the set of that region; no region twice. */
function checkBodies(stage: Stage): void {
  for (const { body } of stage.sent("PUT")) {
    const sent = body as Sent;
    for (const { name, encryption } of sent.properties.publishingProfile.targetRegions)
      expect([name, setsOf(encryption)]).toEqual([name, setsOf(encryptionOf(shortName(name)))]);
    const regions = regionsOf(sent);
    expect(regions).toEqual([...new Set(regions)]);
  }
}

/**
 * No PUT that Azure took left a region out that was there, but for a removal of one that isn't Completed. Its operation
 * can fail: then it is sent again as it was.
 */
function checkUnion(stage: Stage, { point, world }: Cell): void {
  let there = new Set(initially(point.world, world));
  let removal: string[] | undefined;
  for (const call of stage.calls) {
    if (call.path.toLowerCase() !== versionPath().toLowerCase() || !stage.isTaken(call)) continue;
    if (call.method === "DELETE") there = new Set();
    if (call.method !== "PUT") continue;
    const sent = call.body as Sent;
    const regions = regionsOf(sent);
    const left = [...there].filter((region) => !regions.includes(region));
    const { allowDeletionOfReplicatedLocations: open } = sent.properties.safetyProfile;
    if (left.length > 0)
      expect([call.number, left, open]).toEqual([call.number, ["eastus2"], true]);
    else expect(open ? regions : undefined).toEqual(open ? removal : undefined);
    removal = open ? regions : undefined;
    there = new Set(regions);
  }
}

function initially(...parts: (Cell["world"] | undefined)[]): string[] {
  const entries = parts.flatMap((part) => (part?.["versions"] ?? []) as Sent[]);
  return entries.flatMap(regionsOf);
}

/** The run deletes only what has no Completed region. */
function checkDeletes(stage: Stage): void {
  const taken = stage.sent("DELETE").filter(({ status }) => status === 202);
  for (const { look } of taken)
    expect(Object.values(stage.snapshots[look - 1]?.regions ?? {})).not.toContain("Completed");
}

/** A region that was Completed stays so, unless somebody else deletes the version. */
function checkCompletedStay(stage: Stage, { point, end }: Cell, versions: Version[]): void {
  const deletedByOthers = stage.calls.some(
    (call) => call.method === "DELETE" && call.status === 202 && !stage.ours.includes(call),
  );
  if (deletedByOthers) return;
  const seen = stage.snapshots.flatMap((look) =>
    Object.entries(look?.regions ?? {}).flatMap(([region, state]) =>
      state === "Completed" ? [region] : [],
    ),
  );
  const now = versions.find(({ id }) => id.toLowerCase() === versionPath().toLowerCase());
  const completed = (now?.properties.replicationStatus.summary ?? [])
    .filter(({ state }) => state === "Completed")
    .map(({ region }) => region);
  expect([point.key, end.state, completed]).toEqual([
    point.key,
    end.state,
    expect.arrayContaining([...new Set(seen)]),
  ]);
}

/** Sets by region; beside the one version only those of others, as they were. */
function checkVersions(versions: Version[]): void {
  for (const { properties } of versions)
    for (const { name, encryption } of properties.publishingProfile.targetRegions) {
      const region = shortName(name);
      expect([region, setsOf(encryption)]).toEqual([region, setsOf(encryptionOf(region))]);
    }
  const names = versions.map(({ id }) => id.split("/").at(-3) + "/" + id.split("/").at(-1));
  const ours = names.filter((name) => !name.startsWith("OtherImage/"));
  expect(ours).toEqual(expect.arrayContaining([`MyImage/${BYSTANDER}`]));
  expect(ours.filter((name) => name !== "MyImage/1.0.0")).toEqual([`MyImage/${BYSTANDER}`]);
  const bystander = versions.find(({ id }) => id.endsWith(`/${BYSTANDER}`));
  expect(bystander?.tags).toBeUndefined();
}

/** What was made to verify a region is deleted. */
async function checkNoDisks(stage: Stage): Promise<void> {
  const { body } = await stage.call("GET", VERIFICATION_DISKS);
  expect(body).toMatchObject({ value: [] });
}

/** A call that is throttled comes again when Azure said, not sooner. */
function checkRetryAfter(stage: Stage, seconds: number): void {
  const throttled = stage.ours.filter(({ status }) => status === 429);
  expect(throttled).toHaveLength(2);
  for (const { number, method, path, at } of throttled) {
    const again = stage.ours.find(
      (call) => call.number > number && call.method === method && call.path === path,
    );
    expect(((again?.at ?? 0) - at) / 1000).toBeGreaterThanOrEqual(seconds);
  }
}
