import { createArmGet } from "../../../src/azure/arm-get";
import { createKeys } from "../../../src/azure/keys";
import type { KeyPlace } from "../../../src/domain/encryption/key-place";
import { armResponse, createFakeArm, type Answer } from "../../support/fake-arm";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const PRINCIPAL = "99999999-9999-9999-9999-999999999999";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv`;
const ROLES = "/providers/Microsoft.Authorization";
const place: KeyPlace = {
  vaultName: "kv",
  vaultId: VAULT,
  subscriptionId: SUBSCRIPTION,
  keyName: "k",
  version: "0123",
};
const { vaultId: _vaultId, ...unplaced } = place;

const vault = (properties: object = {}) => ({
  id: VAULT,
  properties: { enablePurgeProtection: true, enableRbacAuthorization: true, ...properties },
});
const key = (properties: object = {}) => ({
  properties: { attributes: { enabled: true }, kty: "RSA", keySize: 3072, ...properties },
});
const healthy: Record<string, unknown> = {
  [VAULT]: vault(),
  [`${VAULT}/keys/k/versions/0123`]: key(),
  [`${VAULT}${ROLES}/roleAssignments`]: {
    value: [
      {
        properties: {
          scope: `${VAULT}/keys/k`,
          roleDefinitionId: `${ROLES}/roleDefinitions/r`,
          condition: null,
        },
      },
    ],
  },
  [`/subscriptions/${SUBSCRIPTION}${ROLES}/roleDefinitions/r`]: {
    properties: { permissions: [{ dataActions: ["Microsoft.KeyVault/vaults/keys/*"] }] },
  },
};

/** Reads against answers by path; what has none is answered 404. */
function reader(answers: Record<string, unknown> = healthy, refuse: Record<string, number> = {}) {
  const { clients } = createFakeArm(() => ({ status: 500 }));
  const sent: string[] = [];
  const arm = createArmGet(clients, "https://arm.test", {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      sent.push(`${decodeURIComponent(url.pathname)}${decodeURIComponent(url.search)}`);
      const body = answers[decodeURIComponent(url.pathname)];
      const refusal = Object.entries(refuse).find(([part]) => url.pathname.endsWith(part));
      const answer: Answer =
        refusal !== undefined
          ? { status: refusal[1], body: { error: { code: "No", message: "not you" } } }
          : body === undefined
            ? { status: 404, body: { error: { code: "ResourceNotFound", message: "gone" } } }
            : { status: 200, body };
      return armResponse(request, answer);
    },
  });
  return { keys: createKeys(arm), sent };
}

test("vault, version and roles are read, and become what the check judges", async () => {
  const { keys, sent } = reader();
  expect(await keys.read(place, [PRINCIPAL])).toEqual({
    vault: { kind: "seen", what: { id: VAULT, purgeProtection: true, softDelete: true } },
    key: { kind: "seen", what: { enabled: true, kty: "RSA", keySize: 3072, keyOps: [] } },
    access: {
      kind: "seen",
      what: [
        { principalId: PRINCIPAL, permitted: ["get", "wrapKey", "unwrapKey"], conditional: [] },
      ],
    },
  });
  expect(sent.sort()).toEqual(
    [
      `/subscriptions/${SUBSCRIPTION}${ROLES}/roleDefinitions/r?api-version=2022-04-01`,
      `${VAULT}?api-version=2023-07-01`,
      `${VAULT}/keys/k/versions/0123?api-version=2023-07-01`,
      `${VAULT}${ROLES}/roleAssignments?api-version=2022-04-01&$filter=assignedTo('${PRINCIPAL}')`,
    ].sort(),
  );
});

test("what several sets share is read once", async () => {
  const { keys, sent } = reader();
  await Promise.all([keys.read(place, [PRINCIPAL]), keys.read(place, [PRINCIPAL])]);
  await keys.read({ ...place, vaultId: VAULT.toUpperCase() }, []);
  expect(sent).toHaveLength(4);
});

test.each([
  [
    "closed",
    { publicNetworkAccess: "Disabled" },
    "public network access is disabled, bypass: not told",
  ],
  [
    "behind a firewall",
    { networkAcls: { defaultAction: "Deny", bypass: "AzureServices" } },
    "its networks are denied by default, bypass: AzureServices",
  ],
  ["open", { publicNetworkAccess: "Enabled", networkAcls: { defaultAction: "Allow" } }, undefined],
])("a vault that is %s tells it", async (_what, properties, because) => {
  const { keys } = reader({ ...healthy, [VAULT]: vault(properties) });
  const { vault: read } = await keys.read(place, []);
  expect(read.kind === "seen" && read.what.privateBecause).toBe(because);
});

test("a vault without role-based access has its policies, and no assignment is asked for", async () => {
  const accessPolicies = [{ objectId: PRINCIPAL, permissions: { keys: ["get", "wrapKey"] } }];
  const { keys, sent } = reader({
    ...healthy,
    [VAULT]: vault({ enableRbacAuthorization: null, accessPolicies }),
  });
  expect((await keys.read(place, [PRINCIPAL])).access).toMatchObject({
    what: [{ permitted: ["get", "wrapKey"] }],
  });
  expect(sent).toHaveLength(2);
});

test("purge protection that isn't told is off, and dates are read as seconds", async () => {
  const { keys } = reader({
    ...healthy,
    [VAULT]: vault({ enablePurgeProtection: null, enableSoftDelete: false }),
    [`${VAULT}/keys/k/versions/0123`]: key({ attributes: { enabled: false, nbf: 10, exp: 1e15 } }),
  });
  expect(await keys.read(place, [])).toMatchObject({
    vault: { what: { purgeProtection: false, softDelete: false } },
    key: { what: { enabled: false, notBefore: 10_000, expires: 8.64e15 } },
  });
});

test("without an id the vault is looked for in the set's subscription, by its name", async () => {
  const list = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults`;
  const found = reader({
    ...healthy,
    [list]: { value: [{ ...vault(), id: `${VAULT}2` }, vault()] },
  });
  expect((await found.keys.read(unplaced, [])).vault).toMatchObject({ what: { id: VAULT } });
  const none = reader({ ...healthy, [list]: { value: [] } });
  expect(await none.keys.read(unplaced, [])).toEqual({
    vault: { kind: "elsewhere", vaultName: "kv", subscriptionId: SUBSCRIPTION },
  });
});

