import { type ComputeManagementClient } from "@azure/arm-compute";
import { CALLER, discard, startArm, token, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, image, region, SUBSCRIPTION } from "./support/worlds";
import { OTHER_SUBSCRIPTION, testWorld, versionBody } from "./support/worlds";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup`;
const VERSIONS = "Microsoft.Compute/galleries/images/versions";
const guid = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const principal = (digit: string) => ({
  oid: guid(digit),
  appid: guid(digit),
  tid: CALLER.tid,
});
const WRITER = principal("a");
const READER = principal("b");
const NOBODY = principal("c");
const OF_GALLERY = principal("d");
const BLIND = principal("e");
const NARROW = principal("8");
const FOREIGNER = { ...principal("f"), tid: guid("9") };

const identity = (name: string, { oid, tid }: typeof CALLER, rights: string): string =>
  `  - { name: ${name}, appId: ${oid}, objectId: ${oid}, tenantId: ${tid}, rights: [${rights}] }`;
const IDENTITIES = `
identities:
  - { name: app, appId: ${CALLER.appid}, objectId: ${CALLER.oid}, managedIdentity: systemAssigned, rights: [{ actions: ["*"] }] }
${[
  identity("writer", WRITER, `{ scope: "${GROUP}", actions: ["microsoft.compute/*"] }`),
  identity("reader", READER, `{ actions: ["*/read"] }`),
  identity("nobody", NOBODY, ""),
  identity(
    "of-gallery",
    OF_GALLERY,
    `{ scope: "${COMPUTE}/galleries/MyGallery", actions: ["*"], notActions: ["${VERSIONS}/delete"] }`,
  ),
  identity(
    "blind",
    BLIND,
    `{ scope: "${GROUP}", actions: ["${VERSIONS}/*", "Microsoft.Compute/images/read", "Microsoft.Compute/disks/write"] }, { scope: "${des("westus-os")}", actions: ["*"] }`,
  ),
  identity("narrow", NARROW, `{ scope: "${COMPUTE}/galleries/Narrow", actions: ["*"] }`),
  identity("foreigner", FOREIGNER, `{ actions: ["*"] }`),
].join("\n")}
`;

describe("rights", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => {
    const narrow = "name: Narrow, resourceGroup: myResourceGroup, location: westus";
    const world = testWorld(IDENTITIES)
      .replace(/^definitions:/m, `  - { ${narrow}, subscription: "${SUBSCRIPTION}" }\n$&`)
      .replace(
        /^ {2}- \{ name: MyImage, .*$/m,
        (line) => `${line}\n${line.replace("MyGallery", "Narrow")}`,
      );
    arm = await startArm({ world });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const nextPath = (): string => `${DEFINITION}/versions/1.${++count}.0`;
  const callAs = (who: typeof CALLER, method: string, path: string, body?: unknown) =>
    arm.call(method, path, body, { authorization: `Bearer ${token({}, undefined, who)}` });
  const BODY = versionBody([region("westus"), region("eastus2")]);

  it("a write without the right is refused in Azure's words, and nothing is written", async () => {
    const path = nextPath();
    const refused = await callAs(READER, "PUT", path, BODY);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toEqual({
      code: "AuthorizationFailed",
      message: `The client '${READER.appid}' with object id '${READER.oid}' does not have authorization to perform action '${VERSIONS}/write' over scope '${path}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
    expect((await callAs(READER, "GET", path)).status).toBe(404);
    expect((await callAs(WRITER, "PUT", path, BODY)).status).toBe(201);
    expect((await callAs(READER, "GET", path)).status).toBe(200);
  });

  it("the SDK shows the refusal as an error with its code, and the right person's call passes", async () => {
    const names = ["myResourceGroup", "MyGallery", "MyImage"] as const;
    const read = (client: ComputeManagementClient) => client.galleryImages.get(...names);
    await expect(read(arm.client(SUBSCRIPTION, NOBODY))).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailed",
    });
    expect((await read(arm.client(SUBSCRIPTION, READER))).name).toBe("MyImage");
  });

  it.each([
    ["delete is excepted", OF_GALLERY, "DELETE", `${DEFINITION}/versions/7.7.7`, 403],
    ["the rest of the gallery isn't", OF_GALLERY, "GET", `${DEFINITION}/versions`, 200],
    ["another gallery lies outside", OF_GALLERY, "GET", `${COMPUTE}/galleries/MyGalleryTwo`, 403],
    ["a group that isn't there, with the right", READER, "GET", `${GROUP}Two`, 404],
    ["a group that isn't there, without", NOBODY, "GET", `${GROUP}Two`, 403],
    ["an action on a machine", READER, "POST", `${COMPUTE}/virtualMachines/v/generalize`, 403],
    ["another subscription", WRITER, "GET", `/subscriptions/${OTHER_SUBSCRIPTION}`, 403],
    ["existence, without the right", NOBODY, "HEAD", GROUP, 403],
  ])("%s", async (_title, who, method, path, status) => {
    expect((await callAs(who, method, path)).status).toBe(status);
  });

  it("whoever isn't known may do nothing, with a good token", async () => {
    const stranger = { ...CALLER, oid: guid("0") };
    const refused = await callAs(stranger, "GET", GROUP);
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: "AuthorizationFailed" } },
    });
  });

  it("a token of another tenant is sent to the right one", async () => {
    const refused = await callAs(FOREIGNER, "GET", GROUP);
    expect(refused.status).toBe(401);
    expect(refused.body.error.code).toBe("InvalidAuthenticationTokenTenant");
    expect(refused.headers["www-authenticate"]).toContain(
      `authorization_uri="https://login.microsoftonline.com/${CALLER.tid}"`,
    );
    expect((await callAs(FOREIGNER, "GET", "/subscriptions")).body.value).toEqual([]);
  });

  it("a version that names a set which the caller can't read is refused, and naming only readable ones is not", async () => {
    const path = nextPath();
    const refused = await callAs(BLIND, "PUT", path, versionBody([region("westus")]));
    expect(refused.status).toBe(403);
    expect(refused.body.error).toEqual({
      code: "LinkedAuthorizationFailed",
      message: `The client '${BLIND.appid}' with object id '${BLIND.oid}' has permission to perform action '${VERSIONS}/write' on scope '${path}'; however, it does not have permission to perform action(s) 'Microsoft.Compute/diskEncryptionSets/read' on the linked scope(s) '${des("westus-data")}' (respectively) or the linked scope(s) are invalid.`,
    });
    const readable = { osDiskImage: { diskEncryptionSetId: des("westus-os") } };
    const accepted = versionBody([{ name: "westus", encryption: readable }]);
    expect((await callAs(BLIND, "PUT", path, accepted)).status).toBe(201);
  });

  it.each([
    ["a managed image", image("myImage")],
    ["a version", `${DEFINITION}/versions/0.1.0`],
  ])("as source, %s that the caller can't read is refused", async (_title, id) => {
    const made = await arm.call(
      "PUT",
      `${DEFINITION}/versions/0.1.0`,
      versionBody([{ name: "westus" }]),
    );
    expect(made.status).toBeLessThan(300);
    await arm.pass(1000);
    const body = versionBody([{ name: "westus" }], { storageProfile: { source: { id } } });
    const path = nextPath().replace("MyGallery", "Narrow");
    const refused = await callAs(NARROW, "PUT", path, body);
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: "LinkedAuthorizationFailed" } },
    });
    expect(refused.body.error.message).toContain(`/read' on the linked scope(s) '${id}'`);
    expect((await arm.call("PUT", path, body)).status).toBe(201);
  });

  it.each([
    ["a managed image needs reading", image("myImage"), 201],
    ["a snapshot needs writing", `${COMPUTE}/snapshots/myOSSnapshot`, 403],
  ])("as source, %s", async (_title, id, status) => {
    const storageProfile = id.includes("/snapshots/")
      ? { osDiskImage: { source: { id } } }
      : { source: { id } };
    const body = versionBody([{ name: "westus" }], { storageProfile });
    const answer = await callAs(BLIND, "PUT", nextPath(), body);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.error.message).toContain("Compute/snapshots/write'");
  });

  it("a disk's set that the caller can't read is refused, one that he can is taken", async () => {
    const disk = (set: string) => ({
      location: "westus",
      properties: {
        creationData: { createOption: "Empty" },
        diskSizeGB: 4,
        encryption: { diskEncryptionSetId: des(set) },
      },
    });
    const path = `${COMPUTE}/disks/blind`;
    expect(await callAs(BLIND, "PUT", path, disk("westus-data"))).toMatchObject({
      status: 403,
      body: { error: { code: "LinkedAuthorizationFailed" } },
    });
    expect((await callAs(BLIND, "PUT", path, disk("westus-os"))).status).toBe(202);
  });

  it("who may write in a group can poll his operation, which lies at the subscription", async () => {
    const { headers } = await callAs(WRITER, "PUT", nextPath(), BODY);
    const poll = await callAs(WRITER, "GET", String(headers["azure-asyncoperation"]));
    expect(poll).toMatchObject({ status: 200, body: { status: "InProgress" } });
  });

  it("lists show what the caller may read", async () => {
    const galleries = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/galleries`;
    const sets = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/diskEncryptionSets`;
    const names = async (who: typeof CALLER, path: string): Promise<string[]> =>
      (await callAs(who, "GET", path)).body.value.map((one: { name: string }) => one.name);
    expect(await names(OF_GALLERY, galleries)).toEqual(["MyGallery"]);
    expect(await names(OF_GALLERY, sets)).toEqual([]);
    expect((await callAs(NOBODY, "GET", galleries)).status).toBe(403);
    expect(await names(READER, sets)).toHaveLength(3);
    const ids = async (who: typeof CALLER) =>
      (await callAs(who, "GET", "/subscriptions")).body.value.map(
        (one: { subscriptionId: string }) => one.subscriptionId,
      );
    expect(await ids(READER)).toEqual([SUBSCRIPTION, OTHER_SUBSCRIPTION]);
    expect(await ids(OF_GALLERY)).toEqual([SUBSCRIPTION]);
    expect(await ids(NOBODY)).toEqual([]);
  });

  it.each<[what: string, method: string, path: string, action: string]>([
    ["a type", "GET", `${COMPUTE}/restorePointCollections/one`, "restorepointcollections/read"],
    [
      "a list of a type",
      "GET",
      `${COMPUTE}/restorePointCollections`,
      "restorepointcollections/read",
    ],
    ["an action", "POST", `${COMPUTE}/disks/one/beginGetAccess`, "disks/begingetaccess/action"],
    ["a path", "GET", `${GROUP}/deployments`, "unknown/read"],
    ["a method of a type", "PATCH", `${GROUP}/resources`, "resourceGroups/resources/write"],
  ])("%s that isn't served is refused to who has no right to it", async (_what, ...call) => {
    const [method, path, action] = call;
    const refused = await callAs(OF_GALLERY, method, path, method === "GET" ? undefined : {});
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: "AuthorizationFailed" } },
    });
    expect(refused.body.error.message).toContain(`${action}' over scope '${GROUP}`);
    // Who may do everything learns that it isn't there.
    const all = await arm.call(method, path, method === "GET" ? undefined : {});
    expect([404, 405]).toContain(all.status);
  });

  it("permissions over a scope are those that refusals follow from", async () => {
    const over = async (who: typeof CALLER, scope: string) =>
      await callAs(who, "GET", `${scope}/providers/Microsoft.Authorization/permissions`);
    expect((await over(READER, nextPath())).body).toEqual({
      value: [{ actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] }],
    });
    expect((await over(OF_GALLERY, `${COMPUTE}/galleries/mygallery`)).body.value).toMatchObject([
      { actions: ["*"], notActions: [`${VERSIONS}/delete`] },
    ]);
    // Asking takes a right of its own.
    expect((await over(WRITER, GROUP)).body.error.message).toContain(
      "'Microsoft.Authorization/permissions/read'",
    );
    expect((await over(READER, `${GROUP}Two`)).status).toBe(404);
  });
});

describe("polls that need a right", () => {
  it("are refused to who may write in a group only, with the switch", async () => {
    const world = testWorld(IDENTITIES).replace("pageSize: 3", "pollRights: checked");
    const arm = await startArm({ world });
    const authorization = `Bearer ${token({}, undefined, WRITER)}`;
    const body = versionBody([region("westus")]);
    const put = await arm.call("PUT", `${DEFINITION}/versions/1.0.0`, body, { authorization });
    expect(put.status).toBe(201);
    const poll = await arm.call("GET", String(put.headers["azure-asyncoperation"]), undefined, {
      authorization,
    });
    expect(poll.status).toBe(403);
    expect(poll.body.error.message).toContain("'Microsoft.Compute/locations/capsOperations/read'");
    await arm.stop();
    discard(arm);
  });
});
