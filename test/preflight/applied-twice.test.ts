import fc from "fast-check";
import type { DryRun } from "../../src/domain/plan/dry-run";
import type { TargetRegion } from "../../src/domain/plan/image-version-body";
import { computeId, managedImageExample } from "../support/request-factory";
import { Preflight } from "./support/dry-run";
import { fortyRegions, SHAPES } from "./support/many-regions";

type Json = Record<string, unknown>;

/** The same cases in every run. */
const RUNS = { seed: 20_261_126, numRuns: 12 };
/** Service's time in which every region is there. */
const REPLICATED_SECONDS = 7_200;

const others = ["eastus", "eastus2", "westeurope", "northeurope", "uksouth", "japaneast"];
const replicas = fc.integer({ min: 1, max: 5 });
/** Regions beside westus, with their numbers of replicas. */
const regions = fc.dictionary(fc.constantFrom(...others), replicas, { maxKeys: others.length });
const published = fc.record({
  shape: fc.constantFrom<keyof typeof SHAPES>("by name", "by id", "by tag"),
  westus: replicas,
  regions,
  more: regions,
  excludeFromLatest: fc.boolean(),
  tags: fc.dictionary(fc.constantFrom("team", "build"), fc.constantFrom("a", "b")),
});

describe("a plan that is carried out through the stand-in", () => {
  let preflight: Preflight;
  let versions = 0;
  beforeAll(async () => {
    preflight = await Preflight.start([fortyRegions]);
  });
  afterAll(() => preflight.stop());

  it("leaves nothing to do, also when the version is extended; every region of it is encrypted", async () => {
    await fc.assert(
      fc.asyncProperty(published, async ({ more, ...first }) => {
        const version = `7.0.${versions++}`;
        const created = await plan(requestOf(version, first));
        expect(created.plan.kind).toBe("create");
        await carryOut(version, created, 201);
        expect((await plan(requestOf(version, first))).plan.kind).toBe("nothingToDo");

        const second = { ...first, regions: { ...first.regions, ...more } };
        const extended = await plan(requestOf(version, second));
        if (extended.plan.kind === "extend") await carryOut(version, extended, 200);
        const third = await plan(requestOf(version, second));
        expect(third.plan).toMatchObject({ kind: "nothingToDo", remarks: [] });
        expect(third.bodies).toEqual([]);
      }),
      RUNS,
    );
  }, 60_000);

  async function plan(request: Json): Promise<DryRun> {
    const { dryRun, messages } = await preflight.observe({ request });
    if (dryRun === undefined) throw new Error(messages.join("; "));
    return dryRun;
  }

  /** Sends the plan's own bodies, the last of which takes the version into latest, and lets the regions replicate. */
  async function carryOut(version: string, planned: DryRun, status: number): Promise<void> {
    const { bodies, promotion } = planned;
    expect(bodies).toHaveLength(1);
    const body = bodies[0] as {
      properties: { publishingProfile: { targetRegions: TargetRegion[] } };
    };
    for (const { encryption } of body.properties.publishingProfile.targetRegions)
      expect([encryption?.osDiskImage, ...(encryption?.dataDiskImages ?? [])]).toEqual([
        { diskEncryptionSetId: expect.stringMatching(/^\/subscriptions\//) },
        { lun: 0, diskEncryptionSetId: expect.stringMatching(/^\/subscriptions\//) },
      ]);
    const path = computeId("galleries", `MyGallery/images/MyImage/versions/${version}`);
    const answer = await preflight.arm.call("PUT", path, body);
    expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
    await preflight.arm.pass(REPLICATED_SECONDS);
    if (promotion === undefined) return;
    expect((await preflight.arm.call("PUT", path, promotion)).status).toBe(200);
    await preflight.arm.pass(REPLICATED_SECONDS);
  }
});

type First = { shape: keyof typeof SHAPES; westus: number; regions: Record<string, number> };

function requestOf(version: string, { shape, westus, regions: more, ...rest }: First & Json): Json {
  const { image } = managedImageExample() as { image: Json };
  return managedImageExample({
    image: { ...image, version },
    targetRegions: Object.entries({ westus, ...more }).map(([name, regionalReplicaCount]) => ({
      ...SHAPES[shape](name),
      regionalReplicaCount,
    })),
    ...(shape === "by tag"
      ? {
          encryption: {
            type: "customerManagedKey",
            diskEncryptionSets: { byTag: { purpose: "golden" } },
          },
        }
      : {}),
    ...rest,
  });
}
