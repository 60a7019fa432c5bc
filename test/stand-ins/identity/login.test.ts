import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { ClientSecretCredential } from "@azure/identity";
import jwt, { type JwtPayload } from "jsonwebtoken";
import { APP, startIdentity, TENANT, type IdentityFixture } from "./identity";

const DEVELOPER = {
  appId: "bbbbbbbb-0000-4000-8000-000000000003",
  objectId: "bbbbbbbb-0000-4000-8000-000000000002",
};
const SECRET = "a secret with : and ~";
const STRANGER = "cccccccc-0000-4000-8000-000000000003";

let identity: IdentityFixture;

beforeAll(async () => {
  identity = await startIdentity(`
identities:
  - { name: app, appId: ${APP.appId}, objectId: ${APP.objectId}, managedIdentity: systemAssigned }
  - { name: developer, appId: ${DEVELOPER.appId}, objectId: ${DEVELOPER.objectId}, secret: "${SECRET}" }
`);
});

afterAll(async () => {
  expect(await identity.stop()).toBe(0);
});

const url = (path: string): string => `${identity.program.facts["loginUrl"]}${path}`;

/** A call of the login, over TLS that is checked. */
const call = (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const options = { method: form === undefined ? "GET" : "POST", ca: identity.ca, headers };
    const outgoing = request(url(path), options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });

const claimsOf = (token: unknown): JwtPayload =>
  jwt.verify(String(token), readFileSync(identity.keys.tokenPublicKeyFile), {
    algorithms: ["RS256"],
    issuer: `https://sts.windows.net/${TENANT}/`,
  }) as JwtPayload;

const grant = {
  grant_type: "client_credentials",
  client_id: DEVELOPER.appId,
  client_secret: SECRET,
  scope: "https://management.azure.com/.default",
};

describe("as Microsoft Entra, with the real SDK", () => {
  const credential = (secret: string, clientId = DEVELOPER.appId, tenant = TENANT) =>
    new ClientSecretCredential(tenant, clientId, secret, {
      authorityHost: url(""),
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
      ...{ tlsOptions: { ca: identity.ca } },
    });

  test("a client with its secret gets a token for what it asked, as itself", async () => {
    const scope = "https://management.azure.com/.default";
    const { token, expiresOnTimestamp } = await credential(SECRET).getToken(scope);
    expect(claimsOf(token)).toMatchObject({
      aud: "https://management.azure.com",
      appid: DEVELOPER.appId,
      oid: DEVELOPER.objectId,
      tid: TENANT,
      appidacr: "1",
    });
    expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(3_500_000);
  });

  test.each([
    ["a wrong secret", () => credential("wrong"), /AADSTS7000215: Invalid client secret/],
    ["a client that isn't there", () => credential(SECRET, STRANGER), /AADSTS700016: Application/],
    [
      "a client without a secret",
      () => credential(SECRET, APP.appId),
      /AADSTS7000215: Invalid client secret/,
    ],
  ])("%s is refused in Entra's words", async (_case, made, message) => {
    const scope = "https://management.azure.com/.default";
    await expect(made().getToken(scope)).rejects.toThrow(message);
  });
});

describe("as ADFS", () => {
  test("the configuration names the endpoints, and the key verifies the token", async () => {
    const { body } = await call("/adfs/.well-known/openid-configuration");
    expect(body).toMatchObject({
      issuer: url("/adfs"),
      token_endpoint: url("/adfs/oauth2/token"),
      jwks_uri: url("/adfs/discovery/keys"),
    });
    const { body: keys } = await call("/adfs/discovery/keys");
    const issued = await call("/adfs/oauth2/token", grant);
    const [jwk] = keys["keys"] as JsonWebKey[];
    const key = createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
    expect(jwt.verify(String(issued.body["access_token"]), key)).toMatchObject({
      appid: DEVELOPER.appId,
    });
  });

  test.each([
    ["a scope", { scope: "https://management.azure.com/.default" }, "https://management.azure.com"],
    [
      // What the Azure CLI makes of an audience that ends in a slash.
      "a scope with two slashes",
      { scope: "https://management.core.windows.net//.default openid" },
      "https://management.core.windows.net/",
    ],
    ["a resource", { resource: "https://vault.azure.net", scope: "" }, "https://vault.azure.net"],
  ])("%s becomes the audience", async (_case, asked, audience) => {
    const { status, body } = await call("/adfs/oauth2/token", { ...grant, ...asked });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect(claimsOf(body["access_token"]).aud).toBe(audience);
  });

  test("id and secret may come in a Basic header", async () => {
    const { client_id: id, client_secret: secret, ...rest } = grant;
    const basic = Buffer.from(`${id}:${secret}`).toString("base64");
    const headers = { authorization: `Basic ${basic}` };
    const { body } = await call("/adfs/oauth2/token", rest, headers);
    expect(claimsOf(body["access_token"])["appid"]).toBe(DEVELOPER.appId);
  });

  test.each([
    ["a wrong secret", { client_secret: "no" }, 401, "invalid_client", /^MSIS9622/],
    ["an unknown client", { client_id: STRANGER }, 400, "invalid_client", /^MSIS9223/],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type", /^MSIS9611/],
    ["no resource", { scope: "openid" }, 400, "invalid_resource", /^MSIS9602/],
  ])("%s is refused", async (_case, change, status, error, description) => {
    const answer = await call("/adfs/oauth2/token", { ...grant, ...change });
    expect(answer).toEqual({
      status,
      body: { error, error_description: expect.stringMatching(description) },
    });
  });
});

describe("on the wire, as Entra", () => {
  test("version 1 and 2 of the token endpoint give the same", async () => {
    const { scope: _scope, ...rest } = grant;
    const first = { ...rest, resource: "https://management.azure.com/" };
    for (const [path, form] of [
      ["oauth2/token", first],
      ["oauth2/v2.0/token", grant],
    ] as const) {
      const { body } = await call(`/${TENANT}/${path}`, form);
      expect(claimsOf(body["access_token"])["oid"]).toBe(DEVELOPER.objectId);
    }
  });

  test.each([
    ["an unknown tenant", STRANGER, {}, 400, 90002],
    ["no grant", TENANT, { grant_type: "" }, 400, 900144],
    ["another grant", TENANT, { grant_type: "password" }, 400, 70003],
    ["a scope of another form", TENANT, { scope: "user.read" }, 400, 1002012],
  ])("%s is refused with its number", async (_case, tenant, change, status, number) => {
    const answer = await call(`/${tenant}/oauth2/v2.0/token`, { ...grant, ...change });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error_codes: [number],
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${number}: .* Trace ID: [0-9a-f-]{36} Correlation ID: `),
      ),
      correlation_id: expect.any(String),
    });
  });
});
