import {
  newestSingle,
  newestSnapshotSet,
  newestVersion,
  type Candidate,
  type DefinitionVersion,
  type Newest,
} from "../../../../src/domain/schedule/newest-source";
import type { SourceFinder } from "../../../../src/domain/schedule/schedule";
import {
  sourceFingerprint,
  standingOf,
  versionsFrom,
} from "../../../../src/domain/schedule/source-fingerprint";
import type { PublicationState } from "../../../../src/domain/run/outcome";

const GROUP = "/subscriptions/s/resourceGroups/builds/providers/Microsoft.Compute";
const PLACE = { subscriptionId: "s", resourceGroup: "builds" };

/** Made on that day of November. */
const made = (name: string, day: number, change: Partial<Candidate> = {}): Candidate => ({
  id: `${GROUP}/images/${name}`,
  createdAt: `2026-11-${String(day).padStart(2, "0")}T00:00:00Z`,
  provisioningState: "Succeeded",
  tags: {},
  ...change,
});

const codeOf = (newest: Newest): string => ("problem" in newest ? newest.problem.code : "found");
const sourceOf = (newest: Newest): unknown => ("problem" in newest ? undefined : newest.source);

describe("the newest by name", () => {
  const BY_NAME = { by: "namePrefix", kind: "managedImage", prefix: "Golden-", ...PLACE } as const;

  it("is the one that was made last, whatever its name sorts like and in any case", () => {
    const found = newestSingle(BY_NAME, [made("golden-b", 1), made("GOLDEN-a", 3), made("x", 9)]);
    expect(sourceOf(found)).toEqual({ managedImage: `${GROUP}/images/GOLDEN-a` });
  });

  it.each<[string, Candidate[], string]>([
    ["none there is", [], "SourceNotFound"],
    ["only others", [made("silver", 1)], "SourceNotFound"],
    [
      "one that is being made",
      [made("golden-1", 1, { provisioningState: "Creating" })],
      "SourceNotFound",
    ],
    ["two of the same age", [made("golden-1", 2), made("golden-2", 2)], "SourceNotUnique"],
    [
      "one of no known age",
      [made("golden-1", 2), { ...made("golden-2", 1), createdAt: "" }],
      "SourceNotUnique",
    ],
    [
      "two of the same age, older than a third",
      [made("golden-1", 2), made("golden-2", 2), made("golden-3", 3)],
      "found",
    ],
  ])("of %s: %#", (_what, candidates, code) => {
    expect(codeOf(newestSingle(BY_NAME, candidates))).toBe(code);
  });
});

test("the newest by tag has all of the tags; names of tags have no case, values have", () => {
  const finder = { by: "byTag", kind: "managedDisk", ...PLACE } as const;
  const tags = { Purpose: "golden", os: "ubuntu" };
  const candidates = [
    made("right", 1, { tags: { purpose: "golden", OS: "ubuntu", more: "x" } }),
    made("half", 2, { tags: { purpose: "golden" } }),
    made("other", 3, { tags: { purpose: "Golden", os: "ubuntu" } }),
  ];
  expect(sourceOf(newestSingle({ ...finder, tags }, candidates))).toEqual({
    managedDisk: `${GROUP}/images/right`,
  });
});

test("a snapshot by itself is that of the OS disk", () => {
  const finder = { by: "namePrefix", kind: "snapshot", prefix: "os", ...PLACE } as const;
  expect(sourceOf(newestSingle(finder, [made("os-1", 1)]))).toEqual({
    osSnapshot: `${GROUP}/images/os-1`,
  });
});

