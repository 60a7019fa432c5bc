import { createArmGet } from "../../../src/azure/arm-get";
import { createSources } from "../../../src/azure/sources";
import { createFakeArm, type Answer, type SentRequest } from "../../support/fake-arm";
import { accepted, computeId, managedImageExample, setId } from "../../support/request-factory";

const sources = (answer: Answer | ((request: SentRequest) => Answer)) => {
  const arm = createFakeArm(typeof answer === "function" ? answer : () => answer);
  return createSources(arm.clients, createArmGet(arm.clients, "https://arm.test", arm.httpClient));
};
const { image } = accepted(managedImageExample());
const found = (body: unknown): Answer => ({ status: 200, body });
const NONE: Answer = { status: 404, body: { error: { code: "ResourceNotFound" } } };

test("a managed image tells its place, its system, its data disks in order, and their encryption", async () => {
  const id = computeId("images", "myImage");
  const answer = found({
    location: "West US",
    properties: {
      hyperVGeneration: "V2",
      storageProfile: {
        osDisk: {
          osType: "Linux",
          osState: "Generalized",
          diskEncryptionSet: { id: setId("Os") },
        },
        dataDisks: [{ lun: 9 }, { lun: 0, diskEncryptionSet: { id: setId("Data") } }],
      },
    },
  });
  expect(await sources(answer).read({ kind: "managedImage", id })).toEqual({
    dataLuns: [0, 9],
    resources: [
      {
        path: "$.source.managedImage",
        id,
        facts: {
          location: "West US",
          osType: "Linux",
          osState: "Generalized",
          hyperVGeneration: "V2",
          dataLuns: [0, 9],
          diskEncryptionSetIds: [setId("Os"), setId("Data")],
        },
      },
    ],
  });
});

test("snapshots are read one by one, and their LUNs are the request's", async () => {
  const os = computeId("snapshots", "os");
  const data = computeId("snapshots", "data");
  const answer = ({ url }: SentRequest): Answer =>
    url.pathname.endsWith("/os")
      ? found({
          location: "westus",
          properties: {
            creationData: { createOption: "Copy" },
            osType: "Windows",
            hyperVGeneration: "V1",
            encryption: { diskEncryptionSetId: setId("Os") },
            securityProfile: { securityType: "TrustedLaunch" },
            purchasePlan: { name: "n", publisher: "p", product: "o" },
          },
        })
      : NONE;
  const source = {
    kind: "snapshots" as const,
    osSnapshot: os,
    dataSnapshots: [{ lun: 3, id: data }],
  };
  expect(await sources(answer).read(source)).toEqual({
    dataLuns: [3],
    resources: [
      {
        path: "$.source.osSnapshot",
        id: os,
        facts: {
          location: "westus",
          osType: "Windows",
          hyperVGeneration: "V1",
          securityType: "TrustedLaunch",
          purchasePlan: { name: "n", publisher: "p", product: "o" },
          diskEncryptionSetIds: [setId("Os")],
        },
      },
      { path: "$.source.dataSnapshots[0].id", id: data },
    ],
  });
});

test("a managed disk has no data disks", async () => {
  const answer = found({
    location: "westus",
    properties: { creationData: { createOption: "Empty" }, osType: "Linux" },
  });
  expect(
    await sources(answer).read({ kind: "managedDisk", id: computeId("disks", "d") }),
  ).toMatchObject({
    dataLuns: [],
    resources: [{ facts: { osType: "Linux", diskEncryptionSetIds: [] } }],
  });
});

