import { placeOfKey, type SetKey } from "../../../../src/domain/encryption/key-place";
import { healthySet } from "../../../support/fake-azure";
import { SUBSCRIPTION } from "../../../support/request-factory";

const VAULT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/Kv`;
const key = (change: Partial<SetKey> = {}): SetKey => ({
  url: "https://kv.vault.azure.net/keys/k/0123",
  rotates: false,
  principalIds: [],
  ...change,
});
const place = (change: Partial<SetKey> = {}) =>
  placeOfKey(healthySet("West", "westus", { key: key(change) }));
const here = { vaultName: "kv", subscriptionId: SUBSCRIPTION, keyName: "k", version: "0123" };
const { version: _version, ...current } = here;

test.each<[what: string, key: Partial<SetKey>, place: object]>([
  ["its version counts", {}, here],
  ["a set that rotates uses the current version", { rotates: true }, current],
  [
    "a URL without a version means the current one",
    { url: "https://kv.vault.azure.net/keys/k" },
    current,
  ],
  ["the vault's id is taken from the set", { sourceVaultId: VAULT }, { ...here, vaultId: VAULT }],
  [
    "a port and the case of the host don't matter",
    { url: "https://KV.vault.azure.net:443/keys/k/0123", sourceVaultId: VAULT.slice(1) },
    { ...here, vaultId: VAULT },
  ],
  [
    "other clouds have other hosts",
    { url: "https://kv.vault.usgovcloudapi.net/keys/k/0123" },
    here,
  ],
  ["a vault of another name isn't the key's", { sourceVaultId: `${VAULT}2` }, here],
  ["what isn't a vault isn't looked for", { sourceVaultId: VAULT.replace("vaults", "hsms") }, here],
])("%s", (_what, change, expected) => {
  expect(place(change)).toEqual(expected);
});

test.each<[what: string, key: Partial<SetKey>, why: string]>([
  ["in another tenant", { federatedClientId: "app" }, "in another tenant"],
  ["in a managed HSM", { url: "https://h.managedhsm.azure.net/keys/k/1" }, "in a managed HSM"],
  ["at no key's address", { url: "https://kv.vault.azure.net/secrets/k/1" }, "isn't the address"],
  ["on another host", { url: "https://kv.example.com/keys/k/1" }, "isn't the address"],
  ["in a path that climbs", { url: "https://kv.vault.azure.net/keys/../x" }, "isn't the address"],
])("a key %s is out of sight, with the reason", (_what, change, why) => {
  expect(place(change)).toMatchObject({ why: expect.stringContaining(why) as string });
});

test("a set that doesn't tell its key is out of sight", () => {
  expect(placeOfKey(healthySet("West", "westus"))).toHaveProperty("why");
});
