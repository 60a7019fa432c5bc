import { discard, startArm, token, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, OTHER_SUBSCRIPTION, SUBSCRIPTION } from "./support/worlds";
import { region, testWorld, versionBody } from "./support/worlds";

const world = (throttling: string): string =>
  testWorld().replace("throttling: { enabled: false }", `throttling: ${throttling}`);
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup`;

let arm: ArmFixture;
const start = async (throttling: string, speed?: number): Promise<void> => {
  arm = await startArm({ world: world(throttling), ...(speed === undefined ? {} : { speed }) });
};
afterEach(async () => {
  await arm.stop();
  discard(arm);
});

describe("calls of a subscription", () => {
  it("are counted down from Azure's numbers", async () => {
    await start("{}");
    const left = async (method: string, path: string, body?: unknown) =>
      Object.entries((await arm.call(method, path, body)).headers).filter(([name]) =>
        name.startsWith("x-ms-ratelimit-remaining-subscription"),
      );
    const reads = "x-ms-ratelimit-remaining-subscription-reads";
    expect(await left("GET", GROUP)).toEqual([[reads, "249"]]);
    expect(await left("GET", GROUP)).toEqual([[reads, "248"]]);
    expect(await left("PUT", GROUP, { location: "westus" })).toEqual([
      ["x-ms-ratelimit-remaining-subscription-writes", "199"],
    ]);
    expect(await left("DELETE", `${COMPUTE}/galleries/None`)).toEqual([
      ["x-ms-ratelimit-remaining-subscription-deletes", "199"],
    ]);
  });

  it("that are too many are refused until time has passed; other callers and subscriptions aren't", async () => {
    await start("{ subscription: { reads: { capacity: 2, perSecond: 0.5 } } }");
    const read = (path = GROUP, headers?: Record<string, string>) =>
      arm.call("GET", path, undefined, headers);
    await read();
    await read();
    const refused = await read();
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("2");
    expect(refused.body.error).toMatchObject({
      code: "SubscriptionRequestsThrottled",
      message: expect.stringMatching(
        /^Number of 'read' requests for subscription '0{8}-.*' actor '2{8}-.*' exceeded\. Please try again after '2' seconds/,
      ),
    });
    expect((await read(GROUP.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION))).status).toBe(200);
    const other = token({}, undefined, {
      oid: "44444444-4444-4444-4444-444444444444",
      appid: "55555555-5555-5555-5555-555555555555",
      tid: "11111111-1111-1111-1111-111111111111",
    });
    expect((await read(GROUP, { authorization: `Bearer ${other}` })).status).toBe(200);
    await arm.pass(1.9);
    expect((await read()).status).toBe(429);
    await arm.pass(0.2);
    expect((await read()).status).toBe(200);
  });

  it("come back at the speed of the service's clock, and Retry-After is in seconds of the client", async () => {
    await start("{ subscription: { reads: { capacity: 1, perSecond: 0.01 } } }", 50);
    await arm.call("GET", GROUP);
    expect((await arm.call("GET", GROUP)).headers["retry-after"]).toBe("2");
  });
});

describe("calls of Compute", () => {
  const body = versionBody([region("westus")]);

  it("say how many are left in both windows", async () => {
    await start("{}");
    const left = async (method: string, path: string, sent?: unknown) =>
      (await arm.call(method, path, sent)).headers["x-ms-ratelimit-remaining-resource"];
    const path = `${DEFINITION}/versions/1.0.0`;
    const policy = (name: string, a: number, b: number): string =>
      `Microsoft.Compute/${name}3Min;${a},Microsoft.Compute/${name}30Min;${b}`;
    expect(await left("PUT", path, body)).toBe(
      policy("CreateUpdateGalleryImageVersion", 374, 1199),
    );
    expect(await left("GET", path)).toBe(policy("GetGalleryImageVersion", 1999, 9999));
    expect(await left("GET", `${DEFINITION}/versions`)).toBe(
      policy("ListGalleryImageVersion", 1499, 9999),
    );
    expect(await left("DELETE", `${DEFINITION}/versions/9.9.9`)).toBe(
      policy("DeleteGalleryImageVersion", 149, 999),
    );
    expect(await left("GET", `${COMPUTE}/galleries/MyGallery`)).toBeUndefined();
    expect(await left("PUT", des("new"), {})).toBeUndefined();
  });

  it("that are too many are refused with the code in the details, and the SDK goes on after Retry-After", async () => {
    await start(
      "{ compute: { GetGalleryImageVersion: { in3Minutes: 180, in30Minutes: 2 } } }",
      900,
    );
    const path = `${DEFINITION}/versions/1.0.0`;
    await arm.call("PUT", path, body);
    await arm.call("GET", path);
    await arm.call("GET", path);
    const refused = await arm.call("GET", path);
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("1");
    expect(refused.body.error).toMatchObject({
      code: "OperationNotAllowed",
      details: [{ code: "TooManyRequests", target: "GetGalleryImageVersion30Min" }],
    });
    // Neither window lost a call to the refusal.
    await arm.pass(1800);
    expect((await arm.call("GET", path)).headers["x-ms-ratelimit-remaining-resource"]).toMatch(
      /3Min;179,.*30Min;1$/,
    );
  });
});
