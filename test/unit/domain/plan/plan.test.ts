import { describePlan } from "../../../../src/domain/plan/describe-plan";
import {
  makePlan,
  type Plan,
  type PlanFacts,
  type PreparedRegion,
  type RegionOperation,
} from "../../../../src/domain/plan/plan";
import { problem, warning } from "../../../../src/domain/problem";
import { targetRegion } from "../../../support/fake-version";

const prepared = (
  region: string,
  operation: RegionOperation,
  regionalReplicaCount = 1,
): PreparedRegion => ({
  region,
  operation,
  targetRegion: targetRegion(region, { regionalReplicaCount }),
});
const there = (name: string, regionalReplicaCount = 1) => ({
  targetRegion: targetRegion(name, { regionalReplicaCount }),
  failed: false,
});
const plan = (regions: PreparedRegion[], facts: Partial<PlanFacts> = {}): Plan =>
  makePlan({
    image: { location: "westus" },
    prepared: regions,
    problems: [],
    rollout: { waves: { kind: "together" } },
    ...facts,
  });

test("a new version is planned with all regions in one wave", () => {
  const regions = [prepared("westus", "create", 2), prepared("eastus2", "replicate")];
  expect(plan(regions, { sizeInGB: 40 })).toEqual({
    kind: "create",
    waves: [{ regions: ["westus", "eastus2"] }],
    difference: [
      { region: "westus", operation: "create", replicas: { to: 2 } },
      { region: "eastus2", operation: "replicate", replicas: { to: 1 } },
    ],
    targetRegions: regions.map((region) => region.targetRegion),
    extent: { replicas: { before: 0, after: 3 }, egress: { regions: 1, gigabytes: 40 } },
    latest: { whole: true, regions: ["westus", "eastus2"] },
    remarks: [],
  });
});

test("what stands against a write alone stops a write, and is only said where there is none", () => {
  const against = problem("$.image.version", "KeptDiskEncryptionSetUnusable", "gone", "restore it");
  const facts = { existing: [there("westus")], writeProblems: [against] };
  expect(plan([prepared("westus", "scale")], facts)).toMatchObject({
    kind: "impossible",
    problems: [against],
  });
  expect(plan([prepared("westus", "unchanged")], facts)).toMatchObject({
    kind: "nothingToDo",
    remarks: [warning(against)],
  });
  const other = problem("$.image", "GalleryNotFound", "none", "create it");
  expect(plan([prepared("westus", "unchanged")], { ...facts, problems: [other] })).toMatchObject({
    problems: [other, against],
  });
});

test.each<[RegionOperation, "extend" | "nothingToDo"]>([
  ["replicate", "extend"],
  ["scale", "extend"],
  ["repeat", "extend"],
  ["unchanged", "nothingToDo"],
])("an existing version whose second region is to %s gives the plan %s", (operation, kind) => {
  const regions = [prepared("westus", "unchanged"), prepared("eastus2", operation)];
  expect(plan(regions, { existing: [there("westus")] }).kind).toBe(kind);
});

test("the difference tells what every region of request and version becomes", () => {
  const existing = [there("West US", 1), there("North Europe", 3), there("UK South"), there("x")];
  const regions = [
    prepared("westus", "scale", 4),
    prepared("eastus2", "replicate", 2),
    prepared("uksouth", "repeat"),
    prepared("x", "unchanged"),
  ];
  const found = plan(regions, { existing, sizeInGB: 30 });
  expect(found).toMatchObject({
    kind: "extend",
    difference: [
      { region: "westus", operation: "scale", replicas: { from: 1, to: 4 } },
      { region: "eastus2", operation: "replicate", replicas: { to: 2 } },
      { region: "uksouth", operation: "repeat", replicas: { from: 1, to: 1 } },
      { region: "x", operation: "unchanged", replicas: { from: 1, to: 1 } },
      { region: "northeurope", operation: "kept", replicas: { from: 3, to: 3 } },
    ],
    // Further replicas are made inside of their region: nothing leaves westus for its own three.
    extent: { replicas: { before: 6, after: 11 }, egress: { regions: 2, gigabytes: 60 } },
  });
  expect(describePlan(found)).toEqual([
    "The version exists and is extended.",
    "westus: scaled from 1 to 4 replicas",
    "eastus2: added, 2 replicas",
    "uksouth: repeated, its replication failed, 1 replica",
    "x: unchanged, 1 replica",
    "northeurope: not in the request and kept, 3 replicas",
    "Replicas: 6 now, 11 then; at most 60 GB leaves the source region, once for 2 regions.",
  ]);
});