describe("the newest version of another definition", () => {
  const finder: Extract<SourceFinder, { by: "newestVersionOf" }> = {
    ...{ by: "newestVersionOf", gallery: "G", definition: "base", ...PLACE },
  };
  const version = (name: string, change: Partial<DefinitionVersion> = {}): DefinitionVersion => ({
    ...{ id: `/v/${name}`, name, provisioningState: "Succeeded", excludedFromLatest: false },
    ...{ publishedAt: "2026-11-01T00:00:00Z", tags: {} },
    ...change,
  });

  it("has the highest number of those in latest that are there", () => {
    const found = newestVersion(finder, [
      version("1.9.0"),
      version("1.10.0"),
      version("2.0.0", { excludedFromLatest: true }),
      version("3.0.0", { provisioningState: "Creating" }),
    ]);
    expect(sourceOf(found)).toEqual({ galleryImageVersion: "/v/1.10.0" });
  });

  it("is a finding where there is none", () => {
    expect(codeOf(newestVersion(finder, [version("1.0.0", { excludedFromLatest: true })]))).toBe(
      "SourceNotFound",
    );
  });
});

describe("the newest set of snapshots", () => {
  const finder = {
    ...({
      by: "newestSnapshotSet",
      setTag: "set",
      diskTag: "disk",
      luns: [0, 5],
      tags: {},
    } as const),
    ...PLACE,
  };
  const set = (name: string, day: number, disks = ["os", "0", "5"]): Candidate[] =>
    disks.map((disk, index) =>
      made(`${name}-${disk}-${index}`, day, { tags: { set: name, Disk: disk } }),
    );

  it("has the OS disk's and every LUN's, each by its own place", () => {
    const found = newestSnapshotSet(finder, [...set("a", 1), ...set("b", 2, ["5", "0", "os"])]);
    expect(sourceOf(found)).toEqual({
      osSnapshot: `${GROUP}/images/b-os-2`,
      dataSnapshots: [
        { lun: 0, id: `${GROUP}/images/b-0-1` },
        { lun: 5, id: `${GROUP}/images/b-5-0` },
      ],
    });
  });

  it.each<[string, Candidate[], string | undefined]>([
    [
      "a newer one that isn't complete is passed over",
      [...set("a", 1), ...set("b", 2, ["os", "0"])],
      "a",
    ],
    [
      "a newer one with a snapshot that is being made is passed over",
      [
        ...set("a", 1),
        ...set("b", 2).map((one, at) =>
          at === 1 ? { ...one, provisioningState: "Creating" } : one,
        ),
      ],
      "a",
    ],
    [
      "an older one with a LUN more is passed over, too",
      [...set("a", 1, ["os", "0", "5", "7"]), ...set("b", 2)],
      "b",
    ],
    [
      "a complete one is as old as its youngest snapshot",
      [...set("a", 1), ...set("b", 2), made("late", 3, { tags: { set: "a", disk: "7" } })],
      "b",
    ],
  ])("%s", (_what, candidates, name) => {
    const os = (sourceOf(newestSnapshotSet(finder, candidates)) as { osSnapshot: string })
      .osSnapshot;
    expect(os).toBe(`${GROUP}/images/${name}-os-0`);
  });

  it("tells of a newer one that isn't complete, and of no older one", () => {
    const half = ["os", "0"];
    const of = (...all: Candidate[][]) => newestSnapshotSet(finder, all.flat());
    expect(of(set("a", 2), set("b", 3, half))).toMatchObject({
      passedOver: 'the newer set "b" hasn\'t all of os, 0, 5, and is passed over',
    });
    expect(of(set("a", 2), set("b", 1, half))).not.toHaveProperty("passedOver");
  });

  it.each<[string, Candidate[], string]>([
    ["none", [], "SourceNotFound"],
    ["half of one", set("a", 1, ["os"]), "SourceNotFound"],
    ["two of the same age", [...set("a", 1), ...set("b", 1)], "SourceNotUnique"],
    [
      "one with a LUN that isn't asked for",
      [...set("a", 1), ...set("b", 2, ["os", "0", "5", "7"])],
      "SnapshotSetHasMore",
    ],
    [
      "one with such a LUN that is still being made",
      [
        ...set("a", 1),
        made("a-7", 1, { provisioningState: "Creating", tags: { set: "a", disk: "7" } }),
      ],
      "SnapshotSetHasMore",
    ],
    [
      "one with a snapshot that doesn't say which disk it is of",
      [...set("a", 1), made("a-x", 1, { tags: { set: "a" } })],
      "SnapshotSetHasMore",
    ],
    ["one that has two for a disk", set("a", 1, ["os", "0", "0", "5"]), "SnapshotSetNotUnique"],
  ])("%s is a finding", (_what, candidates, code) => {
    expect(codeOf(newestSnapshotSet(finder, candidates))).toBe(code);
  });
});

