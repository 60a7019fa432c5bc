import { createHmac, generateKeyPairSync } from "node:crypto";
import {
  discard,
  endless,
  LOGGED_CALLER,
  PUBLIC_KEY,
  startArm,
  token,
  type ArmFixture,
} from "./support/arm-fixture";
import { DEFINITION, SUBSCRIPTION, testWorld } from "./support/worlds";

const stranger = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;

/** A token as somebody would forge it who has no private key. */
function forged(alg: "none" | "HS256"): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: "https://management.azure.com", exp: 9_999_999_999 };
  const text = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
  const mac = createHmac("sha256", PUBLIC_KEY).update(text).digest("base64url");
  return `${text}.${alg === "none" ? "" : mac}`;
}

describe("tokens", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const ask = (authorization?: string) =>
    arm.call(
      "GET",
      `/subscriptions/${SUBSCRIPTION}`,
      undefined,
      authorization === undefined ? {} : { authorization },
    );

  it.each([
    ["no header", () => undefined, "AuthenticationFailed"],
    ["another scheme", () => "Basic abc", "AuthenticationFailedInvalidHeader"],
    ["no JWT", () => "Bearer abc", "InvalidAuthenticationToken"],
    ["an expired token", () => `Bearer ${token({ expiresIn: -10 })}`, "ExpiredAuthenticationToken"],
    [
      "a token for another audience",
      () => `Bearer ${token({ audience: "https://vault.azure.net" })}`,
      "InvalidAuthenticationTokenAudience",
    ],
    [
      "somebody else's signature",
      () => `Bearer ${token({}, stranger)}`,
      "InvalidAuthenticationToken",
    ],
    ["an unsigned token", () => `Bearer ${forged("none")}`, "InvalidAuthenticationToken"],
    [
      "a token signed with the public key as a shared secret",
      () => `Bearer ${forged("HS256")}`,
      "InvalidAuthenticationToken",
    ],
  ])("%s is answered 401 with a challenge", async (_title, header, code) => {
    const answer = await ask(header());
    expect(answer.status).toBe(401);
    expect(answer.body.error.code).toBe(code);
    expect(answer.headers["www-authenticate"]).toMatch(
      /^Bearer authorization_uri="https:\/\/login\.microsoftonline\.com\/[^"]+", error="invalid_token"/,
    );
  });

  it("a token without an end is refused", async () => {
    const answer = await ask(`Bearer ${endless()}`);
    expect(answer.status).toBe(401);
    expect(answer.body.error.code).toBe("InvalidAuthenticationToken");
  });

  it("a token for an audience that no header can hold is refused like any other", async () => {
    const answer = await ask(`Bearer ${token({ audience: "https://a\nb/\u{1f511}" })}`);
    expect(answer.status).toBe(401);
    expect(answer.body.error.code).toBe("InvalidAuthenticationTokenAudience");
    expect(answer.headers["www-authenticate"]).toContain("'https://a?b/??'");
  });

  it.each([
    ["management.azure.com", () => "https://management.azure.com"],
    ["management.azure.com with a slash", () => "https://management.azure.com/"],
    ["the endpoint's own URL", () => arm.server.url],
  ])("a token for %s is taken", async (_title, audience) => {
    expect((await ask(`Bearer ${token({ audience: audience() })}`)).status).toBe(200);
  });

  it("name the caller in the request log, and aren't in it", async () => {
    await arm.call("PUT", `${DEFINITION}/versions/1.0.0`, { location: "westus" });
    const { requests } = await arm.control("GET", "/requests?method=PUT");
    expect(requests.at(-1)).toMatchObject({
      caller: LOGGED_CALLER,
      apiVersion: "2025-03-03",
      body: { location: "westus" },
      bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 400,
      errorCode: "InvalidParameter",
    });
    expect(JSON.stringify(requests)).not.toContain("eyJ");
  });

  it.each([
    ["their caller", `caller=${LOGGED_CALLER.appid}`, 2],
    ["their api-version", "apiVersion=2021-04-01", 1],
    ["their correlation id", "correlationId=find-me", 1],
    ["their status and method", "method=get&status=404", 1],
    ["a part of the path", "pathContains=SUBSCRIPTIONS&status=", 2],
    ["a number", "after=1", 1],
    ["something else", "caller=nobody", 0],
  ])("calls are found by %s", async (_title, query, count) => {
    await arm.control("DELETE", "/requests");
    const authorization = `Bearer ${token()}`;
    const headers = { authorization, "x-ms-correlation-request-id": "find-me" };
    const first = await arm.call("GET", `/subscriptions/${SUBSCRIPTION}`, undefined, headers);
    expect(first.headers["x-ms-correlation-request-id"]).toBe("find-me");
    await arm.call("GET", "/subscriptions/none?api-version=2021-04-01");
    const [call] = (await arm.control("GET", "/requests")).requests;
    const asked = query.replace("after=1", `after=${call.number}`);
    expect((await arm.control("GET", `/requests?${asked}`)).requests).toHaveLength(count);
  });

  it("a filter that isn't known is refused", async () => {
    expect(await arm.control("GET", "/requests?verb=PUT")).toEqual({
      error: expect.stringContaining("verb"),
    });
  });
});