test("a size that Azure doesn't tell is said to be unknown, and scaling lets nothing leave the region", () => {
  const regions = [prepared("westus", "create"), prepared("eastus2", "replicate")];
  expect(describePlan(plan(regions)).at(-1)).toBe(
    "Replicas: 0 now, 2 then; at most an unknown size leaves the source region, once for 1 region.",
  );
  const scaled = plan([prepared("westus", "scale", 2)], { existing: [there("westus")] });
  expect(describePlan(scaled).at(-1)).toBe(
    "Replicas: 1 now, 2 then; nothing leaves the source region.",
  );
});

test("a version that a run of the same request is writing is adopted, unless more is to be written", () => {
  const facts = { existing: [there("westus"), there("eastus2")], writtenBy: "run-0" };
  const regions = [prepared("westus", "unchanged"), prepared("eastus2", "unchanged")];
  const found = plan(regions, facts);
  expect(found).toMatchObject({
    kind: "adopt",
    runId: "run-0",
    waves: [{ regions: ["westus", "eastus2"] }],
  });
  expect(describePlan(found)[0]).toBe(
    "Run run-0 of the same request is writing the version: there is only to be watched.",
  );
  expect(plan([...regions, prepared("uksouth", "replicate")], facts).kind).toBe("extend");
  expect(plan(regions, { existing: facts.existing }).kind).toBe("nothingToDo");
});

describe("into latest is taken", () => {
  const existing = [there("westus")];
  const same = prepared("westus", "unchanged");
  const more = prepared("eastus2", "replicate");
  const owed = { whole: true, regions: ["westus"] };
  const excluded = true;
  it.each([
    ["a new version with its regions", [prepared("westus", "create")], {}, owed],
    ["what is added", [same, more], { existing }, { whole: false, regions: ["eastus2"] }],
    ["nothing of what is added to an excluded version", [same, more], { existing, excluded }],
    ["nothing where nothing is added", [same], { existing }],
    ["what a lost run has left", [same], { existing, excluded, owed }, owed],
    [
      "what a lost run has left, and what is added",
      [same, more],
      { existing, excluded, owed },
      { whole: true, regions: ["westus", "eastus2"] },
    ],
  ] as const)("%s", (_, regions, facts, latest = undefined) => {
    const found = plan([...regions], facts);
    expect("latest" in found ? found.latest : undefined).toEqual(latest);
  });

  it("what a lost run has left is told where nothing else is written", () => {
    const found = plan([same], { existing, excluded, owed });
    expect(describePlan(found).slice(0, 2)).toEqual([
      "The version has what the request wants.",
      "It is taken into latest: the run that wrote it was lost before it came to that.",
    ]);
  });
});

test.each([
  [100, []],
  [101, ["ManyReplicas"]],
])("%i replicas in all regions together are told as %j", (count, codes) => {
  const regions = [prepared("westus", "create", 1), prepared("eastus2", "replicate", count - 1)];
  expect(plan(regions).remarks.map(({ code }) => code)).toEqual(codes);
});

test("one problem anywhere makes the whole plan impossible", () => {
  const found = problem("$", "DiskEncryptionSetNotFound", "none", "create one", "eastus2");
  const remarks = [warning(problem("$.source", "TrustedLaunchCapture", "watch", "it"))];
  const impossible = plan([prepared("westus", "create")], { problems: [found], remarks });
  expect(impossible).toEqual({ kind: "impossible", problems: [found], remarks });
  expect(describePlan(impossible)).toEqual([
    "Nothing is written: 1 problem.",
    "$: DiskEncryptionSetNotFound: none",
  ]);
});
