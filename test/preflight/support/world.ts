import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../../support/request-factory";
import { appRights, samplePlaces } from "../../../tools/roles/app-rights";
import { readRoles } from "../../../tools/roles/role-files";
import type { World } from "./row";

type Json = Record<string, unknown>;

const sample = parse(
  readFileSync(join(__dirname, "../../../samples/world.yaml"), "utf8"),
) as World & Json;

/** Lists whose entries lie in a subscription, the gallery's unless they say so. */
const PLACED = new Set([
  "resourceGroups",
  "galleries",
  "definitions",
  "diskEncryptionSets",
  "images",
  "snapshots",
  "disks",
  "virtualMachines",
  "keyVaults",
  "storageAccounts",
  "imageTemplates",
  "versions",
]);

/** A second subscription beside the sample's. */
const OTHER: World = {
  subscriptions: [{ id: OTHER_SUBSCRIPTION }],
  resourceGroups: [
    { name: "myResourceGroup", subscription: OTHER_SUBSCRIPTION, location: "westus" },
  ],
};

/** What the app may do in the second subscription: it is read there, and sources may lie there. */
const THERE = appRights(readRoles(join(__dirname, "../../..")), {
  ...{ ...samplePlaces(OTHER_SUBSCRIPTION), writer: [], verifier: [], builder: [] },
});

/** No role has this: Azure's list of actions doesn't, so whoever knows it gives it (`additionalReaderActions`). */
const SOFT_DELETED = {
  scope: `/subscriptions/${SUBSCRIPTION}`,
  actions: ["Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions/read"],
};

function withMoreRights(identity: Json): Json {
  const { managedIdentity, rights } = identity;
  if (managedIdentity === undefined) return identity;
  return { ...identity, rights: [...(rights as Json[]), ...THERE, SOFT_DELETED] };
}

/** One world of the sample and all parts, as a world file. Its clock stands still in tests. */
export function worldOf(parts: readonly (World | undefined)[]): string {
  const world: Json = { ...sample, throttling: { enabled: false }, serviceBus: undefined };
  const all = [sample, OTHER, ...parts.filter((part) => part !== undefined)];
  for (const list of new Set(all.flatMap((part) => Object.keys(part)))) {
    const entries = all.flatMap((part) => part[list as keyof World] ?? []);
    if (!Array.isArray(sample[list as keyof World] ?? [])) continue;
    world[list] = PLACED.has(list)
      ? entries.map((entry) => ({ subscription: SUBSCRIPTION, ...entry }))
      : entries;
  }
  world["identities"] = (world["identities"] as Json[]).map(withMoreRights);
  return JSON.stringify(world);
}

/** What an identity of the sample or of a part needs in its token. */
export function callerOf(name: string, parts: readonly (World | undefined)[]) {
  const found = [sample, ...parts]
    .flatMap((part) => part?.identities ?? [])
    .find((identity) => identity["name"] === name);
  if (found === undefined) throw new Error(`the world has no identity "${name}"`);
  return {
    oid: String(found["objectId"]),
    appid: String(found["appId"]),
    tid: String(sample.subscriptions?.[0]?.["tenantId"]),
  };
}
