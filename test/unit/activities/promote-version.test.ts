import { promoteVersion } from "../../../src/activities/promote-version";
import { armFault, createFakeAzure } from "../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../support/fake-version";
import { computeId, managedImageExample } from "../../support/request-factory";

const PROMOTION = { write: 3, whole: true, regions: ["westus"], there: ["westus"] };
const out = versionBody([targetRegion("West US", { excludeFromLatest: true })], {
  profile: { excludeFromLatest: true },
});

/** What a promotion comes to, on this version. */
async function promotion(body: typeof out | undefined) {
  const fake = createFakeAzure();
  fake.azure.version = body && versionState(body);
  const run = await fake.run(managedImageExample());
  return { fake, answer: await promoteVersion(fake.dependencies)({ ...run, ...PROMOTION }) };
}

test("both flags are lifted by one PUT", async () => {
  const { fake, answer } = await promotion(out);
  expect(answer).toMatchObject({ kind: "written", how: "updated" });
  expect(fake.puts.map(({ publishingProfile }) => publishingProfile)).toMatchObject([
    { excludeFromLatest: false, targetRegions: [{ excludeFromLatest: false }] },
  ]);
});

test.each([
  ["that is gone is told as vanished", undefined, "VersionVanished"],
  [
    "that is made from another image by now isn't touched",
    { ...out, storageProfile: { source: { id: computeId("images", "another") } } },
    "VersionTaken",
  ],
])("a version %s, and nothing is written", async (_name, body, code) => {
  const { fake, answer } = await promotion(body);
  expect(answer).toMatchObject({ kind: "failed", fault: { code } });
  expect(fake.puts).toEqual([]);
});

test("a version that lacks a region which was Completed is told so, and nothing is written", async () => {
  const { fake, answer } = await promotion(
    versionBody([targetRegion("East US 2", { excludeFromLatest: true })], {
      profile: { excludeFromLatest: true },
    }),
  );
  expect(answer).toMatchObject({
    kind: "lost",
    regions: [{ region: "westus", fault: { code: "RegionVanished" } }],
    fault: { code: "RegionVanished" },
  });
  expect(fake.puts).toEqual([]);
});

describe("a cancellation in the milliseconds before the PUT", () => {
  /** A promotion with somebody who cancels the run right before this call. */
  async function cancelledBefore(call: "version" | "put", body = out) {
    const fake = createFakeAzure();
    fake.azure.version = versionState(body);
    const run = await fake.run(managedImageExample());
    const { records } = fake.dependencies;
    const cancel = () =>
      records.signal(run.publicationId, {
        runId: run.runId,
        about: "cancel",
        ...{ who: "Ada", why: "wrong image", at: "2026-11-24T12:00:00.000Z" },
      });
    let counts: Promise<boolean> | undefined;
    fake.azure.meanwhile.set(call, () => void (counts = cancel()));
    const answer = await promoteVersion(fake.dependencies)({ ...run, ...PROMOTION });
    return { fake, answer, counts: await counts, cancel };
  }

  it("is honoured when it comes first: nothing is written", async () => {
    const { fake, answer, counts } = await cancelledBefore("version");
    expect(counts).toBe(true);
    expect(answer).toMatchObject({ kind: "cancelled", by: { who: "Ada" } });
    expect(fake.puts).toEqual([]);
  });

  it("is honoured also when it comes after the look at what was said", async () => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(out);
    const run = await fake.run(managedImageExample());
    const { records } = fake.dependencies;
    const signals = records.signals.bind(records);
    records.signals = async (publicationId, runId) => {
      const said = await signals(publicationId, runId);
      const [who, why, at] = ["Ada", "wrong image", "2026-11-24T12:00:00.000Z"];
      await records.signal(publicationId, { runId, about: "cancel", who, why, at });
      return said;
    };
    const answer = await promoteVersion(fake.dependencies)({ ...run, ...PROMOTION });
    expect(answer).toMatchObject({ kind: "cancelled", by: { who: "Ada" } });
    expect(fake.puts).toEqual([]);
  });

  it("is too late once the run has claimed its way into latest", async () => {
    const { fake, answer, counts } = await cancelledBefore("put");
    expect(counts).toBe(false);
    expect(answer).toMatchObject({ kind: "written", how: "updated" });
    expect(fake.puts).toHaveLength(1);
  });

  it("is too late as well where nothing is to be written: the run ends published", async () => {
    const { answer, cancel } = await cancelledBefore("put", versionBody());
    expect(answer).toMatchObject({ kind: "written", how: "unchanged" });
    expect(await cancel()).toBe(false);
  });

  it.each([
    ["can come again while the run waits for another's operation", 409, "waitForOperation", true],
    ["can't where the answer may hide an accepted PUT", 503, "transient", false],
  ] as const)("%s", async (_what, status, advice, isHeard) => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(out);
    const run = await fake.run(managedImageExample());
    const { records } = fake.dependencies;
    const promote = () => promoteVersion(fake.dependencies)({ ...run, ...PROMOTION });
    fake.azure.trouble.set("put", armFault({ status, advice }));
    expect(await promote()).toMatchObject({ kind: "wait" });
    const [who, why, at] = ["Ada", "wrong image", "2026-11-24T12:00:00.000Z"];
    const cancellation = { runId: run.runId, about: "cancel" as const, who, why, at };
    expect(await records.signal(run.publicationId, cancellation)).toBe(isHeard);
    expect(await promote()).toMatchObject({ kind: isHeard ? "cancelled" : "written" });
  });

  it("stays too late when a try that was cut off has claimed it, also while somebody else's operation runs", async () => {
    const fake = createFakeAzure();
    fake.azure.version = versionState(out);
    const run = await fake.run(managedImageExample());
    const { records, ...dependencies } = fake.dependencies;
    await records.claimLatest(run.publicationId, run.runId, "2026-11-24T12:00:00.000Z");
    const promote = promoteVersion({ records, ...dependencies });
    fake.azure.trouble.set("put", armFault({ status: 409, advice: "waitForOperation" }));
    expect(await promote({ ...run, ...PROMOTION })).toMatchObject({ kind: "wait", held: true });
    const claim = await records.claimLatest(run.publicationId, run.runId, "later");
    expect(claim).toEqual({ kind: "held" });
    expect(await promote({ ...run, ...PROMOTION })).toMatchObject({ kind: "written" });
  });
});
