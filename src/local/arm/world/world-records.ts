import type { Identity } from "../access/rights";
import { keyOf } from "../arm-id";
import type { JsonObject } from "../json";
import type {
  KeyRecord,
  ResourceGroupRecord,
  ResourceRecord,
  SubscriptionRecord,
} from "../world-state";
import type { FilePath, Mistakes } from "./mistakes";
import {
  definitionRecord,
  diskRecord,
  encryptionSetRecord,
  galleryRecord,
  imageRecord,
} from "./entry-records";
import { resolveIdentities } from "./identity-records";
import { inventKeys, type Invented, keyRecords, keyVaultRecord } from "./key-records";
import { virtualMachineRecord } from "./machine-records";
import { NameBook } from "./name-book";
import type { PolicyEntry } from "./policy-schema";
import type { RegionEntry } from "./region-entry";
import { checkIdentifiers, checkLinks, type Placed } from "./references";
import { storageAccountRecord } from "./storage-records";
import { imageTemplateRecord } from "./template-records";
import { checkUnique, checkWritten, named } from "./unique-names";
import type { Broken, Parsed, ParsedLists } from "./world-file";
import type { VersionEntry, VhdEntry } from "./world-schema";

/** An existing version, to be created once everything else is there. */
export interface WorldVersion {
  path: FilePath;
  entry: VersionEntry;
  subscriptionId: string;
  resourceGroup: string;
  gallery: string;
  definition: string;
}

/** The world as records, every name resolved. */
export interface WorldRecords {
  identities: Identity[];
  regions: RegionEntry[];
  policies: PolicyEntry[];
  subscriptions: SubscriptionRecord[];
  groups: ResourceGroupRecord[];
  resources: ResourceRecord[];
  versions: WorldVersion[];
  vhds: VhdEntry[];
  keys: KeyRecord[];
}

/**
 * Resolves names to ids and reports those that lead nowhere.
 * @param root the file as it was read: what failed the schema still counts as being named there
 */
export function resolveWorld(
  lists: ParsedLists,
  broken: Broken[],
  mistakes: Mistakes,
  root: JsonObject,
): WorldRecords {
  const subscriptions = lists.subscriptions.map(({ entry }) => ({
    key: entry.id.toLowerCase(),
    subscriptionId: entry.id,
    displayName: entry.displayName,
    tenantId: entry.tenantId,
  }));
  if (subscriptions.length === 0 && !mistakes.any)
    mistakes.add(["subscriptions"], "a world needs at least one subscription");
  const names = new NameBook(lists, mistakes, root);
  for (const entry of broken) checkReferences(names, entry);
  const groups = lists.resourceGroups.flatMap(({ index, entry }) => {
    const subscriptionId = names.subscription(["resourceGroups", index], entry);
    if (subscriptionId === undefined) return [];
    const id = `/subscriptions/${subscriptionId}/resourceGroups/${entry.name}`;
    const { name, location, tags } = entry;
    const record = {
      key: keyOf(id),
      id,
      subscriptionId,
      name,
      location,
      ...(tags ? { tags } : {}),
    };
    return [{ path: ["resourceGroups", index], record }];
  });
  const resources = resourceRecords(lists, names);
  const keys = keyRecordsOf(lists, resources);
  const invented = inventedFor(lists, resources);
  checkLinks(resources, keys, mistakes, root);
  checkIdentifiers(resources, mistakes);
  const writtenTwice = checkWritten(mistakes, root);
  checkUnique(mistakes, writtenTwice, [
    ...named("policies", lists.policies, ({ name }) => name),
    ...named("regions", lists.regions, ({ name }) => name),
    ...named("subscriptions", lists.subscriptions, ({ id }) => id),
    ...[...groups, ...resources].map(({ path, record: { key, name } }) => ({ path, key, name })),
    ...named("versions", lists.versions, (one) => `${one.gallery}/${one.definition}/${one.name}`),
  ]);
  return {
    identities: resolveIdentities(
      lists.identities,
      root["identities"] !== undefined,
      subscriptions[0]?.tenantId ?? "",
      mistakes,
    ),
    regions: lists.regions.map(({ entry }) => entry),
    policies: lists.policies.map(({ entry }) => entry),
    subscriptions,
    groups: groups.map(({ record }) => record),
    resources: [...resources.map(({ record }) => record), ...invented.vaults],
    versions: lists.versions.flatMap((parsed) => worldVersion(names, parsed)),
    vhds: lists.vhds.map(({ entry }) => entry),
    keys: [...keys.map(({ record }) => record), ...invented.keys],
  };
}

