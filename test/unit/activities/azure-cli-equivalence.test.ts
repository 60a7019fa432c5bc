import { createActivities } from "../../../src/activities/create-activities";
import {
  FINGERPRINT_TAG,
  RUN_TAG,
  toArmJson,
  WRITE_TAG,
} from "../../../src/domain/plan/image-version-body";
import { makePlan } from "../../../src/domain/plan/plan";
import { createFakeAzure, healthySet } from "../../support/fake-azure";
import {
  accepted,
  computeId,
  managedImageExample,
  setId,
  snapshotExample,
} from "../../support/request-factory";

/** Body of the PUT that a request leads to: the activities of a run, one after the other. */
async function bodyFor(raw: unknown, setLocations: Record<string, string>) {
  const fake = createFakeAzure();
  fake.azure.sets = Object.entries(setLocations).map(([name, at]) => healthySet(name, at));
  for (const name of ["myOSSnapshot", "myDDSnapshot"])
    fake.azure.resources.set(computeId("snapshots", name, "myResourceGroup").toLowerCase(), {
      location: "westus",
      diskEncryptionSetIds: [],
    });
  const activities = createActivities(fake.dependencies);
  const run = await fake.run(raw);
  const inspected = await activities.inspectTarget(run);
  if (inspected.kind !== "inspected") throw new Error(JSON.stringify(inspected));
  const prepared = [];
  for (const region of inspected.regions) {
    const { dataLuns = [] } = inspected;
    const answer = await activities.prepareRegion({
      ...run,
      region,
      dataLuns,
      versionExists: false,
    });
    if (answer.kind !== "prepared") throw new Error(JSON.stringify(answer));
    prepared.push(answer.prepared);
  }
  const plan = makePlan({ ...inspected, prepared });
  await activities.recordPlan({ ...run, plan });
  await activities.createOrReplicateVersion({ ...run, wave: 0, write: 1 });
  const [body] = fake.puts;
  if (body === undefined || fake.puts.length !== 1) throw new Error("not exactly one PUT");
  return { arm: toArmJson(body), run };
}

const westus = {
  name: "westus",
  regionalReplicaCount: 2,
  storageAccountType: "standard_lrs",
  encryption: {
    osDiskImage: { diskEncryptionSetId: setId("WestUSDiskEncryptionSet1") },
    dataDiskImages: [{ diskEncryptionSetId: setId("WestUSDiskEncryptionSet2"), lun: 0 }],
  },
};
const east = (name: string) => ({
  name,
  encryption: {
    osDiskImage: { diskEncryptionSetId: setId("EastUS2DiskEncryptionSet1") },
    dataDiskImages: [{ diskEncryptionSetId: setId("EastUS2DiskEncryptionSet2"), lun: 0 }],
  },
});
const cliBody = (eastern: string, storageProfile: object) => ({
  location: "westus",
  tags: {},
  properties: {
    publishingProfile: { targetRegions: [westus, east(eastern)] },
    storageProfile,
  },
});
const locations = (eastern: string) => ({
  WestUSDiskEncryptionSet1: "westus",
  WestUSDiskEncryptionSet2: "westus",
  EastUS2DiskEncryptionSet1: eastern,
  EastUS2DiskEncryptionSet2: eastern,
});

/** Storage types are compared without case: the CLI sends what was typed. */
const lowerCased = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === "storageAccountType" && typeof member === "string" ? member.toLowerCase() : member,
  );

/** What we say beyond the Azure CLI: the service's defaults, the tags of our run, and not yet in latest. */
const explicit = (run: { runId: string; fingerprint: string }) => ({
  tags: { [RUN_TAG]: run.runId, [FINGERPRINT_TAG]: run.fingerprint, [WRITE_TAG]: "1" },
  publishingProfile: {
    replicaCount: 1,
    storageAccountType: "Standard_LRS",
    excludeFromLatest: true,
    replicationMode: "Full",
  },
  westus: { excludeFromLatest: true },
  east: {
    regionalReplicaCount: 1,
    storageAccountType: "Standard_LRS",
    excludeFromLatest: true,
  },
  safetyProfile: { allowDeletionOfReplicatedLocations: false, blockDeletionBeforeEndOfLife: false },
});

test.each([
  {
    example: "a managed image",
    raw: managedImageExample(),
    eastern: "eastus2",
    storageProfile: {
      source: { id: computeId("images", "myImage", "myResourceGroup") },
    },
  },
  {
    example: "snapshots",
    raw: snapshotExample(),
    eastern: "eastus",
    storageProfile: {
      osDiskImage: {
        source: { id: computeId("snapshots", "myOSSnapshot", "myResourceGroup") },
      },
      dataDiskImages: [
        {
          source: { id: computeId("snapshots", "myDDSnapshot", "myResourceGroup") },
          lun: 0,
        },
      ],
    },
  },
])(
  "from $example the PUT is the Azure CLI's, plus defaults said aloud and our tags, and nothing else",
  async ({ raw, eastern, storageProfile }) => {
    const { arm, run } = await bodyFor(raw, locations(eastern));
    const cli = cliBody(eastern, storageProfile);
    const ours = explicit(run);
    expect(lowerCased(arm)).toMatchObject(lowerCased(cli) as object);
    expect(lowerCased(arm)).toEqual(
      lowerCased({
        location: cli.location,
        tags: ours.tags,
        properties: {
          publishingProfile: {
            targetRegions: [
              { ...westus, ...ours.westus },
              { ...east(eastern), ...ours.east },
            ],
            ...ours.publishingProfile,
          },
          storageProfile,
          safetyProfile: ours.safetyProfile,
        },
      }),
    );
  },
);

test("the snapshot example's eastern sets, named after another region, are refused where they lie elsewhere", async () => {
  await expect(bodyFor(snapshotExample(), locations("eastus2"))).rejects.toThrow(
    "DiskEncryptionSetInOtherRegion",
  );
});

test("each disk of each region has a set of its own", async () => {
  const { arm } = await bodyFor(managedImageExample(), locations("eastus2"));
  const ids = JSON.stringify(arm).match(/diskEncryptionSets\/\w+/g) ?? [];
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
  expect(accepted(managedImageExample()).targetRegions).toHaveLength(2);
});
