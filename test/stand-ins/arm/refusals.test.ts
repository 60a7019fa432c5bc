import type { TargetRegion } from "@azure/arm-compute";
import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, image, region, testWorld, versionBody } from "./support/worlds";

/** A body that is refused, beside one that differs in only that fact and is accepted. */
interface Row {
  title: string;
  refused: unknown;
  accepted: unknown;
  status?: number;
  code?: string;
  message: string;
}

const west = region("westus");
/** East US 2 with another set for the OS disk. */
const withOsSet = (id: string): TargetRegion[] => [
  west,
  region("eastus2", {
    encryption: {
      osDiskImage: { diskEncryptionSetId: id },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: des("eastus2-data") }],
    },
  }),
];
const goodSet = withOsSet(des("eastus2-os"));
/** West US with these LUNs encrypted. */
const withLuns = (...luns: number[]): TargetRegion[] => [
  region("westus", {
    encryption: {
      osDiskImage: { diskEncryptionSetId: des("westus-os") },
      dataDiskImages: luns.map((lun) => ({ lun, diskEncryptionSetId: des("westus-data") })),
    },
  }),
];
const snapshot = (name: string) => ({ source: { id: `${COMPUTE}/snapshots/${name}` } });
const fromSnapshots = (os: string, data: string, more: object = {}) =>
  versionBody([west], {
    storageProfile: {
      osDiskImage: snapshot(os),
      dataDiskImages: [{ lun: 0, ...snapshot(data) }],
      ...more,
    },
  });

const VHDS = "https://store.blob.core.windows.net/vhds";
const vhd = (name: string) => ({ source: { uri: `${VHDS}/${name}.vhd` } });
const fromDisks = (osDiskImage: object, ...dataDiskImages: object[]) =>
  versionBody([{ name: "westus" }], { storageProfile: { osDiskImage, dataDiskImages } });
const MORE = `vhds:
${["os", "other-os", "data"].map((name) => `  - { uri: "${VHDS}/${name}.vhd", sizeGb: 10 }`).join("\n")}
`;

/** One region with this in the profile beside it. */
const withProfile = (profile: object, regions: TargetRegion[] = [{ name: "westus" }]) => {
  const body = versionBody(regions);
  const { publishingProfile } = body.properties;
  return {
    ...body,
    properties: { ...body.properties, publishingProfile: { ...publishingProfile, ...profile } },
  };
};
const fromSource = (storageProfile: object) =>
  versionBody([{ name: "westus" }], { storageProfile: { ...storageProfile } });
