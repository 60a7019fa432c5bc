import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { createComputeClients, type ComputeClients } from "../../src/azure/compute-clients";
import { createArmGet } from "../../src/azure/arm-get";
import { createDisks } from "../../src/azure/disks";
import { createEncryptionSets } from "../../src/azure/encryption-sets";
import { createKeys } from "../../src/azure/keys";
import { createImageVersions } from "../../src/azure/image-versions";
import { createSources } from "../../src/azure/sources";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g`;
const image = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: "g",
  gallery: "gal",
  definition: "def",
  version: "1.0.0",
  location: "westus",
};

/** What the SDK's versions of these types are; a newer package must not move them unseen. */
const GALLERIES = "2025-12-03";
const DISKS = "2026-03-02";
/** What we send ourselves. */
const KEY_VAULTS = "2023-07-01";
const ROLES = "2022-04-01";

interface Sent {
  method: string;
  type: string;
  apiVersion: string | null;
}

/** Clients whose calls end in a policy that notes them and answers 404; nothing leaves the process. */
function recordingClients(): { clients: ComputeClients; sent: Sent[] } {
  const sent: Sent[] = [];
  const real = createComputeClients({
    endpoint: "https://management.azure.com",
    scope: "https://management.azure.com/.default",
    credential: { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 1e7 }) },
  });
  const prepared = new Set<unknown>();
  const clients: ComputeClients = (subscriptionId) => {
    const client = real(subscriptionId);
    if (prepared.has(client)) return client;
    prepared.add(client);
    client.pipeline.addPolicy(
      {
        name: "answerHere",
        async sendRequest(request): Promise<PipelineResponse> {
          const url = new URL(request.url);
          const types = url.pathname.split("/").filter((_, index) => index > 6 && index % 2 === 1);
          sent.push({
            method: request.method,
            type: types.join("/"),
            apiVersion: url.searchParams.get("api-version"),
          });
          return {
            request,
            status: 404,
            headers: createHttpHeaders(),
            bodyAsText: '{"error":{"code":"ResourceNotFound","message":"not here"}}',
          };
        },
      },
      { afterPhase: "Sign" },
    );
    return client;
  };
  return { clients, sent };
}

const refused = (call: Promise<unknown>): Promise<unknown> =>
  expect(call).rejects.toThrow("ResourceNotFound");

test("image versions and definitions are read and written by the api-version that was tried", async () => {
  const { clients, sent } = recordingClients();
  const versions = createImageVersions(clients, "https://management.azure.com");
  await versions.get(image);
  await refused(
    versions.put(image, {
      location: "westus",
      tags: {},
      publishingProfile: { targetRegions: [] },
      storageProfile: {},
      safetyProfile: { allowDeletionOfReplicatedLocations: false },
    }),
  );
  await createSources(clients, createArmGet(clients, "https://management.azure.com")).definition(
    image,
  );
  expect(sent).toEqual([
    { method: "GET", type: "galleries/images/versions", apiVersion: GALLERIES },
    { method: "PUT", type: "galleries/images/versions", apiVersion: GALLERIES },
    { method: "GET", type: "galleries/images", apiVersion: GALLERIES },
  ]);
});

test("disk encryption sets and snapshots are read by the api-version that was tried", async () => {
  const { clients, sent } = recordingClients();
  const sets = createEncryptionSets(clients);
  await sets.get(`${GROUP}/providers/Microsoft.Compute/diskEncryptionSets/des`);
  await refused(sets.list(SUBSCRIPTION));
  await createSources(clients, createArmGet(clients, "https://management.azure.com")).read({
    kind: "managedDisk",
    id: `${GROUP}/providers/Microsoft.Compute/disks/disk`,
  });
  expect(sent.map(({ method, apiVersion }) => [method, apiVersion])).toEqual([
    ["GET", DISKS],
    ["GET", DISKS],
    ["GET", DISKS],
  ]);
});

test("disks of verifications are made, read and deleted by the api-version that was tried", async () => {
  const { clients, sent } = recordingClients();
  const disks = createDisks(clients, createArmGet(clients, "https://management.azure.com"));
  const id = `${GROUP}/providers/Microsoft.Compute/disks/verify`;
  await disks.get(id);
  const wanted = { disk: 0, location: "westus", tags: {}, versionId: "v", encryptionType: "e" };
  await refused(disks.create(id, wanted));
  await refused(disks.delete(id));
  expect(sent).toEqual(
    ["GET", "PUT", "DELETE"].map((method) => ({ method, type: "disks", apiVersion: DISKS })),
  );
});

test("key vaults and roles are read by the api-versions that were tried", async () => {
  const sent: string[] = [];
  const vaultId = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv`;
  const answers: Record<string, object> = {
    vaults: { id: vaultId, properties: { enableRbacAuthorization: true } },
    keys: { properties: {} },
    roleDefinitions: { properties: { permissions: [] } },
  };
  const keys = createKeys({
    path: async (path, apiVersion) => {
      const type = path.split("/").at(-2) ?? "";
      sent.push(`${type} ${apiVersion}`);
      return answers[type];
    },
    list: async (path, apiVersion) => {
      sent.push(`${path.split("/").at(-1) ?? ""} ${apiVersion}`);
      return [{ properties: { scope: vaultId, roleDefinitionId: "r" } }];
    },
  });
  const place = { vaultName: "kv", vaultId, subscriptionId: SUBSCRIPTION, keyName: "k" };
  await keys.read(place, ["99999999-9999-9999-9999-999999999999"]);
  expect(sent.sort()).toEqual([
    `keys ${KEY_VAULTS}`,
    `roleAssignments ${ROLES}`,
    `roleDefinitions ${ROLES}`,
    `vaults ${KEY_VAULTS}`,
  ]);
});
