import { RUN_TAG } from "../../src/domain/plan/image-version-body";
import { computeId, managedImageExample } from "../support/request-factory";
import { Preflight } from "./support/dry-run";

const { image } = managedImageExample() as { image: Record<string, unknown> };
const requestOf = (version: string, change = {}) =>
  managedImageExample({ image: { ...image, version }, ...change });

/** What is out of latest already stays so. */
const EXCLUDED = "$.excludeFromLatest VersionSettingKept warning";

describe("a dry run of a version that is being written", () => {
  let preflight: Preflight;
  beforeAll(async () => {
    preflight = await Preflight.start([]);
  });
  afterAll(() => preflight.stop());

  /** A run of the request begins to write the version; the stand-in's clock stands still. */
  async function beginWrite(version: string): Promise<void> {
    const { dryRun } = await preflight.observe({ request: requestOf(version) });
    const body = JSON.parse(JSON.stringify(dryRun?.bodies[0]).replace("{runId}", "run-0"));
    const path = computeId("galleries", `MyGallery/images/MyImage/versions/${version}`);
    expect((await preflight.arm.call("PUT", path, body)).status).toBe(201);
  }

  it("adopts the write of the same request, and has nothing to do when that has ended", async () => {
    await beginWrite("8.0.0");
    const during = await preflight.observe({ request: requestOf("8.0.0") });
    // Only the run that began it takes the version into latest; else a person does.
    expect(during.found).toEqual([EXCLUDED]);
    expect(during.dryRun).toMatchObject({
      plan: { kind: "adopt", runId: "run-0", waves: [{ regions: ["westus", "eastus2"] }] },
      bodies: [],
      calls: { writes: 0 },
    });
    await preflight.arm.pass(7_200);
    const after = await preflight.observe({ request: requestOf("8.0.0") });
    expect(after.dryRun?.plan.kind).toBe("nothingToDo");
  });

  it("says of another request's write whose it is, and that a run would wait", async () => {
    await beginWrite("8.0.1");
    const other = requestOf("8.0.1", { tags: { team: "others" } });
    const { found, messages } = await preflight.observe({ request: other });
    expect(found).toEqual([
      "$.image.version VersionBeingWritten warning",
      EXCLUDED,
      "$.tags.team VersionSettingKept warning",
    ]);
    expect(messages[0]).toContain("is Creating and was last written by run run-0 of this pipeline");
    await preflight.arm.pass(7_200);
    const later = await preflight.observe({ request: other });
    expect(later.found).toEqual(found.slice(1));
  });

  it("doesn't take somebody else's write for its own", async () => {
    const path = computeId("galleries", "MyGallery/images/MyImage/versions/8.0.2");
    const { dryRun } = await preflight.observe({ request: requestOf("8.0.2") });
    const { tags: _ours, ...body } = dryRun?.bodies[0] ?? {};
    expect(_ours).toHaveProperty([RUN_TAG]);
    expect((await preflight.arm.call("PUT", path, body)).status).toBe(201);
    const during = await preflight.observe({ request: requestOf("8.0.2") });
    expect(during.found).toEqual(["$.image.version VersionBeingWritten warning", EXCLUDED]);
    expect(during.messages[0]).toContain("is Creating by somebody else");
    expect(during.dryRun?.plan.kind).toBe("nothingToDo");
  });
});
