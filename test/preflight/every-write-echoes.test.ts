import { createActivities } from "../../src/activities/create-activities";
import { planPublication } from "../../src/activities/plan-publication";
import type { RunRef } from "../../src/activities/dependencies";
import { FINGERPRINT_TAG, RUN_TAG, WRITE_TAG } from "../../src/domain/plan/image-version-body";
import { documentPaths } from "../../src/domain/run/document-paths";
import { fingerprint, publicationId } from "../../src/domain/run/identity";
import { createFakeAnnouncer } from "../support/fake-announcer";
import { createFakeDocuments } from "../support/fake-documents";
import { createFakeNumbers, createFakeRecords } from "../support/fake-records";
import { accepted, computeId, managedImageExample } from "../support/request-factory";
import { Preflight } from "./support/dry-run";

/** As it is on the wire. */
type Body = Awaited<ReturnType<Preflight["arm"]["call"]>>["body"];

const [WESTUS, EASTUS2] = ["West US", "East US 2"];
const REGIONS = ["westus", "eastus2"];

/** Everything writable that a request of ours doesn't speak of. */
function enriched(body: Body, { regions }: { regions: string[] }): Body {
  const { publishingProfile } = body.properties;
  const [first] = publishingProfile.targetRegions;
  return {
    ...body,
    tags: { owner: "somebody", [RUN_TAG]: "an-earlier-run" },
    properties: {
      ...body.properties,
      publishingProfile: {
        ...publishingProfile,
        endOfLifeDate: "2999-12-01T00:00:00.000Z",
        targetRegions: publishingProfile.targetRegions
          .filter(({ name }: Body) => regions.includes(name))
          .map((region: Body, at: number) => ({
            ...region,
            regionalReplicaCount: 3,
            storageAccountType: "Premium_LRS",
            excludeFromLatest: at === 0,
            additionalReplicaSets: [
              { storageAccountType: "Standard_LRS", regionalReplicaCount: 2 + at },
            ],
          })),
        targetExtendedLocations: [
          {
            name: "westus",
            extendedLocation: { name: "microsoftlosangeles1", type: "EdgeZone" },
            extendedLocationReplicaCount: 2,
            storageAccountType: "Standard_LRS",
            encryption: first.encryption,
          },
        ],
      },
      storageProfile: {
        ...body.properties.storageProfile,
        osDiskImage: { hostCaching: "ReadWrite" },
      },
      safetyProfile: {
        allowDeletionOfReplicatedLocations: false,
        blockDeletionBeforeEndOfLife: true,
      },
      securityProfile: { uefiSettings: { signatureTemplateNames: ["NoSignatureTemplate"] } },
    },
  };
}

/** One version with everything, and what a run does to it by its activities. */
interface Bench {
  ref: (write: number) => RunRef & { write: number };
  activities: ReturnType<typeof createActivities>;
  /** Makes the request's plan, as the run would now, and keeps it. */
  plan: () => Promise<void>;
  /** Lets the service's time pass. */
  settle: () => Promise<void>;
}
interface Row {
  /** Regions that the version has before. */
  before?: string[];
  /** Replicas that the request asks for. */
  replicas?: number;
  fails?: string;
  opened?: boolean;
  act: (bench: Bench) => Promise<unknown>;
  /** What is to change, in the body as Azure gave it before. */
  change: (body: Body, added: Body) => void;
}

const regionOf = (body: Body, name: string): Body =>
  body.properties.publishingProfile.targetRegions.find((region: Body) => region.name === name);
const without = (body: Body, name: string): void => {
  const { publishingProfile } = body.properties;
  publishingProfile.targetRegions = publishingProfile.targetRegions.filter(
    (region: Body) => region.name !== name,
  );
};
const writeWave = async ({ activities, ref, plan }: Bench): Promise<unknown> => {
  await plan();
  return activities.createOrReplicateVersion({ ...ref(1), wave: 0 });
};
const remove = ({ activities, ref }: Bench): Promise<unknown> =>
  activities.removeRegions({ ...ref(1), regions: ["eastus2"] });

