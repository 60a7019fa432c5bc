import {
  accessByPolicies,
  accessByRoles,
  type AccessPolicy,
  type RoleAssignment,
} from "../../../../src/domain/encryption/key-access";

const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv";
const KEY = `${VAULT}/keys/k`;
const KEYS = "Microsoft.KeyVault/vaults/keys";
const ENCRYPTION_USER = [`${KEYS}/read`, `${KEYS}/wrap/action`, `${KEYS}/unwrap/action`];
const role = (
  change: Partial<RoleAssignment> = {},
  dataActions = ENCRYPTION_USER,
): RoleAssignment => ({
  scope: VAULT,
  conditional: false,
  permissions: [{ dataActions, notDataActions: [] }],
  ...change,
});
const byRoles = (...assignments: RoleAssignment[]): string[] =>
  accessByRoles("p", assignments, { vaultId: VAULT, keyId: KEY }).permitted;

test.each<[what: string, assignments: RoleAssignment[], permitted: string[]]>([
  ["a role over the vault", [role()], ["get", "wrapKey", "unwrapKey"]],
  [
    "a role over the key, whatever the case",
    [role({ scope: KEY.toUpperCase() })],
    ["get", "wrapKey", "unwrapKey"],
  ],
  [
    "a role over the subscription",
    [role({ scope: "/subscriptions/s" })],
    ["get", "wrapKey", "unwrapKey"],
  ],
  [
    "a role over a management group",
    [role({ scope: "/providers/M/mg/x" })],
    ["get", "wrapKey", "unwrapKey"],
  ],
  ["a role over another key", [role({ scope: `${VAULT}/keys/k2` })], []],
  ["a wildcard", [role({}, ["Microsoft.KeyVault/vaults/*"])], ["get", "wrapKey", "unwrapKey"]],
  ["a wildcard for actions", [role({}, [`${KEYS}/*/action`])], ["wrapKey", "unwrapKey"]],
  ["a role that reads", [role({}, [`${KEYS}/read`])], ["get"]],
  ["a role for secrets", [role({}, ["Microsoft.KeyVault/vaults/secrets/*"])], []],
  [
    "several roles together",
    [role({}, [`${KEYS}/read`]), role({}, [`${KEYS}/*wrap/action`])],
    ["get", "wrapKey", "unwrapKey"],
  ],
  [
    "a role with an exception",
    [role({ permissions: [{ dataActions: ["*"], notDataActions: [`${KEYS}/unwrap/action`] }] })],
    ["get", "wrapKey"],
  ],
  [
    "an exception that takes nothing from another role",
    [role({ permissions: [{ dataActions: ["*"], notDataActions: ["*"] }] }), role()],
    ["get", "wrapKey", "unwrapKey"],
  ],
  ["nothing", [], []],
])("%s permits what it says", (_what, assignments, permitted) => {
  expect(byRoles(...assignments)).toEqual(permitted);
});

test("a role with a condition is told apart", () => {
  const found = accessByRoles("p", [role({ conditional: true })], { vaultId: VAULT, keyId: KEY });
  expect(found).toEqual({
    principalId: "p",
    permitted: [],
    conditional: ["get", "wrapKey", "unwrapKey"],
  });
});

test.each<[what: string, policies: AccessPolicy[], permitted: string[]]>([
  [
    "its own policy",
    [{ objectId: "P", keyPermissions: ["Get", "WRAPKEY", "unwrapKey"] }],
    ["get", "wrapKey", "unwrapKey"],
  ],
  [
    "a policy for all",
    [{ objectId: "p", keyPermissions: ["all"] }],
    ["get", "wrapKey", "unwrapKey"],
  ],
  ["a policy for less", [{ objectId: "p", keyPermissions: ["get", "list"] }], ["get"]],
  ["somebody else's policy", [{ objectId: "q", keyPermissions: ["all"] }], []],
  [
    "a policy for users of an application",
    [{ objectId: "p", applicationId: "a", keyPermissions: ["all"] }],
    [],
  ],
])("%s permits what it says", (_what, policies, permitted) => {
  expect(accessByPolicies("p", policies).permitted).toEqual(permitted);
});
