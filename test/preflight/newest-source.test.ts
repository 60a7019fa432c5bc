import type { Schedule, SourceFinder } from "../../src/domain/schedule/schedule";
import { computeId, SUBSCRIPTION } from "../support/request-factory";
import { Preflight } from "./support/dry-run";
import type { World } from "./support/row";

const GROUP = "builds";
const PLACE = { subscriptionId: SUBSCRIPTION, resourceGroup: GROUP };
const MINE = { resourceGroup: GROUP, location: "westus" };
const image = (name: string, day: number, tags: object = {}) => ({
  ...{ name, ...MINE, tags, createdAt: `2026-11-${10 + day}T08:00:00Z` },
  osDisk: { sizeGb: 30 },
});
const snapshot = (name: string, day: number, set: string, disk: string) => ({
  ...{ name, ...MINE, sizeGb: 30, tags: { set, disk }, createdAt: `2026-11-${10 + day}T08:00:00Z` },
});
const version = (name: string, excludeFromLatest: boolean) => ({
  ...{ name, definition: "MyImage", gallery: "MyGallery", location: "westus" },
  tags: { "gallery-publisher-source": `of ${name}` },
  properties: {
    storageProfile: { source: { id: computeId("images", "myImage", "myResourceGroup") } },
    publishingProfile: { targetRegions: [{ name: "westus" }], excludeFromLatest },
  },
});

const WORLD: World = {
  identities: [
    {
      ...{ name: "no-reader", appId: "99999999-9999-9999-9999-999999999991" },
      ...{ objectId: "99999999-9999-9999-9999-999999999992", rights: [] },
    },
    {
      ...{ name: "images-reader", appId: "99999999-9999-9999-9999-999999999993" },
      objectId: "99999999-9999-9999-9999-999999999994",
      rights: [
        {
          scope: `/subscriptions/${SUBSCRIPTION}`,
          actions: [
            "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
            "Microsoft.Compute/images/read",
            "Microsoft.Compute/galleries/images/versions/read",
          ],
        },
      ],
    },
  ],
  resourceGroups: [{ name: GROUP, location: "westus" }],
  images: [
    image("golden-b", 1, { Purpose: "golden" }),
    image("golden-a", 2, { purpose: "golden" }),
    image("twin-1", 3),
    image("twin-2", 3),
  ],
  snapshots: [
    snapshot("one-os", 1, "one", "os"),
    snapshot("one-0", 1, "one", "0"),
    snapshot("two-os", 2, "two", "os"),
  ],
  disks: [{ name: "disk-1", ...MINE, sizeGb: 30, createdAt: "2026-11-11T08:00:00Z" }],
  versions: [version("1.2.0", false), version("1.10.0", false), version("2.0.0", true)],
};

describe("the newest source, as Resource Manager tells it", () => {
  let preflight: Preflight;
  beforeAll(async () => (preflight = await Preflight.start([WORLD])));
  afterAll(() => preflight.stop());

  const find = (source: SourceFinder, caller = "function-app") =>
    preflight.azureAs(caller).finding.find({
      image: {
        ...PLACE,
        resourceGroup: "MyResourceGroup",
        gallery: "MyGallery",
        definition: "MyImage",
      },
      source,
    } as Schedule);
  const byName = (prefix: string, kind: "managedImage" | "managedDisk" | "snapshot") =>
    ({ by: "namePrefix", prefix, kind, ...PLACE }) as const;
  const id = (type: string, name: string): string => computeId(type, name, GROUP);

  it.each<[string, SourceFinder, object]>([
    [
      "a managed image by its name, by when it was made",
      byName("golden", "managedImage"),
      { managedImage: id("images", "golden-a") },
    ],
    [
      "one by its tag",
      { by: "byTag", kind: "managedImage", tags: { purpose: "golden" }, ...PLACE },
      { managedImage: id("images", "golden-a") },
    ],
    ["a disk", byName("disk", "managedDisk"), { managedDisk: id("disks", "disk-1") }],
    [
      "the complete set of snapshots, not the newer half",
      { by: "newestSnapshotSet", setTag: "set", diskTag: "disk", luns: [0], tags: {}, ...PLACE },
      {
        osSnapshot: id("snapshots", "one-os"),
        dataSnapshots: [{ lun: 0, id: id("snapshots", "one-0") }],
      },
    ],
    [
      "the version that Azure calls latest",
      {
        ...{ by: "newestVersionOf", ...PLACE, resourceGroup: "myResourceGroup" },
        ...{ gallery: "MyGallery", definition: "MyImage" },
      },
      {
        galleryImageVersion: `${computeId("galleries", "MyGallery", "myResourceGroup")}/images/MyImage/versions/1.10.0`,
      },
    ],
  ])("is %s", async (_what, finder, source) => {
    expect(await find(finder)).toMatchObject({
      ...{ kind: "found", source, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
  });

  it.each<[string, SourceFinder, string]>([
    ["two of the same age", byName("twin", "managedImage"), "SourceNotUnique"],
    ["none", byName("silver", "managedImage"), "SourceNotFound"],
    [
      "a resource group that isn't there",
      { ...byName("golden", "managedImage"), resourceGroup: "gone" },
      "SourceNotFound",
    ],
    [
      "a definition that isn't there",
      { by: "newestVersionOf", ...PLACE, gallery: "MyGallery", definition: "none" },
      "SourceNotFound",
    ],
  ])("is a finding: %s", async (_what, finder, code) => {
    expect(await find(finder)).toMatchObject({ kind: "finding", problem: { code } });
  });

  it("is known again by the tag of the version that is made from it", async () => {
    const found = await find(byName("golden", "managedImage"));
    const fingerprint = "fingerprint" in found ? found.fingerprint : "";
    expect(found).not.toHaveProperty("versions");
    const path = `${computeId("galleries", "MyGallery", "myResourceGroup")}/images/MyImage/versions/1.2.0?api-version=2025-03-03`;
    const tags = { "gallery-publisher-source": fingerprint };
    expect((await preflight.arm.call("PATCH", path, { tags })).status).toBe(200);
    expect(await find(byName("golden", "managedImage"))).toMatchObject({
      versions: [{ name: "1.2.0", isFailed: false }],
    });
  });

  it("needs the list of resources and the images, and nothing else, for managed images", async () => {
    expect(await find(byName("golden", "managedImage"), "images-reader")).toMatchObject({
      kind: "found",
    });
    expect(await find(byName("golden", "managedImage"), "no-reader")).toMatchObject({
      kind: "finding",
      problem: {
        code: "AuthorizationFailed",
        action: expect.stringContaining("missing right") as string,
      },
    });
  });

  it("is asked for later while Azure doesn't answer", async () => {
    await preflight.arm.control("POST", "/faults", { http: { method: "GET", status: 503 } });
    expect(await find(byName("golden", "managedImage"))).toMatchObject({ kind: "later" });
    await preflight.arm.control("DELETE", "/faults");
  });
});
