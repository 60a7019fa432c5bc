import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComputeManagementClient } from "@azure/arm-compute";
import { ClientSecretCredential } from "@azure/identity";
import { provideKeys } from "../../../src/local/stack/keys";
import { certificates } from "../arm/support/certificates";
import { startProgram, type ProgramUnderTest } from "../stack/program-under-test";

const TENANT = "11111111-1111-1111-1111-111111111111";
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const SAMPLE = join(__dirname, "../../../samples/world.yaml");
const DEVELOPER = ["55555555-5555-5555-5555-555555555555", "local-stack"] as const;
const AUDITOR = ["77777777-7777-7777-7777-777777777777", "local-stack-auditor"] as const;

/** The two programs as the stack starts them, on the sample world. */
let arm: ProgramUnderTest;
let identity: ProgramUnderTest;
let ca: string;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "foreign-"));
  const keys = await provideKeys(directory);
  const pems = await certificates();
  ca = pems.ca;
  writeFileSync(join(directory, "leaf.pem"), pems.cert);
  writeFileSync(join(directory, "leaf.key"), pems.key);
  const tls = ["--cert", join(directory, "leaf.pem"), "--key", join(directory, "leaf.key")];
  identity = await startProgram("identity", [
    ...[...tls, "--world", SAMPLE, "--identity-header", "x"],
    ...["--signing-key", keys.tokenSigningKeyFile],
  ]);
  arm = await startProgram("arm", [
    ...[...tls, "--world", SAMPLE, "--token-key", keys.tokenPublicKeyFile, "--speed", "3000"],
    ...["--login-url", `${identity.facts["loginUrl"]}/`],
  ]);
});

afterAll(async () => {
  await Promise.all([arm.stop(), identity.stop()]);
  rmSync(directory, { recursive: true });
});

/** What a call without anything but the address is answered. */
const ask = (url: string, init: { token?: string; form?: Record<string, string> } = {}) =>
  new Promise<{ status: number; challenge?: string; body: Record<string, unknown> }>(
    (resolve, reject) => {
      const { token, form } = init;
      const outgoing = request(
        url,
        {
          ca,
          method: form === undefined ? "GET" : "POST",
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              challenge: response.headers["www-authenticate"] ?? "",
              body: JSON.parse(text),
            }),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(form === undefined ? undefined : new URLSearchParams(form).toString());
    },
  );

const client = ([clientId, secret]: readonly [string, string]): ComputeManagementClient => {
  const tlsOptions = { ca };
  const options = { authorityHost: identity.facts["loginUrl"] ?? "", tlsOptions };
  const credential = new ClientSecretCredential(TENANT, clientId, secret, {
    ...options,
    disableInstanceDiscovery: true,
  });
  const endpoint = arm.facts["url"] ?? "";
  const retryOptions = { maxRetries: 0 };
  return new ComputeManagementClient(credential, SUBSCRIPTION, {
    endpoint,
    tlsOptions,
    retryOptions,
    // The SDK would ask for a token of the endpoint's own address.
    credentials: { scopes: ["https://management.azure.com/.default"] },
  });
};

it("a program that logs in with a secret does what its rights allow, with the real SDKs", async () => {
  const galleries = client(DEVELOPER).galleries;
  const gallery = await galleries.createOrUpdate("myResourceGroup", "Mine", { location: "westus" });
  expect(gallery.provisioningState).toBe("Succeeded");
  const auditor = client(AUDITOR);
  expect((await auditor.galleries.get("myResourceGroup", "Mine")).name).toBe("Mine");
  for (const refused of [
    auditor.galleries.createOrUpdate("myResourceGroup", "Theirs", { location: "westus" }),
    auditor.diskEncryptionSets.get("myResourceGroup", "WestUSDiskEncryptionSet1"),
  ])
    await expect(refused).rejects.toMatchObject({ statusCode: 403, code: "AuthorizationFailed" });
});

it("the way of the Azure CLI leads from the address to a token that is taken", async () => {
  const url = arm.facts["url"] ?? "";
  const { body: cloud } = await ask(`${url}/metadata/endpoints?api-version=2015-01-01`);
  const { loginEndpoint, audiences } = cloud["authentication"] as {
    loginEndpoint: string;
    audiences: string[];
  };
  expect(loginEndpoint).toMatch(/\/adfs$/);
  const { body: found } = await ask(`${loginEndpoint}/.well-known/openid-configuration`);
  const [id, secret] = DEVELOPER;
  for (const audience of audiences) {
    const { body } = await ask(String(found["token_endpoint"]), {
      form: {
        grant_type: "client_credentials",
        client_id: id,
        client_secret: secret,
        scope: `${audience}/.default`,
      },
    });
    const listed = await ask(`${url}/subscriptions?api-version=2019-11-01`, {
      token: String(body["access_token"]),
    });
    expect(listed).toMatchObject({ status: 200, body: { value: [{ tenantId: TENANT }] } });
  }
});

it("who has no token is told where there are some, and a token for something else isn't taken", async () => {
  const subscription = `${arm.facts["url"]}/subscriptions/${SUBSCRIPTION}?api-version=2022-12-01`;
  const without = await ask(subscription);
  expect(without.status).toBe(401);
  const uri = /authorization_uri="([^"]+)"/.exec(without.challenge ?? "")?.[1];
  expect(uri).toBe(`${identity.facts["loginUrl"]}/${TENANT}`);
  const [id, secret] = DEVELOPER;
  const form = { grant_type: "client_credentials", client_id: id, client_secret: secret };
  const vault = { ...form, resource: "https://vault.azure.net" };
  const { body } = await ask(`${uri}/oauth2/token`, { form: vault });
  const refused = await ask(subscription, { token: String(body["access_token"]) });
  expect(refused).toMatchObject({
    status: 401,
    body: { error: { code: "InvalidAuthenticationTokenAudience" } },
  });
});
