import type { LoggedRequest } from "../../src/local/arm/request-log";
import {
  computeId,
  managedImageExample,
  setId,
  SUBSCRIPTION,
  wireRegion,
} from "../support/request-factory";
import { Preflight } from "./support/dry-run";
import { fortyRegions, MORE_REGIONS, requestFor, type SHAPES } from "./support/many-regions";

/** Version, gallery, definition, source, rights, SKUs, …: of all that isn't a set. */
const MAX_OTHER_READS = 8;
const ofSets = (calls: readonly LoggedRequest[]): LoggedRequest[] =>
  calls.filter(({ path }) => /\/diskEncryptionSets/i.test(path));
const isList = ({ path }: LoggedRequest): boolean => /\/diskEncryptionSets$/i.test(path);

describe("reads of Resource Manager for a plan, as the stand-in logged them", () => {
  let preflight: Preflight;
  beforeAll(async () => {
    preflight = await Preflight.start([fortyRegions]);
  });
  afterAll(() => preflight.stop());

  it.each<[keyof typeof SHAPES, Record<number, { lists: number; gets: number }>]>([
    [
      "by name",
      { 2: { lists: 1, gets: 0 }, 40: { lists: 1, gets: 0 }, 200: { lists: 1, gets: 0 } },
    ],
    ["by tag", { 2: { lists: 1, gets: 0 }, 40: { lists: 1, gets: 0 }, 200: { lists: 1, gets: 0 } }],
    [
      "by id",
      { 2: { lists: 0, gets: 4 }, 40: { lists: 0, gets: 80 }, 200: { lists: 0, gets: 80 } },
    ],
    [
      "by one id for all",
      { 2: { lists: 0, gets: 2 }, 40: { lists: 0, gets: 2 }, 200: { lists: 0, gets: 2 } },
    ],
  ])("sets %s by the number of regions: %j, all else costs the same", async (shape, expected) => {
    const others = new Set<number>();
    for (const [regions, sets] of Object.entries(expected)) {
      const { calls, reads } = await preflight.observe({
        request: requestFor(Number(regions), shape),
        settings: MORE_REGIONS,
      });
      const own = ofSets(calls);
      const lists = own.some(isList) ? 1 : 0;
      expect([regions, { lists, gets: own.filter((call) => !isList(call)).length }]).toEqual([
        regions,
        sets,
      ]);
      others.add(calls.length - own.length);
      expect(calls).toHaveLength(reads);
      expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
    }
    expect(others.size).toBe(1);
    expect(Math.max(...others)).toBeLessThanOrEqual(MAX_OTHER_READS);
  });

  it("keys cost a read for each vault, key and identity, and one for their role; nothing where they aren't asked for", async () => {
    const plain = await preflight.observe({ request: requestFor(40, "by name") });
    const { found, calls, reads } = await preflight.observe({
      request: { ...requestFor(40, "by name"), preflight: { keyVault: true } },
    });
    expect(found).toEqual([]);
    expect(calls).toHaveLength(reads);
    const count = (pattern: RegExp): number =>
      calls.filter(({ path }) => pattern.test(path)).length;
    expect([
      count(/\/vaults\/[^/]+$/),
      count(/\/keys\/[^/]+\/versions\/[^/]+$/),
      count(/\/roleAssignments$/),
      count(/\/roleDefinitions\/[^/]+$/),
    ]).toEqual([40, 80, 80, 1]);
    expect(calls.length - plain.calls.length).toBe(201);
  });

  it("rights are asked for once in each resource group, regions by one list, the gallery once", async () => {
    const { calls } = await preflight.observe({
      request: requestFor(40, "by id"),
      settings: MORE_REGIONS,
    });
    const asked = (pattern: RegExp): number =>
      calls.filter(({ path, query }) => pattern.test(path) && !query.includes("skiptoken")).length;
    const groups = new Set(
      JSON.stringify(requestFor(40, "by id"))
        .match(/resourceGroups\/[^/"]+/gi)
        ?.map((group) => group.toLowerCase()),
    );
    expect(asked(/\/permissions$/)).toBe(groups.size);
    expect(asked(/\/skus$/)).toBe(1);
    expect(asked(/\/galleries\/[^/]+$/)).toBe(1);
  });

  it("who may not list the subscription's sets reads each of the gallery's group", async () => {
    const { found, calls } = await preflight.observe({
      request: requestFor(2, "by name"),
      faults: [
        {
          http: {
            method: "GET",
            pathContains: `${SUBSCRIPTION}/providers/Microsoft.Compute/diskEncryptionSets`,
            status: 403,
          },
        },
      ],
    });
    expect(found).toEqual([]);
    expect(
      ofSets(calls)
        .map(({ status }) => status)
        .sort(),
    ).toEqual([200, 200, 200, 200, 403]);
  });
});

test("roles on single resources are asked for within the eight reads; what is left is said", async () => {
  const snapshot = (name: string): string => computeId("snapshots", name, "myResourceGroup");
  const data = ["data1", "data2"];
  const own = {
    objectId: "a0000000-0000-4000-8000-000000000099",
    appId: "a0000000-0000-4000-8000-000000000099",
  };
  const write = "Microsoft.Compute/snapshots/write";
  const preflight = await Preflight.start([
    {
      snapshots: data.map((name) => ({
        name,
        resourceGroup: "myResourceGroup",
        location: "westus",
        sizeGb: 10,
      })),
      identities: [
        {
          name: "of-single-snapshots",
          ...own,
          rights: [
            { actions: ["*"], notActions: [write] },
            ...["myOSSnapshot", ...data].map((name) => ({
              scope: snapshot(name),
              actions: [write],
            })),
          ],
        },
      ],
    },
  ]);
  try {
    const { found, calls } = await preflight.observe({
      caller: "of-single-snapshots",
      request: managedImageExample({
        source: {
          osSnapshot: snapshot("myOSSnapshot"),
          dataSnapshots: data.map((name, lun) => ({ lun, id: snapshot(name) })),
        },
        targetRegions: [
          wireRegion("westus", setId("WestUSDiskEncryptionSet1"), [
            [0, setId("WestUSDiskEncryptionSet2")],
            [1, setId("WestUSDiskEncryptionSet2")],
          ]),
        ],
      }),
    });
    expect(found).toEqual(["$.source.dataSnapshots[1].id MissingPermission warning"]);
    // One more for each further snapshot, and one for each of the two sets.
    expect(calls).toHaveLength(MAX_OTHER_READS + data.length + 2);
  } finally {
    await preflight.stop();
  }
});

test("three bad names among forty regions are exactly what is found, and nothing is written", async () => {
  const preflight = await Preflight.start([fortyRegions]);
  try {
    const request = JSON.parse(
      JSON.stringify(requestFor(40, "by name"))
        .replace("des-westus2-os", "des-westus2-oss")
        .replace("des-northeurope-data0", "des-northeurope-data1")
        .replace("des-uksouth-os", "des-uksoth-os"),
    );
    const { found, messages, calls, dryRun } = await preflight.observe({ request });
    expect(messages.map((text) => /[^/ ]+(?= was not found)/.exec(text)?.[0]).sort()).toEqual([
      "des-northeurope-data1",
      "des-uksoth-os",
      "des-westus2-oss",
    ]);
    expect(found.every((line) => line.includes(" DiskEncryptionSetNotFound error "))).toBe(true);
    expect(dryRun).toMatchObject({ plan: { kind: "impossible" }, bodies: [] });
    // One list, and Azure's own words about each that it doesn't show.
    expect(ofSets(calls).filter((call) => !isList(call))).toHaveLength(3);
    expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
  } finally {
    await preflight.stop();
  }
});
