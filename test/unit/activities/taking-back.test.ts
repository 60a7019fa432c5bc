import { closeSafetyFlag } from "../../../src/activities/close-safety-flag";
import type { RunRef } from "../../../src/activities/dependencies";
import { deleteVersion } from "../../../src/activities/delete-version";
import { keepUndo } from "../../../src/activities/keep-undo";
import { removeRegions } from "../../../src/activities/remove-regions";
import { restoreReplicaCounts } from "../../../src/activities/restore-replica-counts";
import type { ImageVersionState } from "../../../src/azure/image-versions";
import {
  FINGERPRINT_TAG,
  marked,
  type ImageVersionBody,
} from "../../../src/domain/plan/image-version-body";
import { createFakeAzure } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { managedImageExample } from "../../support/request-factory";

const replicating = (region: string) => ({
  region,
  state: "Replicating",
  progress: 10,
  details: "",
});

/** A version that the run has written, and of which no region is there. */
async function own(
  names: string[],
  change: (state: ImageVersionState) => ImageVersionState = (state) => state,
) {
  const fake = createFakeAzure();
  const run = await fake.run(managedImageExample());
  const body = versionBody(
    names.map((name) => targetRegion(name, { excludeFromLatest: true })),
    { profile: { excludeFromLatest: true } },
  );
  const state = versionState(marked(body, { ...run, write: 1 }), {
    summary: names.map(replicating),
  });
  fake.azure.version = change(state);
  return { fake, run };
}

const withBody =
  (change: (body: ImageVersionBody) => ImageVersionBody) =>
  (state: ImageVersionState): ImageVersionState => ({ ...state, body: change(state.body) });

describe("a version that the run has made", () => {
  it("is deleted when nobody can need it", async () => {
    const { fake, run } = await own(["West US"]);
    expect(await deleteVersion(fake.dependencies)(run)).toMatchObject({ kind: "wait" });
    expect(fake.calls).toContain("delete");
  });

  const inLatest = withBody((body) => ({
    ...body,
    publishingProfile: { ...body.publishingProfile, excludeFromLatest: false },
  }));
  const completed = (state: ImageVersionState) => versionState(state.body);
  const others = withBody((body) => ({ ...body, tags: {} }));
  const blocked = withBody((body) => ({
    ...body,
    safetyProfile: { ...body.safetyProfile, blockDeletionBeforeEndOfLife: true },
  }));
  it.each([
    ["it is in latest", ["West US"], inLatest, /it is in latest/],
    ["a region is Completed", ["West US"], completed, /it is Completed in West US/],
    ["somebody else has written it", ["West US"], others, /somebody else has written it since/],
    [
      "somebody else has added a region, though with our tags",
      ["West US", "UK South"],
      undefined,
      /somebody else has added uksouth/,
    ],
    ["its end of life blocks the deletion", ["West US"], blocked, /end of life blocks/],
  ])("is kept when %s", async (_why, names, change, reason) => {
    const { fake, run } = await own(names, change);
    expect(await deleteVersion(fake.dependencies)(run)).toMatchObject({
      kind: "kept",
      fault: { code: "VersionKept", message: expect.stringMatching(reason) as string },
    });
    expect(fake.calls).not.toContain("delete");
  });
});

test("the source region that a removal leaves is the version's own, also where the request names another first", async () => {
  const { fake, run } = await own(["West US", "East US 2"], (state) => ({
    ...state,
    body: { ...state.body, location: "eastus2" },
  }));
  const regions = ["westus", "eastus2"];
  expect(await removeRegions(fake.dependencies)({ ...run, write: 2, regions })).toMatchObject({
    how: "updated",
    regions: ["westus"],
  });
  expect(fake.puts.at(-1)?.publishingProfile.targetRegions.map(({ name }) => name)).toEqual([
    "East US 2",
  ]);
});

