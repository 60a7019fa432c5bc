import { compareVersions, versionObstacle } from "../../../src/local/durable-engine/versions";

test.each([
  ["1.2", "1.10", -1],
  ["2.0", "1.9", 1],
  ["1.0", "1.0", 0],
  ["1.0", "1.0.0", -1],
  ["beta", "ALPHA", 1],
  ["v1", "V1", 0],
])("version %s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test("a version without a default version, and one newer than it, are obstacles", () => {
  expect(versionObstacle("1.2", undefined)).toMatch(/no extensions\.durableTask\.defaultVersion/);
  expect(versionObstacle("3.4", "2.0")).toMatch(/newer than the host's defaultVersion '2\.0'/);
});

test("no version, and one up to the default version, are none", () => {
  expect(versionObstacle(null, undefined)).toBeUndefined();
  expect(versionObstacle("1.2", "2.0")).toBeUndefined();
  expect(versionObstacle("2.0", "2.0")).toBeUndefined();
});