/** Reports what an entry refers to although its own form is wrong, so that nothing comes later. */
function checkReferences(names: NameBook, { list, index, value }: Broken): void {
  const text = (member: string): string | undefined =>
    typeof value[member] === "string" ? value[member] : undefined;
  const path = [list, index];
  const [resourceGroup, subscription, gallery] = [
    text("resourceGroup"),
    text("subscription"),
    text("gallery"),
  ];
  if (gallery !== undefined) names.gallery(path, { gallery, resourceGroup, subscription });
  else if (resourceGroup !== undefined) names.group(path, { resourceGroup, subscription });
}

/** The keys of the vaults that have a place. */
function keyRecordsOf(
  lists: ParsedLists,
  resources: Placed[],
): { path: FilePath; record: KeyRecord }[] {
  return lists.keyVaults.flatMap(({ index, entry }) => {
    const vault = resources.find(({ path }) => path[0] === "keyVaults" && path[1] === index);
    if (vault === undefined) return [];
    return keyRecords(entry, vault.record).map((record, key) => ({
      path: ["keyVaults", index, "keys", key],
      record,
    }));
  });
}

function resourceRecords(lists: ParsedLists, names: NameBook): Placed[] {
  const grouped = <T extends { resourceGroup: string; subscription?: string | undefined }>(
    list: string,
    parsed: Parsed<T>[],
    build: (entry: T, subscriptionId: string, resourceGroup: string) => ResourceRecord,
  ): Placed[] =>
    parsed.flatMap(({ index, entry }) => {
      const path = [list, index];
      const group = names.group(path, entry);
      if (group === undefined) return [];
      return [{ path, record: build(entry, group.subscriptionId, group.name) }];
    });
  const definitions = lists.definitions.flatMap(({ index, entry }) => {
    const path = ["definitions", index];
    const gallery = names.gallery(path, entry);
    return gallery === undefined ? [] : [{ path, record: definitionRecord(entry, gallery) }];
  });
  return [
    ...grouped("galleries", lists.galleries, galleryRecord),
    ...definitions,
    ...grouped("diskEncryptionSets", lists.diskEncryptionSets, (entry, subscription, group) =>
      encryptionSetRecord(entry, subscription, group, tenantOf(lists, subscription)),
    ),
    ...grouped("images", lists.images, imageRecord),
    ...grouped("snapshots", lists.snapshots, diskRecord("Microsoft.Compute/snapshots")),
    ...grouped("disks", lists.disks, diskRecord("Microsoft.Compute/disks")),
    ...grouped("virtualMachines", lists.virtualMachines, virtualMachineRecord),
    ...grouped("keyVaults", lists.keyVaults, (entry, subscription, group) =>
      keyVaultRecord(entry, subscription, group, tenantOf(lists, subscription)),
    ),
    ...grouped("storageAccounts", lists.storageAccounts, storageAccountRecord),
    ...grouped("imageTemplates", lists.imageTemplates, imageTemplateRecord),
  ];
}

const tenantOf = (lists: ParsedLists, subscriptionId: string): string =>
  lists.subscriptions.find(({ entry }) => entry.id === subscriptionId)?.entry.tenantId ?? "";

/** What there must be for the sets that name neither a key nor a vault. */
function inventedFor(lists: ParsedLists, resources: Placed[]): Invented {
  const unnamed = lists.diskEncryptionSets
    .filter(({ entry }) => entry.keyUrl === undefined && entry.sourceVault === undefined)
    .map(({ index }) => index);
  const of = (list: string): Placed[] => resources.filter(({ path }) => path[0] === list);
  return inventKeys(
    of("diskEncryptionSets")
      .filter(({ path }) => unnamed.includes(Number(path[1])))
      .map(({ record }) => record),
    of("keyVaults").map(({ record }) => record),
    (subscriptionId) => tenantOf(lists, subscriptionId),
  );
}

function worldVersion(names: NameBook, { index, entry }: Parsed<VersionEntry>): WorldVersion[] {
  const path = ["versions", index];
  const gallery = names.gallery(path, entry);
  if (gallery === undefined || !names.checkDefinition(path, entry, gallery)) return [];
  const { subscriptionId, resourceGroup, name } = gallery;
  return [
    { path, entry, subscriptionId, resourceGroup, gallery: name, definition: entry.definition },
  ];
}
