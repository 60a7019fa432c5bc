import { keyOf, parentId } from "../arm-id";
import { isObject, objectAt, type JsonObject } from "../json";
import type { KeyRecord, ResourceRecord } from "../world-state";
import type { FilePath, Mistakes } from "./mistakes";

/** Where a record comes from in the file. */
export interface Placed {
  path: FilePath;
  record: ResourceRecord;
}

/**
 * Reports disks and disk encryption sets that entries name although the world doesn't have them.
 * @param root the file as it was read: what is in it with a mistake of its own is reported there
 */
export function checkLinks(
  resources: Placed[],
  keys: { path: FilePath; record: KeyRecord }[],
  mistakes: Mistakes,
  root: JsonObject,
): void {
  const known = new Set(resources.map(({ record }) => record.key));
  const links = [
    ...resources.flatMap(({ path, record }) =>
      linksIn(record.properties).map((id) => ({ path, id })),
    ),
    ...keys.flatMap(({ path, record }) =>
      (record.grants ?? []).map(({ diskEncryptionSet }) => ({ path, id: diskEncryptionSet })),
    ),
  ];
  for (const { path, id } of links) {
    const [list = "", name = ""] = id.split("/").slice(-2);
    if (known.has(keyOf(id)) || (mistakes.any && isWritten(root[list], name))) continue;
    mistakes.add(path, `"${name}" is not in ${list} (looked for ${id})`);
  }
}

/** Reports definitions of a gallery with the publisher, offer and SKU of another one. */
export function checkIdentifiers(resources: Placed[], mistakes: Mistakes): void {
  const seen = new Map<string, string>();
  for (const { path, record } of resources) {
    const { publisher, offer, sku } = objectAt(record.properties, "identifier");
    if (sku === undefined) continue;
    const key = JSON.stringify([parentId(record.id), publisher, offer, sku]).toLowerCase();
    const other = seen.get(key);
    if (other !== undefined)
      mistakes.add([...path, "identifier"], `is that of "${other}" in the same gallery`);
    seen.set(key, record.name);
  }
}

/** Ids of disks and disk encryption sets anywhere in the properties of a resource. */
function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([member, inner]) => {
    if (member === "diskEncryptionSetId" && typeof inner === "string") return [inner];
    const isLink = member === "diskEncryptionSet" || member === "managedDisk";
    if (isLink && isObject(inner) && typeof inner["id"] === "string") return [inner["id"]];
    return linksIn(inner);
  });
}

const isWritten = (list: unknown, name: string): boolean =>
  Array.isArray(list) &&
  list.some(
    (entry) => isObject(entry) && String(entry["name"]).toLowerCase() === name.toLowerCase(),
  );
