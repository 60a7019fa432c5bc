import { makePlan, type PreparedRegion } from "../../../../src/domain/plan/plan";
import type { ImageVersionBody } from "../../../../src/domain/plan/image-version-body";
import { leftVersion, type EndedRun } from "../../../../src/domain/run/left-version";
import { encryptedRegion } from "../../../support/fake-machine-image";
import { targetRegion, versionBody } from "../../../support/fake-version";
import { accepted, managedImageExample } from "../../../support/request-factory";

const request = accepted(managedImageExample());
const run = { runId: "run-1", fingerprint: "f" };

/** A plan for both regions; of those that exist already nothing is to be changed. */
function planned(existing?: ImageVersionBody) {
  const there = existing?.publishingProfile.targetRegions ?? [];
  const prepared = ["westus", "eastus2"].map((name): PreparedRegion => {
    const found = there.find((region) => region.name === name);
    return found === undefined
      ? { region: name, operation: "create", targetRegion: encryptedRegion(name) }
      : { region: name, operation: "unchanged", targetRegion: found };
  });
  return makePlan({
    ...{ image: request.image, rollout: request.rollout, prepared, problems: [] },
    ...(existing === undefined
      ? {}
      : { existing: there.map((region) => ({ targetRegion: region, failed: false })) }),
  });
}

const flags = (ended: Omit<EndedRun, "run" | "request" | "completed">) => {
  const profile = leftVersion({ ...ended, run, request, completed: ["westus"] })?.publishingProfile;
  return (
    profile && [
      profile.excludeFromLatest ?? false,
      ...profile.targetRegions.map((region) => `${region.name} ${region.excludeFromLatest}`),
    ]
  );
};

const westus = versionBody([targetRegion("westus")]);
const both = versionBody([targetRegion("westus"), targetRegion("eastus2")]);
const excluded = versionBody(
  [targetRegion("westus", { excludeFromLatest: true }), targetRegion("eastus2")],
  { profile: { excludeFromLatest: true } },
);

test.each<[string, Parameters<typeof flags>[0], unknown]>([
  [
    "a new version that was published is in latest",
    { state: "published", plan: planned() },
    [false, "westus false", "eastus2 false"],
  ],
  [
    "a new version of which only a part is there is out of it",
    { state: "partlyPublished", plan: planned() },
    [true, "westus true", "eastus2 true"],
  ],
  [
    "a version that a look had left behind before it was made isn't taken for it",
    { state: "partlyPublished", plan: planned(), existing: westus },
    [true, "westus true", "eastus2 true"],
  ],
  [
    "a region that was added to a version in latest comes in with the others",
    { state: "published", plan: planned(westus), existing: westus },
    [false, "westus false", "eastus2 false"],
  ],
  [
    "a region that was added in vain leaves the others in latest",
    { state: "partlyPublished", plan: planned(westus), existing: westus },
    [false, "westus false", "eastus2 true"],
  ],
  [
    "a version that was as it should be stays as it was found",
    { state: "published", plan: planned(both), existing: both },
    [false, "westus false", "eastus2 false"],
  ],
  [
    "a promotion lets in what is Completed",
    { state: "promoted", existing: excluded },
    [false, "westus false", "eastus2 false"],
  ],
  ["of a version that wasn't seen nothing is said", { state: "promoted" }, undefined],
])("%s", (_, ended, wanted) => {
  expect(flags(ended)).toEqual(wanted);
});
