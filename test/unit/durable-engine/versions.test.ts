import { compareVersions, versionObstacle } from "../../../src/local/durable-engine/versions";

test.each([
  ["1.2", "1.10", -1],
  ["2.0", "1.9", 1],
  ["1.0", "1.0", 0],
  ["1.0", "1.0.0", -1],
  ["beta", "ALPHA", 1],
  ["v1", "V1", 0],
  ["1.0", "", 1],
])("version %s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test.each([
  ["CurrentOrOlder", "1.2", undefined, /no extensions\.durableTask\.defaultVersion.*for ever/],
  ["CurrentOrOlder", "3.4", "2.0", /newer than the host's defaultVersion '2\.0'.*for ever/],
  ["Strict", "1.9", "2.0", /'1\.9' is not the host's defaultVersion '2\.0'/],
  ["Strict", null, "2.0", /'' is not the host's defaultVersion/],
] as const)(
  "%s: version %s on a host of version %s is an obstacle",
  (match, version, own, text) => {
    const options = { defaultVersion: own, versionMatchStrategy: match };
    expect(versionObstacle(version, options)).toMatch(text);
  },
);

test.each([
  ["CurrentOrOlder", null, undefined],
  ["CurrentOrOlder", null, "2.0"],
  ["CurrentOrOlder", "1.2", "2.0"],
  ["CurrentOrOlder", "2.0", "2.0"],
  ["Strict", "2.0", "2.0"],
  ["Strict", null, undefined],
  ["None", "3.0", "2.0"],
] as const)("%s: version %s on a host of version %s is none", (match, version, own) => {
  const options = { defaultVersion: own, versionMatchStrategy: match };
  expect(versionObstacle(version, options)).toBeUndefined();
});