const ROWS: Record<string, Row> = {
  "a wave that adds a region": {
    before: ["westus"],
    act: writeWave,
    change: (body, added) => body.properties.publishingProfile.targetRegions.push(added),
  },
  "a wave that scales its regions": {
    replicas: 5,
    act: writeWave,
    change: (body) => {
      for (const name of [WESTUS, EASTUS2]) regionOf(body, name).regionalReplicaCount = 5;
    },
  },
  "a repeat for a region that failed": {
    fails: "eastus2",
    act: writeWave,
    change: () => undefined,
  },
  "the removal of a region that failed": {
    fails: "eastus2",
    act: remove,
    change: (body) => {
      without(body, EASTUS2);
      body.properties.safetyProfile.allowDeletionOfReplicatedLocations = true;
    },
  },
  "the removal of a region that failed, and its addition": {
    fails: "eastus2",
    act: async (bench) => {
      await bench.plan();
      await remove(bench);
      await bench.settle();
      return bench.activities.createOrReplicateVersion({ ...bench.ref(2), wave: 0 });
    },
    // It comes back as it was, but out of latest, as each region that is added.
    change: (body) => {
      regionOf(body, EASTUS2).excludeFromLatest = true;
    },
  },
  "a promotion": {
    act: ({ activities, ref }) =>
      activities.promoteVersion({ ...ref(1), whole: true, regions: REGIONS, there: REGIONS }),
    change: (body) => {
      body.properties.publishingProfile.excludeFromLatest = false;
      regionOf(body, WESTUS).excludeFromLatest = false;
    },
  },
  "the repair of the safety flag": {
    opened: true,
    act: ({ activities, ref }) => activities.closeSafetyFlag(ref(1)),
    change: (body) => {
      body.properties.safetyProfile.allowDeletionOfReplicatedLocations = false;
    },
  },
  "the restoration of replica counts": {
    act: ({ activities, ref }) =>
      activities.restoreReplicaCounts({
        ...ref(1),
        counts: { westus: 1, eastus2: 2 },
        written: { westus: 3, eastus2: 3 },
      }),
    change: (body) => {
      regionOf(body, WESTUS).regionalReplicaCount = 1;
      regionOf(body, EASTUS2).regionalReplicaCount = 2;
    },
  },
};

describe("everything writable that Azure gave is there after", () => {
  let preflight: Preflight;
  let number = 0;
  beforeAll(async () => {
    preflight = await Preflight.start([]);
  });
  afterAll(() => preflight.stop());

  it.each(Object.entries(ROWS))("%s", async (_, row) => {
    const { image, targetRegions, ...more } = managedImageExample() as Body;
    const request = accepted({
      ...more,
      image: { ...image, version: `9.${++number}.0` },
      targetRegions: targetRegions.map((region: Body) => ({
        name: region.name,
        encryption: region.encryption,
        ...(row.replicas === undefined ? {} : { regionalReplicaCount: row.replicas }),
      })),
    });
    const azure = preflight.azure;
    const id = publicationId(request.image);
    const documents = createFakeDocuments();
    const run = {
      publicationId: id,
      runId: "run-1",
      requestId: "r",
      fingerprint: fingerprint(request),
    };
    await documents.write(documentPaths.request(id, run.fingerprint), request);
    const bench: Bench = {
      ref: (write) => ({ ...run, write }),
      activities: createActivities({
        ...azure,
        documents,
        records: createFakeRecords(),
        numbers: createFakeNumbers(),
        announcer: createFakeAnnouncer(),
        log: () => undefined,
      }),
      plan: async () => {
        const { plan } = await planPublication(azure)(request);
        expect(plan).not.toHaveProperty("problems");
        await documents.write(documentPaths.plan(id, run.runId), { plan });
      },
      settle: () => preflight.arm.pass(7_200),
    };
    const path = computeId("galleries", `MyGallery/images/MyImage/versions/9.${number}.0`);
    const read = async (): Promise<Body> => (await preflight.arm.call("GET", path)).body;

    const { bodies } = await planPublication(azure)(request);
    const made = enriched(bodies[0], { regions: row.before ?? REGIONS });
    if (row.fails !== undefined)
      await preflight.arm.control("POST", "/faults", {
        replication: {
          version: `9.${number}.0`,
          region: row.fails,
          details: "no",
          provisioningState: "Succeeded",
          times: 1,
        },
      });
    // The run wrote it before: what isn't its own it takes nothing from.
    const mark = { [RUN_TAG]: "run-1", [FINGERPRINT_TAG]: run.fingerprint, [WRITE_TAG]: "0" };
    made.tags = { ...made.tags, ...mark };
    if (row.opened === true)
      made.properties.safetyProfile.allowDeletionOfReplicatedLocations = true;
    expect(await preflight.arm.call("PUT", path, made)).toMatchObject({ status: 201 });
    await bench.settle();
    const before = await read();

    expect(await row.act(bench)).toMatchObject({ kind: "written" });
    await bench.settle();
    const after = await read();

    const expected = structuredClone(before);
    row.change(expected, regionOf(after, EASTUS2));
    expected.tags = {
      ...before.tags,
      [RUN_TAG]: "run-1",
      [FINGERPRINT_TAG]: run.fingerprint,
      [WRITE_TAG]: after.tags[WRITE_TAG],
    };
    expect(after).toEqual(expected);
    expect(before.properties.publishingProfile.targetExtendedLocations[0].encryption).toBeDefined();
    expect(before.properties.securityProfile.uefiSettings).toBeDefined();
  });
});
