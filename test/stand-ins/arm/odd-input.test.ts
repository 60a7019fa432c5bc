import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, SUBSCRIPTION, testWorld, versionBody } from "./support/worlds";

const VERSION = `${DEFINITION}/versions/1.0.0`;

describe("input that nobody sends by mistake", () => {
  let arm: ArmFixture;
  beforeEach(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterEach(async () => {
    await arm.stop();
    discard(arm);
  });

  it.each(["[", '{"a":'])("a body of 20,000 nested %s is refused, and logged", async (bracket) => {
    const body = bracket.repeat(20_000);
    expect(await arm.call("PUT", VERSION, body)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent" } },
    });
    expect((await arm.control("GET", "/requests")).requests).toMatchObject([{ status: 400, body }]);
    expect((await arm.call("GET", DEFINITION)).status).toBe(200);
  });

  it.each([
    ["POST", "/clock/advance", { seconds: 1e300 }],
    ["POST", "/clock/advance", { seconds: 1e12 }],
    ["PUT", "/clock", { speed: 1e300 }],
  ])("%s %s %j is refused, and the clock is as it was", async (method, path, body) => {
    const before = await arm.control("GET", "/clock");
    const response = await fetch(`${arm.server.controlUrl}${path}`, {
      method,
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await arm.control("GET", "/clock")).toEqual(before);
    expect((await arm.call("PUT", VERSION, versionBody([{ name: "westus" }]))).status).toBe(201);
  });
});

describe("a list that is read page by page", () => {
  let arm: ArmFixture;
  const GALLERIES = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/galleries`;
  beforeEach(async () => {
    arm = await startArm({ world: testWorld() });
    for (const name of ["a1", "a2", "a10", "a02", "b"])
      await arm.call("PUT", `${COMPUTE}/galleries/${name}`, { location: "westus" });
    await arm.pass(20);
  });
  afterEach(async () => {
    await arm.stop();
    discard(arm);
  });
  const pageAt = async (link: string) => {
    const { value, nextLink } = (await arm.call("GET", link)).body;
    return { names: value.map(({ name }: { name: string }) => name) as string[], nextLink };
  };

  it("misses nothing and repeats nothing where entries come and go meanwhile", async () => {
    const first = await pageAt(GALLERIES);
    expect(first.names).toEqual(["a1", "a02", "a2"]);
    // One that was listed, the last one of the page at that, and one that wasn't.
    for (const name of ["a1", "a2"]) await arm.call("DELETE", `${COMPUTE}/galleries/${name}`);
    await arm.call("PUT", `${COMPUTE}/galleries/a0`, { location: "westus" });
    await arm.pass(20);
    const second = await pageAt(first.nextLink);
    expect(second).toEqual({ names: ["a10", "b", "MyGallery"], nextLink: undefined });
  });

  it.each(["!!!", "0", "Mw", "", "YWZ0ZXI"])(
    "is refused with the skip token '%s'",
    async (token) => {
      const query = new URLSearchParams({ "api-version": "2025-03-03", $skiptoken: token });
      expect(await arm.call("GET", `${GALLERIES}?${query.toString()}`)).toMatchObject({
        status: 400,
        body: { error: { code: "InvalidSkipToken" } },
      });
    },
  );
});