test("a virtual machine tells its disks, their sets, its security type and its plan", async () => {
  const answer = found({
    location: "westus",
    plan: { name: "n", publisher: "p", product: "o" },
    properties: {
      securityProfile: { securityType: "TrustedLaunch" },
      storageProfile: {
        osDisk: {
          createOption: "FromImage",
          osType: "Linux",
          managedDisk: { id: computeId("disks", "os"), diskEncryptionSet: { id: setId("Os") } },
        },
        dataDisks: [
          { lun: 1, createOption: "Attach", managedDisk: { id: computeId("disks", "d") } },
        ],
      },
    },
  });
  expect(
    await sources(answer).read({ kind: "virtualMachine", id: computeId("virtualMachines", "vm") }),
  ).toMatchObject({
    dataLuns: [1],
    resources: [
      {
        facts: {
          osType: "Linux",
          securityType: "TrustedLaunch",
          diskEncryptionSetIds: [setId("Os")],
          purchasePlan: { name: "n", publisher: "p", product: "o" },
        },
      },
    ],
  });
});

test.each<[string, object, object]>([
  [
    "a machine that was generalized, with its generation",
    {
      instanceView: {
        hyperVGeneration: "V1",
        statuses: [{ code: "PowerState/stopped" }, { code: "OSState/generalized" }],
      },
    },
    { osState: "Generalized", hyperVGeneration: "V1", uncopiedDisks: [] },
  ],
  [
    "a machine that is specialized",
    { instanceView: { statuses: [{ code: "PowerState/running" }] } },
    { osState: "Specialized", uncopiedDisks: [] },
  ],
  [
    "an ephemeral OS disk",
    { storageProfile: { osDisk: { diffDiskSettings: { option: "Local" } } } },
    { uncopiedDisks: ["an ephemeral OS disk"] },
  ],
  [
    "unmanaged and ultra disks",
    {
      storageProfile: {
        osDisk: { vhd: { uri: "https://store.blob.core.windows.net/c/b.vhd" } },
        dataDisks: [{ lun: 0, managedDisk: { storageAccountType: "UltraSSD_LRS" } }],
      },
    },
    { uncopiedDisks: ["an unmanaged disk", "an ultra disk"] },
  ],
])("of a virtual machine it is told: %s", async (_, properties, facts) => {
  const arm = createFakeArm(() => found({ location: "westus", properties }));
  const get = createArmGet(arm.clients, "https://arm.test", arm.httpClient);
  const source = { kind: "virtualMachine" as const, id: computeId("virtualMachines", "vm") };
  expect(await createSources(arm.clients, get).read(source)).toMatchObject({
    resources: [{ facts }],
  });
  expect(arm.sent.map(({ url }) => url.searchParams.get("$expand"))).toEqual(["instanceView"]);
});

test("a gallery image version tells the system of its definition, its regions and all of their sets", async () => {
  const answer = ({ url }: SentRequest): Answer =>
    url.pathname.includes("/versions/")
      ? found({
          location: "West US",
          properties: {
            publishingProfile: {
              targetRegions: [
                { name: "West US" },
                {
                  name: "East US 2",
                  encryption: {
                    osDiskImage: { diskEncryptionSetId: setId("Os") },
                    dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("Data") }],
                  },
                },
              ],
            },
            storageProfile: { dataDiskImages: [{ lun: 0 }] },
            replicationStatus: {
              summary: [
                { region: "West US", state: "Completed" },
                { region: "East US 2", state: "Replicating" },
              ],
            },
          },
        })
      : found({
          location: "West US",
          properties: {
            osType: "Linux",
            osState: "Specialized",
            hyperVGeneration: "V2",
            identifier: { publisher: "p", offer: "o", sku: "s" },
          },
        });
  const id = `${computeId("galleries", "Other")}/images/base/versions/1.0.0`;
  expect(await sources(answer).read({ kind: "galleryImageVersion", id })).toMatchObject({
    dataLuns: [0],
    resources: [
      {
        facts: {
          osType: "Linux",
          osState: "Specialized",
          hyperVGeneration: "V2",
          regions: ["West US", "East US 2"],
          completedIn: ["West US"],
          diskEncryptionSetIds: [setId("Os"), setId("Data")],
        },
      },
    ],
  });
});

const ACCOUNT = computeId("accounts", "account").replace(
  "Microsoft.Compute/accounts",
  "Microsoft.Storage/storageAccounts",
);
const VHD = {
  kind: "vhd",
  uri: "https://account.blob.core.windows.net/images/os.vhd",
  storageAccountId: ACCOUNT,
} as const;

