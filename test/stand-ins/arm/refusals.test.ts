import type { TargetRegion } from "@azure/arm-compute";
import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import {
  COMPUTE,
  DEFINITION,
  des,
  image,
  OTHER_SUBSCRIPTION,
  region,
  SUBSCRIPTION,
  testWorld,
  versionBody,
} from "./support/worlds";

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
const withReplicas = (count: number): TargetRegion[] => [
  region("westus", { regionalReplicaCount: count }),
];
const fromImage = (name: string) =>
  versionBody([west], { storageProfile: { source: { id: image(name) } } });
const withoutDataSet: TargetRegion = {
  name: "eastus2",
  encryption: { osDiskImage: { diskEncryptionSetId: des("eastus2-os") } },
};
const snapshot = (name: string) => ({ source: { id: `${COMPUTE}/snapshots/${name}` } });
const fromSnapshots = (os: string, data: string, more: object = {}) =>
  versionBody([west], {
    storageProfile: {
      osDiskImage: snapshot(os),
      dataDiskImages: [{ lun: 0, ...snapshot(data) }],
      ...more,
    },
  });

const CREATING: Row[] = [
  {
    title: "a disk encryption set in another subscription",
    refused: versionBody(withOsSet(des("eastus2-os", OTHER_SUBSCRIPTION))),
    accepted: versionBody(goodSet),
    message: `The disk encryption set '${des("eastus2-os", OTHER_SUBSCRIPTION)}' must be in the same subscription '${SUBSCRIPTION}' as the gallery resource`,
  },
  {
    title: "a disk encryption set that doesn't exist",
    refused: versionBody(withOsSet(des("nowhere"))),
    accepted: versionBody(goodSet),
    message: `The disk encryption set ${des("nowhere")} was not found`,
  },
  {
    title: "a disk encryption set of another region",
    refused: versionBody(withOsSet(des("northeurope-os"))),
    accepted: versionBody(goodSet),
    message: `'${des("northeurope-os")}' is in region 'North Europe'`,
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
    title: "a region without encryption beside one that has it",
    refused: versionBody([west, { name: "eastus2" }]),
    accepted: versionBody([{ name: "westus" }, { name: "eastus2" }]),
    message: `in target region 'East US 2' since disk encryption set '${des("westus-os")}' is used for the corresponding disk in region 'West US'`,
  },
  {
    title: "a data disk that is encrypted in one region only",
    refused: versionBody([west, withoutDataSet]),
    accepted: versionBody(goodSet),
    message: `A disk encryption set is required for disk 'LUN 0' in target region 'East US 2' since disk encryption set '${des("westus-data")}' is used`,
  },
  {
    title: "a LUN that the source doesn't have",
    refused: versionBody(withLuns(1)),
    accepted: versionBody(withLuns(0)),
    message:
      "An invalid lun [1] was specified in encryption.dataDiskImages. The lun must be one of the following values ['0']",
  },
  {
    title: "a LUN twice",
    refused: versionBody(withLuns(0, 0)),
    accepted: versionBody(withLuns(0)),
    message: "Duplicate luns '0' were specified in target region 'West US'",
  },
  {
    title: "regions without the source region",
    refused: versionBody([region("eastus2")]),
    accepted: versionBody([region("eastus2"), west]),
    message:
      "Gallery image version publishing profile regions East US 2 must contain the location of image version West US",
  },
  {
    title: "a region twice, in two spellings",
    refused: versionBody([west, { ...west, name: "West US" }]),
    accepted: versionBody([west]),
    message: "Duplicate regions are not allowed in target publishing regions",
  },
  {
    title: "a region that Azure doesn't have",
    refused: versionBody([{ name: "westus" }, { name: "westus9" }]),
    accepted: versionBody([{ name: "westus" }, { name: "westus3" }]),
    message: "'westus9'",
  },
  {
    title: "no replica",
    refused: versionBody(withReplicas(0)),
    accepted: versionBody(withReplicas(1)),
    message: "The value must be between 1 and 100, inclusive",
  },
  {
    title: "too many replicas",
    refused: versionBody(withReplicas(101)),
    accepted: versionBody(withReplicas(100)),
    message: "The value 101 of parameter",
  },
  {
    title: "a storage type that doesn't exist",
    refused: versionBody([region("westus", { storageAccountType: "standard_xrs" })]),
    accepted: versionBody([region("westus", { storageAccountType: "standard_zrs" })]),
    message: "'standard_xrs'",
  },
  {
    title: "a source that doesn't exist",
    refused: fromImage("missing"),
    accepted: fromImage("myImage"),
    message: `Source ${image("missing")} is not found. Please check source exists, and is in the same region`,
  },
  {
    title: "a source in another region",
    refused: fromImage("imageInEastUS"),
    accepted: fromImage("otherImage"),
    message: `Source ${image("imageInEastUS")} is not found. Please check source exists, and is in the same region`,
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
    message: "properties.publishingProfile.targetRegions.0",
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
    title: "another source",
    before: fromImage("myImage"),
    refused: fromImage("otherImage"),
    accepted: fromImage("MYIMAGE"),
    status: 409,
    code: "PropertyChangeNotAllowed",
    message:
      "Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed",
  },
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
    arm = await startArm({ world: testWorld() });
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

  it("a PUT on a version that is being deleted, but not once it is gone", async () => {
    const path = nextPath();
    await arm.call("PUT", path, versionBody([west]));
    await arm.pass(1000);
    await arm.call("DELETE", path);
    const answer = await arm.call("PUT", path, versionBody([west]));
    expect(answer.status).toBe(409);
    expect(answer.body.error.message).toContain("since it is marked for deletion");
    await arm.pass(200);
    expect((await arm.call("PUT", path, versionBody([west]))).status).toBe(201);
  });

  it("a delete before the end of life where that is blocked, but not without the block", async () => {
    const withBlock = (blockDeletionBeforeEndOfLife: boolean) => {
      const body = versionBody([west], { safetyProfile: { blockDeletionBeforeEndOfLife } });
      const publishingProfile = {
        ...body.properties.publishingProfile,
        endOfLifeDate: "2999-12-01T00:00:00.0000000Z",
      };
      return { ...body, properties: { ...body.properties, publishingProfile } };
    };
    const path = nextPath();
    await arm.call("PUT", path, withBlock(true));
    await arm.pass(1000);
    expect((await arm.call("DELETE", path)).body.error.code).toBe(
      "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    );
    await arm.call("PUT", path, withBlock(false));
    await arm.pass(1000);
    expect((await arm.call("DELETE", path)).status).toBe(202);
  });

  it("an api-version that is missing or malformed, but any that is well-formed", async () => {
    const path = `${COMPUTE}/galleries/MyGallery`;
    const ask = async (query: string) => (await arm.call("GET", `${path}?${query}`)).body;
    expect((await ask("x=1")).error.code).toBe("MissingApiVersionParameter");
    expect((await ask("api-version=latest")).error.code).toBe("InvalidApiVersionParameter");
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
