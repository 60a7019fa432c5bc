import { createArmGet } from "../../../src/azure/arm-get";
import { createDisks, type DiskToMake } from "../../../src/azure/disks";
import { createFakeArm, type Answer } from "../../support/fake-arm";
import { computeId, setId } from "../../support/request-factory";

const ID = computeId("disks", "verify-1-westus-os", "Verifications");
const VERSION = computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0");
const CMK = "EncryptionAtRestWithCustomerKey";
const URL = "https://arm.test/operations/1";

function disksOf(answer: Answer) {
  const arm = createFakeArm(() => answer);
  const armGet = createArmGet(arm.clients, "https://arm.test", arm.httpClient);
  return { disks: createDisks(arm.clients, armGet), sent: arm.sent };
}
const wire = (properties: object) => ({
  id: ID,
  location: "westus",
  tags: { run: "1" },
  properties,
});
const CREATION = { createOption: "FromImage", galleryImageReference: { id: VERSION } };

test("a disk is read with its state, its tags and how it is encrypted", async () => {
  const { disks } = disksOf({
    status: 200,
    body: wire({
      creationData: CREATION,
      provisioningState: "Succeeded",
      encryption: { type: CMK, diskEncryptionSetId: setId("os") },
      securityProfile: { securityType: "TrustedLaunch" },
    }),
  });
  expect(await disks.get(ID)).toEqual({
    provisioningState: "Succeeded",
    tags: { run: "1" },
    encryption: {
      encryptionType: CMK,
      diskEncryptionSetId: setId("os"),
      securityType: "TrustedLaunch",
    },
  });
});

test("a disk that isn't there is none", async () => {
  const { disks } = disksOf({ status: 404, body: { error: { code: "ResourceNotFound" } } });
  expect(await disks.get(ID)).toBeUndefined();
});

const wanted: DiskToMake = {
  disk: "os",
  location: "westus",
  tags: { "gallery-publisher-run": "run-1" },
  versionId: VERSION,
  encryptionType: CMK,
  diskEncryptionSetId: setId("os"),
};
const secure = {
  securityType: "ConfidentialVM_DiskEncryptedWithCustomerKey",
  secureVMDiskEncryptionSetId: setId("secure"),
};
const { diskEncryptionSetId: _none, ...withoutSet } = wanted;

test.each<[string, DiskToMake, object]>([
  [
    "the OS disk with its set",
    wanted,
    { creationData: CREATION, encryption: { type: CMK, diskEncryptionSetId: setId("os") } },
  ],
  [
    "a data disk by its LUN",
    { ...wanted, disk: 0 },
    {
      creationData: { ...CREATION, galleryImageReference: { id: VERSION, lun: 0 } },
      encryption: { type: CMK, diskEncryptionSetId: setId("os") },
    },
  ],
  ["a disk under the platform's keys", withoutSet, { creationData: CREATION }],
  [
    "a confidential disk",
    { ...withoutSet, securityProfile: secure },
    { creationData: CREATION, securityProfile: secure },
  ],
])(
  "%s is made by one PUT that is not waited for, shut off from the network",
  async (_what, disk, properties) => {
    const { disks, sent } = disksOf({
      status: 202,
      body: wire({ provisioningState: "Updating", creationData: CREATION }),
      headers: { "azure-asyncoperation": URL, location: `${URL}&monitor=true` },
    });
    expect(await disks.create(ID, disk)).toEqual({ operationUrl: URL });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url.pathname).toBe(ID);
    expect(sent[0]?.body).toEqual({
      location: "westus",
      tags: { "gallery-publisher-run": "run-1" },
      sku: { name: "Standard_LRS" },
      properties: {
        ...properties,
        networkAccessPolicy: "DenyAll",
        publicNetworkAccess: "Disabled",
      },
    });
  },
);

test("a disk is deleted by one DELETE that is not waited for", async () => {
  const headers = { location: URL, "azure-asyncoperation": URL };
  const { disks, sent } = disksOf({ status: 202, headers });
  await disks.delete(ID);
  expect(sent.map(({ method }) => method)).toEqual(["DELETE"]);
});

test("the error of a disk that isn't made stands at its operation", async () => {
  const error = { code: "KeyVaultAccessForbidden", message: "no access" };
  const { disks } = disksOf({ status: 200, body: { status: "Failed", error } });
  expect(await disks.readOperation(ID, URL)).toMatchObject({
    status: "Failed",
    fault: { code: "KeyVaultAccessForbidden", advice: "operator" },
  });
});

test("what isn't the id of a disk is a mistake of ours", async () => {
  const { disks, sent } = disksOf({ status: 200 });
  await expect(disks.get("disk")).rejects.toThrow("not the id of a disk");
  expect(sent).toEqual([]);
});
