import { createHash } from "node:crypto";
import { keyOf } from "../arm-id";
import type { ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { resourceNotFound } from "../errors";
import type { JsonObject } from "../json";
import type { KeyRecord } from "../world-state";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";
import { existing, listResources, resourceView } from "./tracked-resource";

const VAULT = { type: "Microsoft.KeyVault/vaults" } as const;
const KEY_TYPE = "Microsoft.KeyVault/vaults/keys";

/** Key vaults, read only: the world file and the control interface make them. */
export const keyVaults = (service: ComputeService): ResourceType => ({
  ...VAULT,
  list: (request) => listResources(service, VAULT, request),
  get: (request) => ({ status: 200, body: resourceView(existing(service, VAULT, request)) }),
});

/** Keys of a vault as the Resource Manager shows them: whether they can be used, never what they are. */
export function keyVaultKeys(service: ComputeService): ResourceType {
  const { state } = service;
  const view = (key: KeyRecord): JsonObject => {
    const location = state.resources.get(keyOf(key.vaultId))?.location;
    return keyView(key, location ?? "");
  };
  return {
    type: KEY_TYPE,
    list(request) {
      const vault = keyOf(request.rawPath).replace(/\/keys$/, "");
      const found = state.keys.all().filter(({ vaultId }) => keyOf(vaultId) === vault);
      return page(request, service.behaviour.pageSize, found, keyed(view));
    },
    get: (request) => ({ status: 200, body: view(existingKey(service, request)) }),
  };
}

function existingKey({ state }: ComputeService, { rawPath, path }: ArmRequest): KeyRecord {
  const key = state.keys.all().find(({ id }) => keyOf(id) === keyOf(rawPath));
  if (key === undefined) throw resourceNotFound(KEY_TYPE, path.names, path.resourceGroup ?? "");
  return key;
}

function keyView({ key: keyUri, id, name, enabled, expires }: KeyRecord, location: string) {
  const version = createHash("sha256").update(keyUri).digest("hex").slice(0, 32);
  const exp = expires === undefined ? {} : { exp: Math.floor(Date.parse(expires) / 1000) };
  return {
    id,
    name,
    type: KEY_TYPE,
    location,
    tags: {},
    properties: {
      attributes: { enabled, ...exp, recoveryLevel: "Recoverable" },
      kty: "RSA",
      keySize: 2048,
      keyOps: ["wrapKey", "unwrapKey"],
      keyUri,
      keyUriWithVersion: `${keyUri}/${version}`,
    },
  };
}
