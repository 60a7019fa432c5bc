import { promoteVersion } from "../../../src/activities/promote-version";
import { createFakeAzure } from "../../support/fake-azure";
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