const CREATING: Row[] = [
  {
    title: "a storage type and a strategy for choosing it",
    refused: withProfile({
      storageAccountType: "Standard_LRS",
      storageAccountStrategy: "preferstandard_zrs",
    }),
    accepted: withProfile({ storageAccountStrategy: "preferstandard_zrs" }),
    message: "storageAccountStrategy cannot be specified along with storageAccountType",
  },
  {
    title: "a strategy that doesn't exist",
    refused: withProfile({ storageAccountStrategy: "Cheapest" }),
    accepted: withProfile({ storageAccountStrategy: "DefaultStandard_LRS" }),
    message: "'Cheapest'",
  },
  {
    title: "a replication mode that doesn't exist",
    refused: withProfile({ replicationMode: "Deep" }),
    accepted: withProfile({ replicationMode: "shallow" }),
    message: "'Deep'",
  },
  {
    title: "shallow replication to a second region",
    refused: withProfile({ replicationMode: "Shallow" }, [{ name: "westus" }, { name: "eastus2" }]),
    accepted: withProfile({ replicationMode: "Full" }, [{ name: "westus" }, { name: "eastus2" }]),
    message: "Replication mode 'Shallow' allows only the location",
  },
  {
    title: "shallow replication with two replicas",
    refused: withProfile({ replicationMode: "Shallow", replicaCount: 2 }),
    accepted: withProfile({ replicationMode: "Shallow", replicaCount: 1 }),
    message: "Replication mode 'Shallow' allows only one replica",
  },
  {
    title: "shallow replication with encryption",
    refused: withProfile({ replicationMode: "Shallow" }, [region("westus")]),
    accepted: withProfile({ replicationMode: "Shallow" }),
    message: "Replication mode 'Shallow' doesn't support disk encryption sets",
  },
  {
    title: "too many further replicas",
    refused: versionBody([
      { name: "westus", additionalReplicaSets: [{ regionalReplicaCount: 101 }] },
    ]),
    accepted: versionBody([
      { name: "westus", additionalReplicaSets: [{ regionalReplicaCount: 100 }] },
    ]),
    message: "targetRegions.additionalReplicaSets.regionalReplicaCount is out of range",
  },
  {
    title: "a snapshot as the whole source",
    refused: fromSource({ source: { id: `${COMPUTE}/snapshots/myOSSnapshot` } }),
    accepted: fromSource({ osDiskImage: snapshot("myOSSnapshot") }),
    message: "must either be a managed image, virtual machine or another gallery image version",
  },
  {
    title: "a managed image as the source of a disk",
    refused: fromSource({ osDiskImage: { source: { id: image("myImage") } } }),
    accepted: fromSource({ source: { id: image("myImage") } }),
    message: "must be a managed disk or snapshot",
  },
  {
    title: "a managed image where a virtual machine is expected",
    refused: fromSource({ source: { virtualMachineId: image("myImage") } }),
    accepted: fromSource({ source: { id: image("myImage") } }),
    message: `Source ${image("myImage")} is not found`,
  },
  {
    title: "a community gallery's image, of which the world has none",
    refused: fromSource({ source: { communityGalleryImageId: "/CommunityGalleries/x/Images/y" } }),
    accepted: fromSource({ source: { id: image("myImage") } }),
    message: "Source /CommunityGalleries/x/Images/y is not found",
  },
  {
    title: "a source id that isn't one",
    refused: fromSource({ source: { id: "myImage" } }),
    accepted: fromSource({ source: { id: image("myImage") } }),
    code: "LinkedInvalidPropertyId",
    message: "Property id 'myImage' at path 'properties.storageProfile.source.id' is invalid",
  },
  {
    title: "a disk encryption set for confidential VMs",
    refused: versionBody(withOsSet(des("eastus2-confidential"))),
    accepted: versionBody(goodSet),
    message: "encryption.osDiskImage.diskEncryptionSetId is invalid",
  },
  {
    title: "a disk encryption set id without its leading slash",
    refused: versionBody(withOsSet(des("eastus2-os").slice(1))),
    accepted: versionBody(goodSet),
    code: "LinkedInvalidPropertyId",
    message: "Expect fully qualified resource Id",
  },
  {
    title: "a disk encryption set id with a misspelt type",
    refused: versionBody(withOsSet(des("eastus2-os").replace("Sets/", "Set/"))),
    accepted: versionBody(goodSet),
    message: "encryption.osDiskImage.diskEncryptionSetId is invalid",
  },
  {
    title: "a region that Azure doesn't have",
    refused: versionBody([{ name: "westus" }, { name: "westus9" }]),
    accepted: versionBody([{ name: "westus" }, { name: "westus3" }]),
    message: "'westus9'",
  },
  {
    title: "a storage type that doesn't exist",
    refused: versionBody([region("westus", { storageAccountType: "standard_xrs" })]),
    accepted: versionBody([region("westus", { storageAccountType: "premium_lrs" })]),
    message: "'standard_xrs'",
  },
  {
    title: "a data snapshot that doesn't exist",
    refused: fromSnapshots("myOSSnapshot", "missing"),
    accepted: fromSnapshots("myOSSnapshot", "myDDSnapshot"),
    message: "snapshots/missing is not found",
  },
  {
    title: "one snapshot for two disks",
    refused: fromSnapshots("myOSSnapshot", "myOSSnapshot"),
    accepted: fromSnapshots("myOSSnapshot", "myDDSnapshot"),
    message: "Duplicated source ids are found in the input disks",
  },
  {
    title: "an image and snapshots together",
    refused: fromSnapshots("myOSSnapshot", "myDDSnapshot", { source: { id: image("myImage") } }),
    accepted: fromSnapshots("myOSSnapshot", "myDDSnapshot"),
    message: "source can only be specified either directly under storageProfile or within",
  },
  {
    title: "an image and a snapshot of a data disk",
    refused: versionBody([west], {
      storageProfile: {
        source: { id: image("myImage") },
        dataDiskImages: [{ lun: 0, ...snapshot("myDDSnapshot") }],
      },
    }),
    accepted: versionBody([west], {
      storageProfile: { source: { id: image("myImage") }, dataDiskImages: [{ lun: 0 }] },
    }),
    message: "One and only one source type (user image, snapshot, disk, virtual machine)",
  },
  {
    title: "a location that is missing",
    refused: { ...versionBody([west]), location: undefined },
    accepted: versionBody([west]),
    code: "LocationRequired",
    message: "location property is required",
  },
  {
    title: "regions that are null, as an unquoted name in a script makes them",
    refused: { ...versionBody([]), properties: { publishingProfile: { targetRegions: [null] } } },
    accepted: versionBody([west]),
    code: "InvalidRequestContent",
    message: "properties.publishingProfile.targetRegions[0]",
  },
  {
    title: "a body that isn't JSON",
    refused: '{"location": "westus"',
    accepted: JSON.stringify(versionBody([west])),
    code: "InvalidRequestContent",
    message: "The request content was invalid and could not be deserialized",
  },
];