test.each([
  ["the vault", { "/kv": 403 }, { vault: { kind: "refused" }, key: { kind: "seen" } }],
  ["the key", { "/0123": 403 }, { vault: { kind: "seen" }, key: { kind: "refused" } }],
  [
    "the roles",
    { "/roleAssignments": 401 },
    { key: { kind: "seen" }, access: { kind: "refused" } },
  ],
  ["a role", { "/r": 403 }, { key: { kind: "seen" }, access: { kind: "refused" } }],
])("a refusal to show %s leaves the rest to be seen", async (_what, refuse, expected) => {
  const reading = await reader(healthy, refuse).keys.read(place, [PRINCIPAL]);
  expect(reading).toMatchObject(expected);
});

test("a vault and a key that aren't there are told in Azure's words", async () => {
  expect(await reader({}).keys.read(place, [])).toEqual({
    vault: { kind: "missing", azureSays: "ResourceNotFound: gone" },
  });
  expect(await reader({ [VAULT]: vault() }).keys.read(place, [])).toMatchObject({
    key: { kind: "missing", azureSays: "ResourceNotFound: gone" },
  });
});

test("trouble that passes is thrown, so that the run asks again", async () => {
  await expect(reader(healthy, { "/0123": 503 }).keys.read(place, [])).rejects.toMatchObject({
    fault: { advice: "transient" },
  });
});

test("a page's link to another host isn't followed with a token", async () => {
  const list = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults`;
  const { keys, sent } = reader({ [list]: { value: [], nextLink: "https://evil.test/next" } });
  await expect(keys.read(unplaced, [])).rejects.toThrow("isn't on arm.test");
  expect(sent).toHaveLength(1);
});