describe("a removal beside somebody else's writes", () => {
  /** The version with these regions, of which West US is there. */
  const withRegions =
    (names: string[], open = false) =>
    (state: ImageVersionState): ImageVersionState => {
      const body = versionBody(names.map((name) => targetRegion(name)));
      const tags = state.body.tags;
      const safetyProfile = { allowDeletionOfReplicatedLocations: open };
      const all = versionState({ ...body, tags, safetyProfile });
      return {
        ...all,
        summary: all.summary.map((entry) =>
          entry.region === "East US 2" ? replicating(entry.region) : entry,
        ),
      };
    };
  const regions = ["eastus2"];

  it("isn't sent when he has added a region between its two looks; the next try takes the region along", async () => {
    const { fake, run } = await own(["West US"], withRegions(["West US", "East US 2"]));
    const { documents } = fake.dependencies;
    const write = documents.write.bind(documents);
    documents.write = async (path, value) => {
      await write(path, value);
      // What is to be removed is decided and recorded; the PUT comes next.
      fake.azure.version = withRegions(["West US", "East US 2", "UK South"])(
        fake.azure.version as ImageVersionState,
      );
    };
    const remove = () => removeRegions(fake.dependencies)({ ...run, write: 2, regions });
    expect(await remove()).toMatchObject({
      kind: "wait",
      fault: {
        advice: "waitForOperation",
        message: expect.stringContaining("two looks") as string,
      },
    });
    expect(fake.puts).toEqual([]);
    expect(await remove()).toMatchObject({ how: "updated", regions });
    expect(fake.puts.at(-1)?.publishingProfile.targetRegions.map(({ name }) => name)).toEqual([
      "West US",
      "UK South",
    ]);
  });

  it("tells which region is gone that was to stay, once the flag is closed", async () => {
    const three = ["West US", "East US 2", "UK South"];
    const { fake, run } = await own(three, withRegions(three));
    await removeRegions(fake.dependencies)({ ...run, write: 2, regions });
    const close = (write: number) => closeSafetyFlag(fake.dependencies)({ ...run, write });
    fake.azure.version = withRegions(["West US"], true)(fake.azure.version as ImageVersionState);
    expect(await close(3)).toMatchObject({ how: "updated" });
    fake.azure.version = withRegions(["West US"])(fake.azure.version);
    expect(await close(4)).toMatchObject({
      how: "unchanged",
      lost: [{ region: "uksouth", fault: { code: "RegionVanished" } }],
    });
  });

  it("tells of none where all that was to stay is there, or where nothing was removed", async () => {
    const { fake, run } = await own(["West US"], withRegions(["West US", "East US 2"]));
    const close = () => closeSafetyFlag(fake.dependencies)({ ...run, write: 3 });
    expect(await close()).not.toHaveProperty("lost");
    await removeRegions(fake.dependencies)({ ...run, write: 2, regions });
    expect(await close()).not.toHaveProperty("lost");
  });
});

describe("a version that somebody else has made anew from the same source", () => {
  const regions = ["eastus2"];
  const his = withBody((body) => ({ ...body, tags: { owner: "bob" } }));
  const remove = (fake: ReturnType<typeof createFakeAzure>, run: RunRef) =>
    removeRegions(fake.dependencies)({ ...run, write: 5, regions });

  it("keeps its regions, though none of them is Completed", async () => {
    const { fake, run } = await own(["West US", "East US 2"], his);
    expect(await remove(fake, run)).toMatchObject({
      kind: "kept",
      regions,
      fault: { code: "RegionsKept", message: expect.stringContaining("eastus2") as string },
    });
    expect(fake.puts).toEqual([]);
  });

  it("keeps its replica counts", async () => {
    const { fake, run } = await own(["West US"], his);
    const step = { write: 5, counts: { westus: 2 }, written: { westus: 1 } };
    expect(await restoreReplicaCounts(fake.dependencies)({ ...run, ...step })).toMatchObject({
      kind: "kept",
      regions: ["westus"],
    });
    expect(fake.puts).toEqual([]);
  });

  it("is still his when a repeated write has put the run's tags on it; what that write adds is the run's", async () => {
    const { fake, run } = await own(["West US", "East US 2", "UK South"]);
    const made = [
      { activity: "removeRegions", write: 1, regions: ["westus", "eastus2", "uksouth"] },
      { activity: "deleteVersion", write: 1 },
    ] as const;
    await keepUndo(fake.dependencies, { ...run, write: 1 }, [
      { ...made[0], regions: [...made[0].regions] },
      made[1],
    ]);
    const added = { activity: "removeRegions" as const, write: 2, regions: ["uksouth"] };
    await keepUndo(fake.dependencies, { ...run, write: 2 }, [added], true);
    expect(await deleteVersion(fake.dependencies)(run)).toMatchObject({
      kind: "kept",
      fault: { message: expect.stringContaining("somebody else has written it") as string },
    });
    expect(fake.calls).not.toContain("delete");
    expect(await remove(fake, run)).toMatchObject({ kind: "kept", regions });
    expect(
      await removeRegions(fake.dependencies)({ ...run, write: 6, regions: ["eastus2", "uksouth"] }),
    ).toMatchObject({ how: "updated", regions: ["uksouth"] });
  });
});

