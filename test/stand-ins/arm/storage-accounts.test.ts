import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import {
  COMPUTE,
  DEFINITION,
  region,
  SUBSCRIPTION,
  testWorld,
  versionBody,
} from "./support/worlds";

const ACCOUNTS = `${COMPUTE.replace("Compute", "Storage")}/storageAccounts`;
const place = `resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}"`;
const blob = (account: string) => `https://${account}.blob.core.windows.net/vhds/os.vhd`;

const WORLD = testWorld(`
storageAccounts:
  - { name: store, ${place}, location: westus }
  - { name: second, ${place}, location: westus }
  - { name: distant, ${place}, location: eastus2 }
vhds:
${["store", "distant", "elsewhere"].map((name) => `  - { uri: "${blob(name)}", sizeGb: 10 }`).join("\n")}
`).replace(
  /^definitions:/m,
  `  - { name: Shared, ${place}, location: westus, sharing: Groups }
  - { name: Broken, ${place}, location: westus, provisioningState: Failed }
definitions:
  - { name: MyImage, gallery: Shared, osType: Linux, osState: Generalized }
  - { name: Leaving, gallery: MyGallery, osType: Linux, osState: Generalized, provisioningState: Deleting }`,
);

const fromVhd = (uri: string, account?: string) =>
  versionBody([{ name: "westus" }], {
    storageProfile: {
      osDiskImage: {
        source: { uri, ...(account && { storageAccountId: `${ACCOUNTS}/${account}` }) },
      },
    },
  });

describe("a world with storage accounts", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => {
    arm = await startArm({ world: WORLD });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const put = (body: unknown) => arm.call("PUT", `${DEFINITION}/versions/1.${++count}.0`, body);

  it("shows them with their blob endpoint, whatever the case, and makes none", async () => {
    const found = await arm.call("GET", `${ACCOUNTS}/STORE`);
    expect(found.body).toMatchObject({
      name: "store",
      location: "westus",
      properties: { primaryEndpoints: { blob: "https://store.blob.core.windows.net/" } },
    });
    expect((await arm.call("GET", ACCOUNTS)).body.value).toHaveLength(3);
    expect((await arm.call("GET", `${ACCOUNTS}/none`)).body.error.code).toBe("ResourceNotFound");
    expect((await arm.call("PUT", `${ACCOUNTS}/another`, {})).status).toBe(405);
  });

  it.each([
    ["in an account of the version's region", blob("store"), "store", 201],
    ["without an account", blob("store"), undefined, 201],
    ["in an account that isn't there", blob("store"), "none", 400],
    ["in an account of another region", blob("distant"), "distant", 400],
    ["that lies in another account", blob("store"), "second", 400],
    ["that isn't there", blob("second"), "second", 400],
  ])("makes a version of a VHD %s, or doesn't", async (_title, uri, account, status) => {
    const answer = await put(fromVhd(uri, account));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error.message).toMatch(/^Source .* is not found/);
  });
});

describe("galleries and definitions of a world", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: WORLD });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const encrypted = versionBody([region("westus")]);

  it("one that is shared directly says so, and takes no encrypted version", async () => {
    const shared = `${COMPUTE}/galleries/Shared`;
    expect((await arm.call("GET", shared)).body.properties).toMatchObject({
      sharingProfile: { permissions: "Groups" },
      provisioningState: "Succeeded",
    });
    const version = `${shared}/images/MyImage/versions/1.0.0`;
    expect((await arm.call("PUT", version, encrypted)).status).toBe(400);
    expect((await arm.call("PUT", version, versionBody([{ name: "westus" }]))).status).toBe(201);
  });

  it("show the state that they were given, and one that is going takes no version", async () => {
    const { properties } = (await arm.call("GET", `${COMPUTE}/galleries/Broken`)).body;
    expect(properties.provisioningState).toBe("Failed");
    const leaving = `${COMPUTE}/galleries/MyGallery/images/Leaving`;
    expect((await arm.call("PUT", `${leaving}/versions/1.0.0`, encrypted)).status).toBe(409);
  });
});