/** An existing version has been published with `before`; then comes the refused or accepted PUT. */
const UPDATING: (Row & { before: unknown })[] = [
  {
    title: "another snapshot of the OS disk",
    before: fromSnapshots("myOSSnapshot", "myDDSnapshot"),
    refused: versionBody([west], { storageProfile: { osDiskImage: snapshot("myDDSnapshot") } }),
    accepted: versionBody([west], { storageProfile: { osDiskImage: snapshot("myOSSnapshot") } }),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.osDiskImage.source.id' is not allowed",
  },
  {
    title: "another snapshot of a data disk",
    before: fromSnapshots("myOSSnapshot", "myDDSnapshot"),
    refused: fromSnapshots("myOSSnapshot", "myOSSnapshot"),
    accepted: fromSnapshots("myOSSnapshot", "MYDDSNAPSHOT"),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.dataDiskImages.source.id' is not allowed",
  },
  {
    title: "another VHD of the OS disk",
    before: fromDisks(vhd("os"), { lun: 0, ...vhd("data") }),
    refused: fromDisks(vhd("other-os")),
    accepted: fromDisks(vhd("OS")),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.osDiskImage.source.uri' is not allowed",
  },
  {
    title: "another VHD of a data disk",
    before: fromDisks(vhd("os"), { lun: 0, ...vhd("data") }),
    refused: fromDisks(vhd("os"), { lun: 0, ...vhd("other-os") }),
    accepted: fromDisks(vhd("os"), { lun: 0, ...vhd("DATA") }),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.dataDiskImages.source.uri' is not allowed",
  },
  {
    title: "a further data disk from a VHD",
    before: fromDisks(vhd("os"), { lun: 0, ...vhd("data") }),
    refused: fromDisks(vhd("os"), { lun: 7, ...vhd("other-os") }),
    accepted: fromDisks(vhd("os")),
    message: "Adding new Data Disks or changing the LUN of a Data Disk",
  },
  {
    title: "a VHD of the OS disk instead of an image",
    before: versionBody([west]),
    refused: fromDisks(vhd("os")),
    accepted: versionBody([west], { storageProfile: { osDiskImage: { source: {} } } }),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.osDiskImage.source.uri' is not allowed",
  },
  {
    title: "a VHD of a data disk instead of an image's",
    before: versionBody([west]),
    refused: versionBody([west], {
      storageProfile: { dataDiskImages: [{ lun: 0, ...vhd("data") }] },
    }),
    accepted: versionBody([west], { storageProfile: { dataDiskImages: [{ lun: 0 }] } }),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.dataDiskImages.source.uri' is not allowed",
  },
  {
    title: "a community gallery's image instead of a managed one",
    before: versionBody([west]),
    refused: fromSource({ source: { communityGalleryImageId: "/CommunityGalleries/x/Images/y" } }),
    accepted: versionBody([west]),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "storageProfile.source.communityGalleryImageId' is not allowed",
  },
  {
    title: "another storage type for a region that exists",
    before: versionBody([west]),
    refused: versionBody([{ ...west, storageAccountType: "Premium_LRS" }]),
    accepted: versionBody([{ ...west, storageAccountType: "STANDARD_lrs" }]),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "targetRegions.storageAccountType",
  },
  {
    title: "another encryption for a region that exists",
    before: versionBody(goodSet),
    refused: versionBody(withOsSet(des("eastus2-data"))),
    accepted: versionBody(withOsSet(des("EASTUS2-OS"))),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message: "targetRegions.encryption",
  },
  {
    title: "a LUN that the region's encryption didn't have",
    before: versionBody(withLuns()),
    refused: versionBody(withLuns(0)),
    accepted: versionBody(withLuns()),
    message: "Cannot specify new data disk image encryption lun [0]",
  },
  {
    title: "a region left out while the safety profile forbids it",
    before: versionBody(goodSet),
    refused: versionBody([west], {
      safetyProfile: { allowDeletionOfReplicatedLocations: false },
    }),
    accepted: versionBody([west], { safetyProfile: { allowDeletionOfReplicatedLocations: true } }),
    message: "Deleting replicated locations 'East US 2' is not allowed",
  },
  {
    title: "another location",
    before: versionBody([west, region("eastus2")]),
    refused: { ...versionBody([west, region("eastus2")]), location: "eastus2" },
    accepted: { ...versionBody([west, region("eastus2")]), location: "West US" },
    status: 409,
    code: "InvalidResourceLocation",
    message: "already exists in location 'westus'",
  },
];