describe("a source's fingerprint", () => {
  const of = (id: string, createdAt: string): string =>
    sourceFingerprint({ source: {}, identity: [{ id, createdAt }] });

  it("is the same in another spelling of id and time, and another one for what was made anew", () => {
    const one = of("/Images/A", "2026-11-01T00:00:00Z");
    expect(of("/images/a", "2026-11-01T00:00:00.000Z")).toBe(one);
    expect(of("/images/a", "2026-11-01T00:00:01Z")).not.toBe(one);
    expect(of("/images/b", "2026-11-01T00:00:00Z")).not.toBe(one);
  });

  it.each([
    ["Succeeded", [{ name: "1.0.0", isFailed: false }]],
    ["Creating", [{ name: "1.0.0", isFailed: false }]],
    ["Failed", [{ name: "1.0.0", isFailed: true }]],
    ["Deleting", []],
  ])(
    "finds the versions that have it in their tags: one that is %s",
    (provisioningState, found) => {
      const tags = { "gallery-publisher-source": "f" };
      const version = {
        id: "/v",
        name: "1.0.0",
        excludedFromLatest: true,
        provisioningState,
        tags,
      };
      expect(versionsFrom("f", [version])).toEqual(found);
      expect(versionsFrom("g", [version])).toEqual([]);
    },
  );
});

describe("a source that versions are made from", () => {
  const version = (name: string, state?: PublicationState, change: object = {}) => ({
    ...{ name, isFailed: false },
    ...(state === undefined ? {} : { run: { requestId: "r", state, wasPublished: false } }),
    ...change,
  });
  const failed = { isFailed: true };

  it.each<[string, ReturnType<typeof version>[], object | undefined]>([
    ["new without one", [], undefined],
    ["published by its run", [version("1.0.1", "published")], { kind: "published" }],
    ["published by a promotion", [version("1.0.1", "promoted")], { kind: "published" }],
    ["published without any record", [version("1.0.1")], { kind: "published" }],
    [
      "being published",
      [version("1.0.1", "accepted")],
      { kind: "going", version: "1.0.1", requestId: "r" },
    ],
    ["being mended", [version("1.0.1", "verifying", failed)], { kind: "going" }],
    ...(["partlyPublished", "failed", "cancelled", "rejected"] as const).map(
      (state): [string, ReturnType<typeof version>[], object] => [
        `not published by a run that ended ${state}`,
        [version("1.0.1", state)],
        { kind: "unpublished", version: "1.0.1", why: `its run ended ${state}` },
      ],
    ),
    [
      "not published by a version that is Failed",
      [version("1.0.1", undefined, failed)],
      { kind: "unpublished", why: "it is Failed" },
    ],
    [
      "published by an earlier run of a version whose latest ended badly",
      [
        version("1.0.1", undefined, {
          run: { requestId: "r", state: "partlyPublished", wasPublished: true },
        }),
      ],
      { kind: "published" },
    ],
    [
      "published by any of several",
      [version("1.0.1", "failed"), version("1.0.2", "published"), version("1.0.3", "accepted")],
      { kind: "published", version: "1.0.2" },
    ],
    [
      "being published by any of several, none of which is",
      [version("1.0.1", "failed"), version("1.0.2", "accepted"), version("1.0.3", "cancelled")],
      { kind: "going", version: "1.0.2" },
    ],
    [
      "not published by the last of several",
      [version("1.0.1", "failed"), version("1.0.2", "cancelled")],
      { kind: "unpublished", version: "1.0.2", why: "its run ended cancelled" },
    ],
  ])("is %s", (_what, versions, standing) => {
    const found = standingOf(versions);
    if (standing === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(standing);
  });
});
