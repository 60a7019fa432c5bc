import { keyOf } from "../arm-id";
import type { ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { resourceNotFound } from "../errors";
import { versionOf } from "../image-version/key-access";
import type { JsonObject } from "../json";
import { effectiveGrants, grantsByRoles } from "../key-grants";
import { currentVersion } from "../key-version";
import type { KeyRecord, KeyValidity, ResourceRecord } from "../world-state";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";
import { existing, listResources, resourceView } from "./tracked-resource";

const VAULT = { type: "Microsoft.KeyVault/vaults" } as const;
const KEY = "Microsoft.KeyVault/vaults/keys";
const VERSION = "Microsoft.KeyVault/vaults/keys/versions";

/** Key vaults, read only: the world file and the control interface make them. */
export function keyVaults(service: ComputeService): ResourceType {
  const view = (vault: ResourceRecord): JsonObject => vaultView(service, vault);
  return {
    ...VAULT,
    list: (request) => listResources(service, VAULT, request, view),
    get: (request) => ({ status: 200, body: view(existing(service, VAULT, request)) }),
  };
}

/** A vault with the access policies that its keys' grants come to; none where roles grant. */
function vaultView(service: ComputeService, vault: ResourceRecord): JsonObject {
  const { properties, ...resource } = resourceView(vault) as { properties: JsonObject };
  const permitted = new Map<string, Set<string>>();
  for (const key of service.state.keys.all().filter(isOf(vault.id)))
    for (const { principalId, permissions } of grantsByRoles(service, key)
      ? []
      : effectiveGrants(service, key)) {
      const known = permitted.get(principalId) ?? new Set();
      permitted.set(principalId, known);
      for (const one of permissions) known.add(one);
    }
  const accessPolicies = [...permitted].map(([objectId, keys]) => ({
    tenantId: properties["tenantId"],
    objectId,
    permissions: { keys: [...keys], secrets: [], certificates: [] },
  }));
  return { ...resource, properties: { ...properties, accessPolicies } };
}

const isOf =
  (vaultId: string) =>
  (key: KeyRecord): boolean =>
    keyOf(key.vaultId) === keyOf(vaultId);

/** Keys of a vault as the Resource Manager shows them: whether they can be used, never what they are. */
export function keyVaultKeys(service: ComputeService): ResourceType {
  const { state } = service;
  return {
    type: KEY,
    list(request) {
      const vault = keyOf(request.rawPath).replace(/\/keys$/, "");
      const found = state.keys.all().filter(isOf(vault));
      return page(request, service.behaviour.pageSize, found, keyed(keyViewOf(service)));
    },
    get: (request) => ({
      status: 200,
      body: keyViewOf(service)(existingKey(service, request, request.rawPath)),
    }),
  };
}

/** Versions of a key. */
export function keyVersions(service: ComputeService): ResourceType {
  const view = (
    key: KeyRecord,
    name: string,
    { enabled, notBefore, expires }: KeyValidity,
  ): JsonObject => ({
    ...keyView({ ...key, enabled, notBefore, expires }, locationOf(service, key), name),
    id: `${key.id}/versions/${name}`,
    name,
    type: VERSION,
  });
  return {
    type: VERSION,
    // Keys are no resources of the state: whether there is one is looked up here.
    checksItsScope: true,
    list(request) {
      const key = existingKey(service, request, request.rawPath.replace(/\/versions\/?$/i, ""));
      const names = [currentVersion(key.key), ...(key.versions ?? []).map(({ name }) => name)];
      return page(request, service.behaviour.pageSize, names, {
        key: (name) => name,
        view: (name) => view(key, name, versionOf(key, name) ?? key),
      });
    },
    get(request) {
      const { rawPath, path } = request;
      const key = existingKey(service, request, rawPath.split("/").slice(0, -2).join("/"));
      const name = path.names.at(-1) ?? "";
      const validity = versionOf(key, name);
      if (validity === undefined) throw notFound(VERSION, request);
      return { status: 200, body: view(key, name, validity) };
    },
  };
}

function existingKey({ state }: ComputeService, request: ArmRequest, id: string): KeyRecord {
  const key = state.keys.all().find((one) => keyOf(one.id) === keyOf(id));
  if (key === undefined) throw notFound(KEY, request);
  return key;
}

const notFound = (type: string, { path }: ArmRequest) =>
  resourceNotFound(type, path.names, path.resourceGroup ?? "");

const locationOf = ({ state }: ComputeService, { vaultId }: KeyRecord): string =>
  state.resources.get(keyOf(vaultId))?.location ?? "";

const keyViewOf =
  (service: ComputeService) =>
  (key: KeyRecord): JsonObject =>
    keyView(key, locationOf(service, key), currentVersion(key.key));

function keyView(key: KeyRecord, location: string, version: string): JsonObject {
  const { key: keyUri, id, name, enabled, notBefore, expires, kty, keySize, keyOps } = key;
  return {
    id,
    name,
    type: KEY,
    location,
    tags: {},
    properties: {
      attributes: {
        enabled,
        ...(notBefore === undefined ? {} : { nbf: seconds(notBefore) }),
        ...(expires === undefined ? {} : { exp: seconds(expires) }),
        recoveryLevel: "Recoverable",
      },
      kty,
      ...(kty.startsWith("EC") ? { curveName: "P-256" } : { keySize }),
      keyOps,
      keyUri,
      keyUriWithVersion: `${keyUri}/${version}`,
    },
  };
}

const seconds = (date: string): number => Math.floor(Date.parse(date) / 1000);