describe("what Azure refuses is refused, because of what exists", () => {
  let arm: ArmFixture;
  let count = 0;
  const nextPath = (): string => `${DEFINITION}/versions/1.${++count}.0`;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld(MORE) });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it.each(CREATING)("creating with $title", async ({ refused, accepted, ...expected }) => {
    const path = nextPath();
    const answer = await arm.call("PUT", path, refused);
    expect(answer).toMatchObject({
      status: expected.status ?? 400,
      body: { error: { code: expected.code ?? "InvalidParameter" } },
    });
    expect(answer.body.error.message).toContain(expected.message);
    expect((await arm.call("GET", path)).status).toBe(404);
    expect((await arm.call("PUT", path, accepted)).status).toBe(201);
  });

  it.each(UPDATING)("updating to $title", async ({ before, refused, accepted, ...expected }) => {
    const path = nextPath();
    expect((await arm.call("PUT", path, before)).status).toBe(201);
    await arm.pass(1000);
    const kept = (await arm.call("GET", path)).body;
    const answer = await arm.call("PUT", path, refused);
    expect(answer).toMatchObject({
      status: expected.status ?? 400,
      body: { error: { code: expected.code ?? "InvalidParameter" } },
    });
    expect(answer.body.error.message).toContain(expected.message);
    expect((await arm.call("GET", path)).body).toEqual(kept);
    expect((await arm.call("PUT", path, accepted)).status).toBe(200);
  });

  it.each(["1.0", "1.0.0.0", "v1.0.0", "1.0.2147483648", "1.-1.0"])(
    "a version named %s",
    async (name) => {
      const answer = await arm.call("PUT", `${DEFINITION}/versions/${name}`, versionBody([west]));
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain("The image version name is invalid.");
    },
  );

  it("takes the largest version name", async () => {
    const path = `${DEFINITION}/versions/0.0.2147483647`;
    expect((await arm.call("PUT", path, versionBody([west]))).status).toBe(201);
  });

  it("a PUT or DELETE while an operation is in flight, but not after it", async () => {
    const path = nextPath();
    await arm.call("PUT", path, versionBody([west]));
    for (const method of ["PUT", "DELETE"] as const) {
      const answer = await arm.call(method, path, versionBody([west]));
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "Conflict" } } });
    }
    await arm.pass(1000);
    expect((await arm.call("PUT", path, versionBody([west]))).status).toBe(200);
  });

  it("an encrypted version in a gallery that is shared directly, and not an unencrypted one", async () => {
    const gallery = `${COMPUTE}/galleries/Shared`;
    const definition = `${gallery}/images/MyImage`;
    const identifier = { publisher: "a", offer: "b", sku: "c" };
    const put = (path: string, properties: object) =>
      arm.call("PUT", path, { location: "westus", properties });
    const share = (permissions: string) => put(gallery, { sharingProfile: { permissions } });
    expect((await share("anybody")).body.error.code).toBe("InvalidParameter");
    expect((await share("groups")).status).toBe(201);
    await put(definition, {
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      identifier,
    });
    await arm.pass(100);
    const encrypted = versionBody([region("westus")]);
    const version = (name: string) => `${definition}/versions/${name}`;
    const refused = await arm.call("PUT", version("1.0.0"), encrypted);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "InvalidParameter" } } });
    expect(refused.body.error.message).toContain("'Shared' since it is shared directly");
    const plain = versionBody([{ name: "westus" }]);
    expect((await arm.call("PUT", version("2.0.0"), plain)).status).toBe(201);
    expect((await share("Private")).status).toBe(200);
    expect((await arm.call("PUT", version("1.0.0"), encrypted)).status).toBe(201);
  });

  it("an api-version that is missing or malformed, but any that is well-formed", async () => {
    const path = `${COMPUTE}/galleries/MyGallery`;
    const ask = async (query: string) => (await arm.call("GET", `${path}?${query}`)).body;
    expect((await ask("x=1")).error.code).toBe("MissingApiVersionParameter");
    for (const none of ["latest", "2025-13-45", "2025-02-30", "0000-00-00", "2025-03-03-previeww"])
      expect((await ask(`api-version=${none}`)).error.code).toBe("InvalidApiVersionParameter");
    expect((await ask("api-version=1999-12-31")).name).toBe("MyGallery");
    expect((await ask("API-Version=2099-01-01-preview")).name).toBe("MyGallery");
  });
});

describe("an api-version outside the world's narrow list", () => {
  it("is refused for that type only", async () => {
    const narrow = `{ "microsoft.compute/galleries": ["2025-12-03"] }`;
    const world = testWorld().replace("retryAfter: none", `apiVersions: ${narrow}`);
    const arm = await startArm({ world });
    const gallery = `${COMPUTE}/galleries/MyGallery`;
    const old = await arm.call("GET", `${gallery}?api-version=2022-03-03`);
    expect(old.body.error.code).toBe("NoRegisteredProviderFound");
    expect((await arm.call("GET", `${gallery}?api-version=2025-12-03`)).status).toBe(200);
    expect((await arm.call("GET", `${DEFINITION}?api-version=2022-03-03`)).status).toBe(200);
    await arm.stop();
    discard(arm);
  });
});
