import { RunningStack, sample } from "./running-stack";

const group = (name: string): string =>
  `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/${name}/providers/Microsoft.Compute`;
const SETS = `${group("myResourceGroup")}/diskEncryptionSets`;
const OWN_SETS = `${group("myRG")}/diskEncryptionSets`;

interface Found {
  path: string;
  code: string;
  message: string;
  region?: string;
}

/** How the sets of the version lie: region, replicas, OS disk's set, data disks' sets by LUN. */
type Written = [region: string, replicas: number, os: string, data: Record<number, string>];

describe("the document's examples, and sets that a request doesn't name", () => {
  const stack = new RunningStack();
  beforeAll(
    () =>
      stack.start([
        ...["--world", "samples/world-examples.yaml", "--speed", "1000"],
        ...["--setting", 'DISK_ENCRYPTION_SETS_BY_REGION={"East US":"EastUSDiskEncryptionSet1"}'],
        ...["--setting", "DISK_ENCRYPTION_SET_NAME_TEMPLATE=myRG/des-{region}"],
        ...["--setting", "WATCH_MIN_INTERVAL_SECONDS=0.3"],
      ]),
    60_000,
  );
  afterAll(() => stack.stop(), 20_000);

  const post = (request: unknown, query = "") =>
    stack.http(`/api/publications${query}`, { method: "POST", body: JSON.stringify(request) });
  const dryRun = async (request: unknown) => (await post(request, "?dryRun=true")).body;
  const told = (problems: Found[]): string[] =>
    problems.map(({ path, code, region = "" }) => `${path} ${code} ${region}`);

  async function published(requestId: string): Promise<Written[]> {
    const publication = await stack.ended(requestId);
    expect([publication.state, publication.problems]).toEqual(["published", []]);
    const version = await stack.readVersion(publication.image.id);
    return (version.publishingProfile?.targetRegions ?? []).map((region) => [
      region.name,
      region.regionalReplicaCount ?? 0,
      region.encryption?.osDiskImage?.diskEncryptionSetId ?? "none",
      Object.fromEntries(
        (region.encryption?.dataDiskImages ?? []).map((disk) => [
          disk.lun,
          disk.diskEncryptionSetId ?? "none",
        ]),
      ),
    ]);
  }

  it("CLI 1: the managed image is published with a set for each disk of both regions", async () => {
    const request = sample("request.json", { requestId: "cli-1" });
    expect((await post(request)).status).toBe(202);
    expect(await published("cli-1")).toEqual([
      ["West US", 2, `${SETS}/WestUSDiskEncryptionSet1`, { 0: `${SETS}/WestUSDiskEncryptionSet2` }],
      [
        "East US 2",
        1,
        `${SETS}/EastUS2DiskEncryptionSet1`,
        { 0: `${SETS}/EastUS2DiskEncryptionSet2` },
      ],
    ]);
  });

  it("CLI 2: sets that lie in eastus2 beside region eastus are named, each, and nothing is written", async () => {
    const request = sample("request-sets-of-another-region.json", { requestId: "cli-2" });
    const { plan, bodies } = await dryRun(request);
    const at = "$.targetRegions[1].encryption";
    const expected = [
      `${at}.osDiskImage.diskEncryptionSetId DiskEncryptionSetInOtherRegion eastus`,
      `${at}.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetInOtherRegion eastus`,
    ];
    expect([plan.kind, bodies, told(plan.problems)]).toEqual(["impossible", [], expected]);
    for (const [index, name] of [
      "EastUS2DiskEncryptionSet1",
      "EastUS2DiskEncryptionSet2",
    ].entries())
      expect(plan.problems[index].message).toContain(
        `${SETS}/${name} lies in eastus2, but the region is eastus`,
      );
    expect((await post(request)).status).toBe(202);
    const ended = await stack.ended("cli-2");
    expect([ended.state, told(ended.problems)]).toEqual(["rejected", expected]);
    expect(stack.armCalls("PUT", "/versions/1.0.1")).toEqual([]);
  });

  it("CLI 2 with sets in eastus is published from the snapshots", async () => {
    await post(sample("request-snapshots.json", { requestId: "cli-2-mended" }));
    expect(await published("cli-2-mended")).toEqual([
      ["West US", 2, `${SETS}/WestUSDiskEncryptionSet1`, { 0: `${SETS}/WestUSDiskEncryptionSet2` }],
      ["East US", 1, `${SETS}/EastUSDiskEncryptionSet1`, { 0: `${SETS}/EastUSDiskEncryptionSet2` }],
    ]);
  });

  it("PowerShell: the past end of life is told; with a future one six sets lie on the right disks, and each region has its one replica", async () => {
    const request = sample("request-two-data-disks.json", { requestId: "powershell" });
    const refused = await post(request);
    expect([refused.status, told(refused.body.problems)]).toEqual([
      400,
      ["$.endOfLifeDate EndOfLifeInPast "],
    ]);
    expect((await post({ ...request, endOfLifeDate: "2099-12-01" })).status).toBe(202);
    expect(await published("powershell")).toEqual([
      [
        "West US",
        1,
        `${OWN_SETS}/myDESet`,
        { 1: `${OWN_SETS}/myDESet1`, 2: `${OWN_SETS}/myDESet2` },
      ],
      [
        "East US 2",
        1,
        `${OWN_SETS}/myEastUS2DESet`,
        { 1: `${OWN_SETS}/myEastUS2DESet1`, 2: `${OWN_SETS}/myEastUS2DESet2` },
      ],
    ]);
    const [put] = stack.armCalls("PUT", "/versions/1.0.2");
    expect(put?.body).toMatchObject({
      properties: {
        publishingProfile: {
          replicaCount: 2,
          endOfLifeDate: expect.stringContaining("2099-12-01"),
        },
      },
    });
  });

  it("an image whose disks are encrypted with other sets is published with the version's own", async () => {
    const request = sample("request.json", { version: "1.0.3", requestId: "encrypted-source" });
    request.source = { managedImage: `${group("myResourceGroup")}/images/myEncryptedImage` };
    await post(request);
    expect((await published("encrypted-source")).map(([, , os]) => os)).toEqual([
      `${SETS}/WestUSDiskEncryptionSet1`,
      `${SETS}/EastUS2DiskEncryptionSet1`,
    ]);
  });

  const unnamed = (requestId: string, version: string, regions: string[], byTag?: object) => ({
    ...sample("request.json", { version, requestId }),
    ...(byTag === undefined
      ? {}
      : { encryption: { type: "customerManagedKey", diskEncryptionSets: { byTag } } }),
    targetRegions: regions.map((name) => ({ name })),
  });

  it("by tags: the only set of each region that has all of them is every disk's", async () => {
    const tags = { purpose: "golden-images", TEAM: "images" };
    await post(unnamed("by-tags", "1.1.0", ["westus", "eastus2"], tags));
    expect(await published("by-tags")).toEqual([
      ["West US", 1, `${OWN_SETS}/goldenWestUS`, { 0: `${OWN_SETS}/goldenWestUS` }],
      ["East US 2", 1, `${OWN_SETS}/goldenEastUS2`, { 0: `${OWN_SETS}/goldenEastUS2` }],
    ]);
  });

  it("by tags: several candidates are listed, and so is what there is where there is none", async () => {
    const { plan } = await dryRun(
      unnamed("several", "1.1.1", ["westus", "eastus2", "West Europe"], {
        purpose: "golden-images",
      }),
    );
    expect(told(plan.problems)).toEqual([
      "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetAmbiguous eastus2",
      "$.targetRegions[2].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound westeurope",
    ]);
    expect(plan.problems[0].message).toContain(
      `${OWN_SETS}/goldenEastUS2 or ${OWN_SETS}/goldenEastUS2Spare`,
    );
    expect(plan.problems[1].message).toMatch(
      /purpose=golden-images.*disk encryption sets in westeurope: none/,
    );
    const none = await dryRun(unnamed("none", "1.1.1", ["westus"], { purpose: "other" }));
    expect(none.plan.problems[0].message).toMatch(
      /purpose=other.*WestUSDiskEncryptionSet1.*myDESet/,
    );
  });

  it("by the configuration: its region map, else its naming template; a set that isn't there is named", async () => {
    await post(unnamed("by-name", "1.1.2", ["westus", "eastus"]));
    expect(await published("by-name")).toEqual([
      ["West US", 1, `${OWN_SETS}/des-westus`, { 0: `${OWN_SETS}/des-westus` }],
      ["East US", 1, `${SETS}/EastUSDiskEncryptionSet1`, { 0: `${SETS}/EastUSDiskEncryptionSet1` }],
    ]);
    const { plan } = await dryRun(unnamed("no-name", "1.1.3", ["westus", "northeurope"]));
    expect(told(plan.problems)).toEqual([
      "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound northeurope",
    ]);
    expect(plan.problems[0].message).toContain(`${OWN_SETS}/des-northeurope was not found`);
  });
});