test("of a VHD the storage account is read, with every host that its blobs are at", async () => {
  const asked: string[] = [];
  const answer = ({ url }: SentRequest): Answer => {
    asked.push(`${url.pathname}${url.search}`);
    return found({
      location: "westus",
      properties: {
        primaryEndpoints: {
          blob: "https://account.blob.core.windows.net/",
          file: "https://account.file.core.windows.net/",
          internetEndpoints: { blob: "https://account-internetrouting.blob.core.windows.net/" },
        },
        secondaryEndpoints: { blob: "https://account-secondary.blob.core.windows.net/" },
        customDomain: { name: "Images.contoso.com" },
      },
    });
  };
  expect(await sources(answer).read(VHD)).toEqual({
    dataLuns: [],
    vhdUri: VHD.uri,
    resources: [
      {
        path: "$.source.vhd.storageAccountId",
        id: ACCOUNT,
        facts: {
          location: "westus",
          diskEncryptionSetIds: [],
          blobHosts: [
            "account.blob.core.windows.net",
            "account-internetrouting.blob.core.windows.net",
            "account-secondary.blob.core.windows.net",
            "images.contoso.com",
          ],
        },
      },
    ],
  });
  expect(asked).toEqual([`${ACCOUNT}?api-version=2024-01-01`]);
});

test("a storage account that tells no endpoints says nothing of hosts, one that isn't there says nothing", async () => {
  const [some] = (await sources(found({ location: "westus" })).read(VHD)).resources;
  expect(some?.facts).toEqual({ location: "westus", diskEncryptionSetIds: [] });
  const [none] = (await sources(NONE).read(VHD)).resources;
  expect(none).toEqual({ path: "$.source.vhd.storageAccountId", id: ACCOUNT });
});

test("a definition tells its system, its generation, its features and its plan", async () => {
  const answer = found({
    location: "westus",
    properties: {
      osType: "Windows",
      osState: "Specialized",
      hyperVGeneration: "V2",
      identifier: { publisher: "p", offer: "o", sku: "s" },
      features: [{ name: "SecurityType", value: "TrustedLaunch", startsAtVersion: "2.0.0" }],
      purchasePlan: { name: "n", publisher: "p", product: "o" },
    },
  });
  expect(await sources(answer).definition(image)).toEqual({
    osType: "Windows",
    osState: "Specialized",
    hyperVGeneration: "V2",
    features: [{ name: "SecurityType", value: "TrustedLaunch", startsAtVersion: "2.0.0" }],
    purchasePlan: { name: "n", publisher: "p", product: "o" },
  });
});

test("what isn't there is told without facts", async () => {
  expect(await sources(NONE).definition(image)).toBeUndefined();
  const id = computeId("images", "i");
  expect(await sources(NONE).read({ kind: "managedImage", id })).toEqual({
    resources: [{ path: "$.source.managedImage", id }],
  });
});

test("what is no resource id is a mistake of ours and is thrown", async () => {
  const read = sources({ status: 200 }).read({ kind: "managedImage", id: "myImage" });
  await expect(read).rejects.toThrow("not a resource id");
});

test.each([
  ["private unless it says otherwise", {}, { sharing: "Private", softDelete: false }],
  [
    "shared directly",
    { sharingProfile: { permissions: "Groups" } },
    { sharing: "Groups", softDelete: false },
  ],
  [
    "one that keeps deleted versions",
    { softDeletePolicy: { isSoftDeleteEnabled: true } },
    { sharing: "Private", softDelete: true },
  ],
])("a gallery tells its state, and that it is %s", async (_title, more, facts) => {
  const answer = found({ properties: { provisioningState: "Updating", ...more } });
  expect(await sources(answer).gallery(image)).toEqual({ provisioningState: "Updating", ...facts });
  expect(await sources(NONE).gallery(image)).toBeUndefined();
});
