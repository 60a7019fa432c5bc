import { discard, startArm, type Answer, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, testWorld, versionBody, SUBSCRIPTION } from "./support/worlds";

const VERSION = `${DEFINITION}/versions/1.0.0`;
const CUSTOMER = "EncryptionAtRestWithCustomerKey";
const here = `resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus`;
const WORLD = testWorld(`keyVaults:
  - { name: kv-closed, ${here}, keys: [{ name: key, enabled: false }] }
clock: { imageLagSeconds: 120, regionFactors: { eastus2: 3 } }
`).replace(
  "images:\n",
  `  - { name: westus-closed, ${here}, keyUrl: "https://kv-closed.vault.azure.net/keys/key/1" }\nimages:\n`,
);

type Properties = Record<string, unknown>;
const fromImage = (reference: object, more: Properties = {}): Properties => ({
  creationData: { createOption: "fromimage", galleryImageReference: reference },
  ...more,
});
const encryptedWith = (name: string, type = CUSTOMER): Properties => ({
  encryption: { type, diskEncryptionSetId: des(name) },
});

describe("disks that are made from an image version", () => {
  let arm: ArmFixture;
  let count = 0;
  const disk = (name: string): string => `${COMPUTE}/disks/${name}`;
  const make = (location: string, properties: unknown, name = `disk-${++count}`): Promise<Answer> =>
    arm.call("PUT", disk(name), { location, properties });
  /** Made and followed to the end of its operation. */
  async function made(location: string, properties: Properties): Promise<Answer> {
    const name = `disk-${++count}`;
    const { status, headers } = await make(location, properties, name);
    expect(status).toBe(202);
    await arm.pass(60);
    const operation = await arm.call("GET", String(headers["azure-asyncoperation"]));
    expect(operation.body.status).toBe("Succeeded");
    return await arm.call("GET", disk(name));
  }

  beforeAll(async () => {
    arm = await startArm({ world: WORLD });
    const regions = ["westus", "eastus2"].map((name) => ({
      name,
      encryption: {
        osDiskImage: { diskEncryptionSetId: des(`${name}-os`) },
        dataDiskImages: [{ lun: 0, diskEncryptionSetId: des(`${name}-data`) }],
      },
    }));
    expect((await arm.call("PUT", VERSION, versionBody(regions))).status).toBe(201);
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it("are refused where the version isn't Completed, and for a while after it is, until it is usable", async () => {
    const wanted = fromImage({ id: VERSION }, encryptedWith("westus-os"));
    const refused = {
      status: 404,
      body: { error: { code: "GalleryImageNotFound", message: expect.stringContaining("westus") } },
    };
    expect(await make("westus", wanted)).toMatchObject(refused);
    await arm.pass(180 + 6 * 40 + 30);
    expect(await make("westus", wanted)).toMatchObject(refused);
    await arm.pass(120);
    expect((await make("westus", wanted)).status).toBe(202);
    // The other region needs three times as long, and a third has no copy at all.
    for (const location of ["eastus2", "northeurope"])
      expect(await make(location, fromImage({ id: VERSION }))).toMatchObject({
        status: 404,
        body: { error: { code: "GalleryImageNotFound" } },
      });
    await arm.pass(3 * 600);
    expect((await make("eastus2", fromImage({ id: VERSION }))).status).toBe(202);
  });

  it("have the size of their disk in the version, and are encrypted with the set that is named", async () => {
    expect(
      (await made("westus", fromImage({ id: VERSION }, encryptedWith("westus-os")))).body,
    ).toMatchObject({
      location: "westus",
      properties: {
        provisioningState: "Succeeded",
        osType: "Linux",
        diskSizeGB: 30,
        creationData: { createOption: "FromImage", galleryImageReference: { id: VERSION } },
        encryption: { type: CUSTOMER, diskEncryptionSetId: des("westus-os") },
      },
    });
    const data = await made(
      "westus",
      fromImage({ id: VERSION, lun: 0 }, encryptedWith("westus-data")),
    );
    expect(data.body.properties).toMatchObject({ diskSizeGB: 10 });
    expect(data.body.properties).not.toHaveProperty("osType");
  });

  it("end Failed, and say why, when the set may not use its key", async () => {
    const name = `disk-${++count}`;
    const wanted = fromImage({ id: VERSION }, encryptedWith("westus-closed"));
    const { headers } = await make("westus", wanted, name);
    await arm.pass(60);
    const operation = await arm.call("GET", String(headers["azure-asyncoperation"]));
    expect(operation.body).toMatchObject({
      status: "Failed",
      error: { code: "KeyVaultAccessForbidden", message: expect.stringContaining("westus-closed") },
    });
    expect((await arm.call("GET", disk(name))).body.properties.provisioningState).toBe("Failed");
  });

  const secure = (securityType: string, set?: string): Properties => ({
    securityProfile: {
      securityType: `ConfidentialVM_${securityType}`,
      ...(set === undefined ? {} : { secureVMDiskEncryptionSetId: des(set) }),
    },
  });
  it.each<[string, string, unknown, string]>([
    ["without what it is made of", "westus", {}, "disk.creationData"],
    ["that doesn't say how", "westus", { creationData: {} }, "createOption"],
    ["empty, without a size", "westus", { creationData: { createOption: "Empty" } }, "diskSizeGB"],
    ["from an image that isn't named", "westus", fromImage({}), "galleryImageReference.id"],
    ["of a LUN that isn't there", "westus", fromImage({ id: VERSION, lun: 7 }), "which are '0'"],
    ["smaller than its image", "westus", fromImage({ id: VERSION }, { diskSizeGB: 1 }), "smaller"],
    [
      "with a set of another region",
      "westus",
      fromImage({ id: VERSION }, encryptedWith("eastus2-os")),
      "was not found in the disk's subscription and location 'westus'",
    ],
    [
      "with another type than its set's",
      "westus",
      fromImage(
        { id: VERSION },
        encryptedWith("westus-os", "EncryptionAtRestWithPlatformAndCustomerKeys"),
      ),
      "isn't that of the disk encryption set",
    ],
    [
      "confidential by your key, without the key's set",
      "eastus2",
      fromImage({ id: VERSION }, secure("DiskEncryptedWithCustomerKey")),
      "is required",
    ],
    [
      "confidential by the platform's key, with a set",
      "eastus2",
      fromImage({ id: VERSION }, secure("DiskEncryptedWithPlatformKey", "eastus2-confidential")),
      "is only allowed",
    ],
    [
      "confidential, with a set of another kind",
      "eastus2",
      fromImage({ id: VERSION }, secure("DiskEncryptedWithCustomerKey", "eastus2-os")),
      "was not found",
    ],
  ])("are refused %s", async (_what, location, properties, words) => {
    const { status, body } = await make(location, properties);
    expect([status, body.error]).toMatchObject([
      400,
      { code: "InvalidParameter", message: expect.stringContaining(words) },
    ]);
  });

  it("may be confidential, with a set of that kind", async () => {
    const security = secure("DiskEncryptedWithCustomerKey", "eastus2-confidential");
    const { body } = await made("eastus2", fromImage({ id: VERSION }, security));
    expect(body.properties).toMatchObject(security);
  });

  it("can't be made of something else later, and are deleted like any other", async () => {
    await make("westus", fromImage({ id: VERSION }), "mine");
    await arm.pass(60);
    const other = { creationData: { createOption: "Empty" }, diskSizeGB: 30 };
    expect(await make("westus", other, "mine")).toMatchObject({
      status: 409,
      body: { error: { code: "PropertyChangeNotAllowed" } },
    });
    expect((await arm.call("DELETE", disk("mine"))).status).toBe(202);
    await arm.pass(60);
    expect((await arm.call("GET", disk("mine"))).status).toBe(404);
    expect((await arm.call("DELETE", disk("mine"))).status).toBe(204);
  });
});
