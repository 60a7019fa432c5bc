import {
  managedImageExample,
  refusals,
  withMember,
  wireRegion,
} from "../../../support/request-factory";

const many = (count: number, value: unknown): unknown[] =>
  Array.from({ length: count }, () => value);
const example = managedImageExample();

test.each<[string, unknown, string]>([
  ["regions", { ...example, targetRegions: many(300_000, {}) }, "$.targetRegions"],
  [
    "unknown regions",
    { ...example, targetRegions: many(18_000, { name: "westsu" }) },
    "$.targetRegions",
  ],
  [
    "data snapshots",
    withMember(example, ["source"], { dataSnapshots: many(300_000, {}) }),
    "$.source.dataSnapshots",
  ],
  [
    "data disks",
    withMember(example, ["targetRegions", 0, "encryption", "dataDiskImages"], many(300_000, {})),
    "$.targetRegions[0].encryption.dataDiskImages",
  ],
  [
    "required regions",
    { ...example, rollout: { requiredRegions: many(200_000, "a") } },
    "$.rollout.requiredRegions",
  ],
  ["damaged texts", { ...example, x: many(160_000, "\ufffd") }, "$.x"],
  ["values", { ...example, x: many(200, many(200, [1])) }, "$"],
])("too many %s are one problem, and nothing of them is judged", (_name, request, path) => {
  expect(refusals(request)).toEqual([`${path} Invalid`]);
});

test("200 entries are read", () => {
  const told = refusals({ ...example, targetRegions: many(200, wireRegion("mars", "Set")) });
  expect(told.filter((line) => line.endsWith("UnknownRegion"))).toHaveLength(200);
});
