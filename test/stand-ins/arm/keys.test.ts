import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { des, SUBSCRIPTION, testWorld } from "./support/worlds";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup`;
const vault = (name: string): string => `${GROUP}/providers/Microsoft.KeyVault/vaults/${name}`;
const ROLES = "/providers/Microsoft.Authorization";
const OLD = "0123456789abcdef0123456789abcdef";
const here = `resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus`;
const WORLD = testWorld(`keyVaults:
  - name: kv-roles
    ${here.replaceAll(", ", "\n    ")}
    grants: [{ diskEncryptionSet: westus-data, permissions: [get] }]
    keys:
      - name: granted
        kty: EC
        notBefore: 2026-01-01T00:00:00Z
        versions: [{ name: ${OLD}, enabled: false, expires: 2027-01-01T00:00:00Z }]
        grants:
          - { diskEncryptionSet: westus-os }
          - { diskEncryptionSet: eastus2-os, afterSeconds: 100 }
      - { name: other }
  - name: kv-policies
    ${here.replaceAll(", ", "\n    ")}
    authorization: accessPolicies
    purgeProtection: false
    softDelete: false
    publicNetworkAccess: Disabled
    networkAcls: { defaultAction: Deny, bypass: None }
    grants:
      - { diskEncryptionSet: westus-os, permissions: [get, wrapKey] }
      - { diskEncryptionSet: westus-data, afterSeconds: 100 }
    keys: [{ name: one }, { name: two }]
