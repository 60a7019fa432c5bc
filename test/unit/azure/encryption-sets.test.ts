import { createEncryptionSets } from "../../../src/azure/encryption-sets";
import { createFakeArm, type Answer } from "../../support/fake-arm";
import { setId, SUBSCRIPTION } from "../../support/request-factory";

const wire = (name: string, properties: object = {}) => ({
  id: setId(name),
  name,
  location: "westus",
  tags: { purpose: name },
  properties: {
    encryptionType: "EncryptionAtRestWithCustomerKey",
    provisioningState: "Succeeded",
    ...properties,
  },
});
const read = (name: string) => ({
  id: setId(name),
  location: "westus",
  encryptionType: "EncryptionAtRestWithCustomerKey",
  provisioningState: "Succeeded",
  tags: { purpose: name },
});
const sets = (answer: Answer) => createEncryptionSets(createFakeArm(() => answer).clients);

test("a set is read with what decides whether it fits", async () => {
  const rotation = { autoKeyRotationError: { code: "KeyVaultAccessForbidden", message: "no" } };
  expect(await sets({ status: 200, body: wire("a", rotation) }).get(setId("a"))).toEqual({
    set: { ...read("a"), autoKeyRotationError: "KeyVaultAccessForbidden: no" },
  });
});

test("a set is read with its key and its identities", async () => {
  const assigned = {
    "/subscriptions/s/…/userAssignedIdentities/i": { principalId: "u", clientId: "c" },
  };
  const body = {
    ...wire("a", {
      activeKey: { keyUrl: "https://kv.vault.azure.net/keys/k/1", sourceVault: { id: "/vault" } },
      rotationToLatestKeyVersionEnabled: true,
      federatedClientId: "None",
    }),
    identity: { principalId: "p", userAssignedIdentities: assigned },
  };
  expect(await sets({ status: 200, body }).get(setId("a"))).toEqual({
    set: {
      ...read("a"),
      key: {
        url: "https://kv.vault.azure.net/keys/k/1",
        sourceVaultId: "/vault",
        rotates: true,
        principalIds: ["p", "u"],
      },
    },
  });
  const other = wire("a", { activeKey: { keyUrl: "u" }, federatedClientId: "app" });
  expect(await sets({ status: 200, body: other }).get(setId("a"))).toMatchObject({
    set: { key: { rotates: false, federatedClientId: "app", principalIds: [] } },
  });
});

test("a set that isn't there carries Azure's words", async () => {
  const error = { code: "ResourceNotFound", message: "The Resource 'a' was not found." };
  expect(await sets({ status: 404, body: { error } }).get(setId("a"))).toEqual({
    missing: "ResourceNotFound: The Resource 'a' was not found.",
  });
});

test("a refusal to read isn't taken for a missing set", async () => {
  await expect(sets({ status: 403 }).get(setId("a"))).rejects.toMatchObject({
    fault: { advice: "operator", status: 403 },
  });
});

test("all sets of a subscription are listed over several pages", async () => {
  const arm = createFakeArm(({ url }) =>
    url.searchParams.has("page")
      ? { status: 200, body: { value: [wire("b")] } }
      : {
          status: 200,
          body: {
            value: [wire("a")],
            nextLink: `https://arm.test${url.pathname}?api-version=${url.searchParams.get("api-version") ?? ""}&page=2`,
          },
        },
  );
  const found = await createEncryptionSets(arm.clients).list(SUBSCRIPTION);
  expect(found).toEqual([read("a"), read("b")]);
});
