import { readFileSync } from "node:fs";
import { DefaultAzureCredential, ManagedIdentityCredential } from "@azure/identity";
import jwt, { type JwtPayload } from "jsonwebtoken";
import { pino } from "pino";
import { createManagedIdentity } from "../../../src/local/identity/managed-identity";
import { runToEnd } from "../stack/program-under-test";
import { APP, IDENTITY_HEADER, startIdentity, TENANT, type IdentityFixture } from "./identity";

const OTHER = "aaaaaaaa-0000-4000-8000-000000000011";

let identity: IdentityFixture;

beforeAll(async () => {
  identity = await startIdentity(`
identities:
  - { name: app, appId: ${APP.appId}, objectId: ${APP.objectId}, managedIdentity: systemAssigned }
  - { name: other, appId: ${OTHER}, objectId: ${OTHER}, managedIdentity: userAssigned }
  - { name: elsewhere, appId: ${TENANT}, objectId: ${TENANT}, secret: s }
`);
});

afterAll(async () => {
  expect(await identity.stop()).toBe(0);
});

describe("with the real Azure SDK", () => {
  const kept = { ...process.env };
  beforeEach(() => {
    process.env["IDENTITY_ENDPOINT"] = identity.program.facts["endpoint"];
    process.env["IDENTITY_HEADER"] = IDENTITY_HEADER;
    process.env["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential";
  });
  afterEach(() => {
    process.env = { ...kept };
  });

  const verified = (token: string, audience: string): JwtPayload =>
    jwt.verify(token, readFileSync(identity.keys.tokenPublicKeyFile), {
      algorithms: ["RS256"],
      audience,
      issuer: `https://sts.windows.net/${TENANT}/`,
    }) as JwtPayload;

  test.each(["https://management.azure.com", "https://storage.azure.com"])(
    "DefaultAzureCredential gets a token for %s that the public key verifies",
    async (resource) => {
      const token = await new DefaultAzureCredential().getToken(`${resource}/.default`);
      const claims = verified(token.token, resource);
      expect(claims).toMatchObject({
        oid: APP.objectId,
        appid: APP.appId,
        tid: TENANT,
        ver: "1.0",
      });
      expect(token.expiresOnTimestamp).toBe((claims.exp ?? 0) * 1000);
      const lifetimeSeconds = (claims.exp ?? 0) - Date.now() / 1000;
      expect(lifetimeSeconds).toBeGreaterThan(3590);
      expect(lifetimeSeconds).toBeLessThanOrEqual(3600);
    },
  );

  test("a user-assigned identity is found by its client id, and only by the right one", async () => {
    const scope = "https://management.azure.com/.default";
    const token = await new ManagedIdentityCredential({ clientId: OTHER }).getToken(scope);
    expect(verified(token.token, "https://management.azure.com")["appid"]).toBe(OTHER);
    // An identity that isn't assigned to the app isn't found, though it exists.
    const other = new ManagedIdentityCredential({ clientId: TENANT });
    await expect(other.getToken(scope)).rejects.toThrow(/No User Assigned or Delegated/);
  });
});

test("without its client id a user-assigned identity isn't found, as in Azure, even where it is the only one", async () => {
  const app = createManagedIdentity({
    identityHeader: IDENTITY_HEADER,
    identities: [{ ...APP, name: "app", tenantId: TENANT, managedIdentity: "userAssigned" }],
    issuer: { issue: () => ({ token: "t", expiresOn: 1 }), jwk: {}, lifetimeSeconds: 1 },
    log: pino({ enabled: false }),
  });
  const path = "/msi/token?resource=r&api-version=2019-08-01";
  const headers = { "X-IDENTITY-HEADER": IDENTITY_HEADER };
  expect((await app.request(path, { headers })).status).toBe(400);
  expect((await app.request(`${path}&client_id=${APP.appId}`, { headers })).status).toBe(200);
});

describe("on the wire", () => {
  const ask = (
    query: string,
    headers: Record<string, string> = { "X-IDENTITY-HEADER": IDENTITY_HEADER },
  ) => fetch(`${identity.program.facts["endpoint"]}?${query}`, { headers });
  const good = "resource=https%3A%2F%2Fvault.azure.net&api-version=2019-08-01";

  test("expires_on is a string of seconds since 1970, as App Service sends it", async () => {
    const body = await (await ask(good)).json();
    expect(body).toMatchObject({
      token_type: "Bearer",
      resource: "https://vault.azure.net",
      client_id: APP.appId,
      expires_on: expect.stringMatching(/^\d{10}$/),
    });
  });

  test.each([
    ["no secret header", good, {}, 401],
    ["a wrong secret header", good, { "X-IDENTITY-HEADER": "no" }, 401],
    ["no api-version", "resource=r", undefined, 400],
    ["another api-version", "resource=r&api-version=2018-02-01", undefined, 400],
    ["no resource", "api-version=2019-08-01", undefined, 400],
    ["an identity by resource id", `${good}&mi_res_id=/x`, undefined, 400],
  ])("%s is refused", async (_case, query, headers, status) => {
    const response = await ask(query, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      statusCode: status,
      message: expect.any(String),
      correlationId: expect.any(String),
    });
  });
});

describe("mistakes at the start", () => {
  const GIVEN = ["--identity-header", "x", "--cert", "c", "--key", "k", "--signing-key", "k"];

  test.each([
    ["an unknown option", ["--nonsense"], "Unknown option '--nonsense'"],
    ["no certificate", ["--key", "k", "--signing-key", "k"], "--cert is missing"],
    ["no signing key", ["--cert", "c", "--key", "k"], "--signing-key is missing"],
    [
      "a key file that isn't there",
      [...GIVEN, "--signing-key", "/nowhere/key"],
      "can't use the signing key /nowhere/key",
    ],
    ["a world file that isn't there", [...GIVEN, "--world", "/no/world"], "can't read /no/world"],
    [
      "a lifetime that is no number",
      [...GIVEN, "--token-lifetime", "1h"],
      '--token-lifetime must be a whole number from 1 to 86400, not "1h"',
    ],
  ])("%s is one readable line and exit code 2", async (_case, args, message) => {
    const ended = await runToEnd("identity", args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("a port in use is said with the option that changes it", async () => {
    const port = new URL(identity.program.facts["endpoint"] ?? "").port;
    const ended = await runToEnd("identity", [...GIVEN, "--port", port]);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain(`port ${port} on 127.0.0.1 is in use`);
  });
});