`).replace(
  "images:\n",
  `  - { name: shared-1, ${here}, userAssignedIdentity: shared }
  - { name: shared-2, ${here}, userAssignedIdentity: shared, keyUrl: https://elsewhere.vault.azure.net/keys/k/1 }
images:
`,
);

let arm: ArmFixture;
beforeAll(async () => (arm = await startArm({ world: WORLD })));
afterAll(async () => {
  await arm.stop();
  discard(arm);
});
const get = async (path: string) => (await arm.call("GET", path)).body;
const identityOf = async (set: string) => (await get(des(set))).identity;
const principalOf = async (set: string): Promise<string> => (await identityOf(set)).principalId;
const assignments = async (scope: string, filter?: string): Promise<[string, string, string][]> => {
  const query = filter === undefined ? "" : `&$filter=${encodeURIComponent(filter)}`;
  const { value } = await get(`${scope}${ROLES}/roleAssignments?api-version=2022-04-01${query}`);
  return value.map(
    ({ properties: it }: { properties: Record<string, string> }) =>
      [it["scope"], it["principalId"], it["roleDefinitionId"]] as [string, string, string],
  );
};
const dataActions = async (definition: string): Promise<string[]> =>
  (await get(`${definition}?api-version=2022-04-01`)).properties.permissions[0].dataActions;

describe("identities of disk encryption sets", () => {
  it("are the same whenever they are read, and of the set's tenant", async () => {
    const identity = await identityOf("westus-os");
    expect(identity).toEqual({
      type: "SystemAssigned",
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      tenantId: "11111111-1111-1111-1111-111111111111",
    });
    expect(await identityOf("WESTUS-OS")).toEqual(identity);
    expect(await principalOf("westus-data")).not.toBe(identity.principalId);
  });

  it("that stand by themselves are shared", async () => {
    const one = await identityOf("shared-1");
    expect(one).toMatchObject({ type: "UserAssigned" });
    expect(one).not.toHaveProperty("principalId");
    expect(Object.keys(one.userAssignedIdentities)).toEqual([
      `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shared`,
    ]);
    expect(await identityOf("shared-2")).toEqual(one);
  });

  it("of a set that is made over REST are given to it, whatever the body says of them", async () => {
    const { body } = await arm.call("PUT", des("made"), {
      location: "westus",
      identity: { type: "SystemAssigned", principalId: "mine" },
      properties: { activeKey: { keyUrl: "https://kv.vault.azure.net/keys/k/1" } },
    });
    expect(body.identity.principalId).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.identity).toEqual(await identityOf("made"));
  });
});

describe("vaults, keys and versions", () => {
  it("of sets that name none are there, and the sets say where", async () => {
    const { activeKey } = (await get(des("eastus2-os"))).properties;
    expect(activeKey.sourceVault.id).toBe(vault("kv-eastus2"));
    const [, , host, , key, version] = activeKey.keyUrl.split("/");
    expect(host).toBe("kv-eastus2.vault.azure.net");
    const path = `${vault("kv-eastus2")}/keys/${key}`;
    expect((await get(`${path}/versions/${version}`)).properties).toEqual(
      (await get(path)).properties,
    );
    // Another subscription's vault isn't said.
    const there = des("eastus2-os", "22222222-2222-2222-2222-222222222222");
    expect((await get(there)).properties.activeKey).not.toHaveProperty("sourceVault");
  });

  it("tell what the world says of them", async () => {
    expect((await get(vault("kv-roles"))).properties).toMatchObject({
      tenantId: "11111111-1111-1111-1111-111111111111",
      enableSoftDelete: true,
      enablePurgeProtection: true,
      enableRbacAuthorization: true,
      publicNetworkAccess: "Enabled",
      networkAcls: { defaultAction: "Allow", bypass: "AzureServices" },
      accessPolicies: [],
    });
    const { properties } = await get(vault("kv-policies"));
    expect(properties).not.toHaveProperty("enablePurgeProtection");
    expect(properties).toMatchObject({
      enableSoftDelete: false,
      enableRbacAuthorization: false,
      publicNetworkAccess: "Disabled",
      networkAcls: { defaultAction: "Deny", bypass: "None" },
    });
    expect((await get(`${vault("kv-roles")}/keys/granted`)).properties).toMatchObject({
      attributes: { enabled: true, nbf: Date.UTC(2026, 0, 1) / 1000 },
      kty: "EC",
      curveName: "P-256",
    });
    expect((await get(`${vault("kv-roles")}/keys/other`)).properties).toMatchObject({
      kty: "RSA",
      keySize: 2048,
      keyOps: ["wrapKey", "unwrapKey"],
    });
  });

  it("versions have a state of their own, and only those listed are there", async () => {
    const key = `${vault("kv-roles")}/keys/granted`;
    const old = await get(`${key}/versions/${OLD}`);
    expect(old).toMatchObject({
      id: `${key}/versions/${OLD}`,
      name: OLD,
      properties: { attributes: { enabled: false, exp: Date.UTC(2027, 0, 1) / 1000 } },
    });
    expect(old.properties.attributes).not.toHaveProperty("nbf");
    expect((await get(`${key}/versions`)).value).toHaveLength(2);
    expect((await arm.call("GET", `${key}/versions/fedc`)).status).toBe(404);
    expect((await arm.call("GET", `${vault("kv-roles")}/keys/none/versions/1`)).status).toBe(404);
    // Without a list whatever is named is like the key.
    expect(await get(`${vault("kv-roles")}/keys/other/versions/fedc`)).toMatchObject({
      properties: { attributes: { enabled: true } },
    });
  });
});

describe("who may use a key", () => {
  it("by roles: over the key or over the vault, and what the role permits", async () => {
    const [os, data] = [await principalOf("westus-os"), await principalOf("westus-data")];
    const found = await assignments(vault("kv-roles"), `assignedTo('${os}')`);
    expect(found).toEqual([
      [`${vault("kv-roles")}/keys/granted`, os, expect.stringContaining("e147488a") as string],
    ]);
    expect(await dataActions(found[0]?.[2] ?? "")).toEqual([
      "Microsoft.KeyVault/vaults/keys/read",
      "Microsoft.KeyVault/vaults/keys/wrap/action",
      "Microsoft.KeyVault/vaults/keys/unwrap/action",
    ]);
    const [less, ...more] = await assignments(vault("kv-roles"), `principalId eq '${data}'`);
    expect(more).toEqual([]);
    expect(less?.[0]).toBe(vault("kv-roles"));
    expect(await dataActions(less?.[2] ?? "")).toEqual(["Microsoft.KeyVault/vaults/keys/read"]);
  });

  it("are asked about any scope, at and above it, and below unless that is left out", async () => {
    const os = await principalOf("westus-os");
    const to = `assignedTo('${os}')`;
    const key = `${vault("kv-roles")}/keys/granted`;
    expect(await assignments(key, `atScope() and ${to}`)).toHaveLength(1);
    expect(await assignments(vault("kv-roles"), `atScope() and ${to}`)).toHaveLength(0);
    expect(await assignments(`${vault("kv-roles")}/keys/other`, to)).toHaveLength(0);
    expect((await assignments(vault("kv-roles"), to)).map(([scope]) => scope)).toEqual([key]);
    const wrong = `${GROUP}${ROLES}/roleAssignments?api-version=2022-04-01&$filter=name eq 'x'`;
    expect((await arm.call("GET", wrong)).status).toBe(400);
    const none = `/subscriptions/${SUBSCRIPTION}${ROLES}/roleDefinitions/none`;
    expect((await arm.call("GET", none)).body.error.code).toBe("RoleDefinitionDoesNotExist");
  });

  it("every set, where neither vault nor key has a list", async () => {
    const found = await assignments(
      vault("kv-westus"),
      `assignedTo('${await principalOf("eastus2-os")}')`,
    );
    expect(found.map(([scope]) => scope)).toContain(`${vault("kv-westus")}/keys/westus-os`);
  });

  it("by access policies, which hold for the whole vault, and no assignment", async () => {
    const os = await principalOf("westus-os");
    expect((await get(vault("kv-policies"))).properties.accessPolicies).toEqual([
      {
        tenantId: "11111111-1111-1111-1111-111111111111",
        objectId: os,
        permissions: { keys: ["get", "wrapKey"], secrets: [], certificates: [] },
      },
    ]);
    expect(await assignments(vault("kv-policies"))).toEqual([]);
    const url = "https://kv-policies.vault.azure.net/keys/one";
    expect(await arm.control("PUT", "/keys", { key: url, grants: [] })).toHaveProperty("error");
  });

  it("grants that begin later aren't there before", async () => {
    const [late, data] = [await principalOf("eastus2-os"), await principalOf("westus-data")];
    const ofLate = () => assignments(`${vault("kv-roles")}/keys/granted`, `assignedTo('${late}')`);
    const policies = async () => (await get(vault("kv-policies"))).properties.accessPolicies;
    expect(await ofLate()).toHaveLength(0);
    await arm.pass(100);
    expect(await ofLate()).toHaveLength(1);
    expect((await policies()).at(-1)).toMatchObject({ objectId: data });
  });
});

describe("rights to look", () => {
  it.each([
    ["Microsoft.KeyVault/vaults/read", vault("kv-roles")],
    ["Microsoft.KeyVault/vaults/keys/read", `${vault("kv-roles")}/keys/granted`],
    [
      "Microsoft.KeyVault/vaults/keys/versions/read",
      `${vault("kv-roles")}/keys/granted/versions/${OLD}`,
    ],
    [
      "Microsoft.Authorization/roleAssignments/read",
      `${vault("kv-roles")}${ROLES}/roleAssignments`,
    ],
    [
      "Microsoft.Authorization/roleDefinitions/read",
      `/subscriptions/${SUBSCRIPTION}${ROLES}/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6`,
    ],
  ])("%s is asked for", async (action, path) => {
    const world = `${WORLD}identities:
  - { name: a, appId: "33333333-3333-3333-3333-333333333333", objectId: "22222222-2222-2222-2222-222222222222", rights: [{ actions: ["*"], notActions: ["${action}"] }] }
`;
    const refusing = await startArm({ world });
    const { status, body } = await refusing.call("GET", path);
    await refusing.stop();
    discard(refusing);
    expect([status, body.error.message]).toEqual([403, expect.stringContaining(action) as string]);
  });
});
