import { CALLER, discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, region, testWorld, versionBody } from "./support/worlds";

const BODY = versionBody([region("westus"), region("eastus2")]);
const GALLERY = `${COMPUTE}/galleries/MyGallery`;

describe("faults of calls", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => (arm = await startArm({ world: testWorld() })));
  afterEach(() => arm.control("DELETE", "/faults"));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const nextPath = (): string => `${DEFINITION}/versions/1.${++count}.0`;
  const add = (fault: unknown) => arm.control("POST", "/faults", fault);
  const statuses = async (method: string, path: string, times: number): Promise<number[]> => {
    const found: number[] = [];
    for (let time = 0; time < times; time++) found.push((await arm.call(method, path)).status);
    return found;
  };

  it.each([
    ["arm", "ResourceCollectionRequestsThrottled", undefined],
    ["compute", "OperationNotAllowed", [expect.objectContaining({ code: "TooManyRequests" })]],
  ])("429 in the words of %s: %s with Retry-After", async (style, code, details) => {
    await add({
      throttled: { method: "GET", resource: "MyGallery", style, retryAfter: 7, times: 1 },
    });
    const answer = await arm.call("GET", GALLERY);
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
    expect(answer.body.error).toMatchObject({
      code,
      ...(details === undefined ? {} : { details }),
    });
    if (style === "arm") expect(answer.body.error.message).toContain("try after '7' seconds");
    expect((await arm.call("GET", GALLERY)).status).toBe(200);
  });

  it.each([
    [408, "RequestTimeout"],
    [500, "InternalServerError"],
    [502, "BadGateway"],
    [503, "ServerTimeout"],
    [504, "GatewayTimeout"],
  ])("%i says %s unless told otherwise, and the SDK reports it", async (status, code) => {
    await add({ http: { method: "GET", status, times: 1 } });
    const read = (): Promise<unknown> => arm.client().galleries.get("myResourceGroup", "MyGallery");
    await expect(read()).rejects.toMatchObject({ statusCode: status, code });
    await add({ http: { method: "GET", status, code: "Mine", message: "my words", times: 1 } });
    await expect(read()).rejects.toMatchObject({ code: "Mine", message: "my words" });
    await expect(read()).resolves.toMatchObject({ name: "MyGallery" });
  });

  it("strike from the n-th call on, so often, and count what they saw", async () => {
    const selector = { method: "GET", resource: "MyGallery", afterCalls: 2, times: 2 };
    await add({ http: { ...selector, status: 503 } });
    expect(await statuses("GET", GALLERY, 6)).toEqual([200, 200, 503, 503, 200, 200]);
    const { faults } = await arm.control("GET", "/faults");
    expect(faults).toEqual([expect.objectContaining({ seen: 6, struck: 2 })]);
  });

  it("one after the other when two match, each counting every call", async () => {
    const selector = { resource: "MyGallery", times: 1 };
    await add({ http: { ...selector, status: 500 } });
    await add({ http: { ...selector, status: 502 } });
    await add({ http: { ...selector, status: 504, afterCalls: 3 } });
    expect(await statuses("GET", GALLERY, 5)).toEqual([500, 502, 200, 504, 200]);
  });

  it("only what they name: verb, resource, region", async () => {
    await add({ http: { method: "GET", resource: "mygallery/MYIMAGE", status: 500 } });
    await add({ http: { method: "GET", region: "East US 2", status: 502 } });
    await add({ http: { method: "DELETE", status: 504 } });
    const read = async (path: string): Promise<number> => (await arm.call("GET", path)).status;
    expect(await read(DEFINITION)).toBe(500);
    expect(await read(GALLERY)).toBe(200);
    expect(await read(`${COMPUTE}/galleries/MyImage`)).toBe(404);
    expect(await read(des("eastus2-os"))).toBe(502);
    expect(await read(des("westus-os"))).toBe(200);
    expect((await arm.call("DELETE", `${GALLERY}x`)).status).toBe(504);
  });

  it("a region is also one that a body wants replicas in", async () => {
    await add({ http: { method: "PUT", region: "eastus2", status: 503, times: 1 } });
    const path = nextPath();
    const own = await arm.call("PUT", nextPath(), versionBody([region("westus")]));
    expect(own.status).toBe(201);
    expect((await arm.call("PUT", path, BODY)).status).toBe(503);
    expect((await arm.call("PUT", path, BODY)).status).toBe(201);
  });

  it("a connection is reset before anything happens, or after the PUT was accepted", async () => {
    const path = nextPath();
    await add({ reset: { method: "PUT", times: 1 } });
    await expect(arm.call("PUT", path, BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await arm.call("GET", path)).status).toBe(404);
    await add({ lostReply: { times: 1 } });
    await expect(arm.call("PUT", path, BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Creating");
  });

  it("a reply is only lost where something was accepted", async () => {
    await add({ lostReply: { resource: "9.9.9", times: 1 } });
    const path = `${DEFINITION}/versions/9.9.9`;
    expect((await arm.call("PUT", path, { location: "nowhere" })).status).toBe(400);
    await expect(arm.call("PUT", path, BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("a call is answered late", async () => {
    await add({ slow: { method: "GET", pathContains: "/galleries/", delayMs: 120, times: 1 } });
    const started = performance.now();
    expect((await arm.call("GET", GALLERY)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  it("a policy denies a write, and nothing is there afterwards", async () => {
    const path = nextPath();
    await add({ policyDenial: { resource: path.split("/").at(-1), policy: "Allowed locations" } });
    expect(await arm.call("PUT", path, BODY)).toMatchObject({
      status: 403,
      body: {
        error: {
          code: "RequestDisallowedByPolicy",
          message: expect.stringMatching(/was disallowed by policy.*Allowed locations/),
        },
      },
    });
    expect((await arm.call("GET", path)).status).toBe(404);
  });

  it("a missing right on the linked sets names caller, action and sets", async () => {
    await add({ linkedAuthorizationFailed: {} });
    const refused = await arm.call("PUT", nextPath(), BODY);
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: "LinkedAuthorizationFailed" } },
    });
    const { message } = refused.body.error;
    for (const part of [
      CALLER.appid,
      CALLER.oid,
      "Microsoft.Compute/diskEncryptionSets/read",
      `'${["westus-os", "westus-data", "eastus2-os", "eastus2-data"].map((name) => des(name)).join(",")}'`,
    ])
      expect(message).toContain(part);
  });

  it("rights come after the token: who has none is told that", async () => {
    await add({ policyDenial: { method: "GET" } });
    expect((await arm.call("GET", GALLERY, undefined, {})).status).toBe(401);
    expect((await arm.call("GET", GALLERY)).status).toBe(403);
  });
});

describe("the book of faults", () => {
  let arm: ArmFixture;
  beforeAll(async () => (arm = await startArm({ world: testWorld() })));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it("can be read and cleared, one by one or whole", async () => {
    const first = await arm.control("POST", "/faults", { slow: { delayMs: 1 } });
    const second = await arm.control("POST", "/faults", { reset: { resource: "nobody" } });
    expect((await arm.control("GET", "/faults")).faults).toEqual([first, second]);
    await arm.control("DELETE", `/faults/${first.key}`);
    expect((await arm.control("GET", "/faults")).faults).toEqual([second]);
    expect((await arm.control("DELETE", `/faults/${first.key}`)).error).toContain(first.key);
    await arm.control("DELETE", "/faults");
    expect((await arm.control("GET", "/faults")).faults).toEqual([]);
  });

  it.each([
    [{ fast: {} }, /fast.*known here: throttled, http, reset,/s],
    [{}, /exactly one of throttled, http,/],
    [{ reset: {}, slow: { delayMs: 1 } }, /exactly one of/],
    [
      { reset: { verb: "PUT" } },
      /known here: method, pathContains, resource, region, afterCalls, times[^]*reset/,
    ],
    [{ http: {} }, /status/],
    [{ http: { status: 200 } }, /status/],
    [{ throttled: { times: 0 } }, /times/],
    [{ stuckReplication: { region: "west-us" } }, /not an Azure region; did you mean westus/],
    [
      { foreignWriter: { version: "1.0.0" } },
      /exactly one of addRegion, removeRegion, replicaCount, put, delete/,
    ],
    [[], /expected object/],
  ])("refuses %j with what would be right", async (fault, words) => {
    expect((await arm.control("POST", "/faults", fault)).error).toMatch(words);
    expect((await arm.control("GET", "/faults")).faults).toEqual([]);
  });

  it("is kept over a restart, counters and order included", async () => {
    for (const status of [500, 502])
      await arm.control("POST", "/faults", { http: { resource: "MyGallery", status, times: 1 } });
    await arm.call("GET", GALLERY);
    const before = await arm.control("GET", "/faults");
    await arm.stop();
    arm = await startArm({ world: testWorld(), directory: arm.directory });
    expect(await arm.control("GET", "/faults")).toEqual(before);
    expect((await arm.call("GET", GALLERY)).status).toBe(502);
  });
});