describe("replica counts that are restored", () => {
  const STEP = { write: 2, counts: { westus: 2, eastus2: 3 }, written: { westus: 5, eastus2: 5 } };

  /** What becomes of these counts, and of an open flag. */
  async function restored(counts: Record<string, number>) {
    const { fake, run } = await own(Object.keys(counts), (state) => ({
      ...state,
      body: {
        ...state.body,
        publishingProfile: {
          ...state.body.publishingProfile,
          targetRegions: state.body.publishingProfile.targetRegions.map((region) => ({
            ...region,
            regionalReplicaCount: counts[region.name] ?? 1,
          })),
        },
        safetyProfile: { ...state.body.safetyProfile, allowDeletionOfReplicatedLocations: true },
      },
    }));
    const answer = await restoreReplicaCounts(fake.dependencies)({ ...run, ...STEP });
    return { puts: fake.puts, answer };
  }

  it("are each region's own of before, and no other region's; the write closes an open safety flag", async () => {
    const { puts, answer } = await restored({ "West US": 5, "East US 2": 5, "UK South": 5 });
    expect(answer).toMatchObject({ how: "updated", regions: ["westus", "eastus2"] });
    expect(puts).toMatchObject([
      {
        publishingProfile: {
          targetRegions: [
            { name: "West US", regionalReplicaCount: 2 },
            { name: "East US 2", regionalReplicaCount: 3 },
            { name: "UK South", regionalReplicaCount: 5 },
          ],
        },
        safetyProfile: { allowDeletionOfReplicatedLocations: false },
      },
    ]);
  });

  it("aren't set where somebody else has scaled the region since", async () => {
    const { puts, answer } = await restored({ "West US": 7, "East US 2": 5 });
    expect(answer).toMatchObject({ how: "updated", regions: ["eastus2"] });
    expect(
      puts[0]?.publishingProfile.targetRegions.map((region) => region.regionalReplicaCount),
    ).toEqual([7, 3]);
  });

  it("need no write when nothing is as the run has written it", async () => {
    const { puts, answer } = await restored({ "West US": 7, "East US 2": 3 });
    expect(answer).toMatchObject({ how: "unchanged", regions: [] });
    expect(puts).toEqual([]);
  });

  it("are read from the version when the write was made before a crash", async () => {
    const { fake, run } = await own(["West US"], (state) => ({
      ...state,
      body: marked(versionBody([targetRegion("West US", { regionalReplicaCount: 2 })]), {
        runId: "run-1",
        fingerprint: state.body.tags[FINGERPRINT_TAG] ?? "",
        write: STEP.write,
      }),
    }));
    const answer = await restoreReplicaCounts(fake.dependencies)({ ...run, ...STEP });
    expect(answer).toMatchObject({ how: "adopted", regions: ["westus"] });
    expect(fake.puts).toEqual([]);
  });
});
