import { isObject, type JsonObject } from "../json";
import type { FilePath, Mistakes } from "./mistakes";
import type { Parsed } from "./world-file";

/** An entry with a name, and what that is compared by. */
export interface Named {
  path: FilePath;
  key: string;
  name: string;
}

/** The entries of a list, by a name of their own. */
export const named = <T>(
  list: string,
  parsed: Parsed<T>[],
  nameOf: (entry: T) => string,
): Named[] =>
  parsed.map(({ index, entry }) => {
    const name = nameOf(entry);
    return { path: [list, index], key: `${list} ${name}`.toLowerCase(), name };
  });

/** Reports entries that are there twice, except for those that are reported already. */
export function checkUnique(mistakes: Mistakes, reported: ReadonlySet<string>, all: Named[]): void {
  const seen = new Set<string>();
  for (const { path, key, name } of all) {
    if (seen.has(key) && !reported.has(path.join(".")))
      mistakes.add([...path, "name"], `"${name}" is there twice`);
    seen.add(key);
  }
}

/** What the lists that have names place an entry by. */
const PLACE = ["name", "subscription", "resourceGroup", "gallery", "definition"];
const NAMED_LISTS = [
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
  "versions",
];

/**
 * Reports names that are written twice, also where an entry's form or what it refers to is wrong:
 * such entries never become records.
 */
export function checkWritten(mistakes: Mistakes, root: JsonObject): ReadonlySet<string> {
  const reported = new Set<string>();
  for (const list of NAMED_LISTS) {
    const values: unknown = root[list];
    const seen = new Set<string>();
    for (const [index, value] of (Array.isArray(values) ? values : []).entries()) {
      if (!isObject(value) || typeof value["name"] !== "string") continue;
      const key = JSON.stringify(PLACE.map((member) => value[member] ?? "")).toLowerCase();
      if (seen.has(key)) {
        mistakes.add([list, index, "name"], `"${value["name"]}" is there twice`);
        reported.add(`${list}.${index}`);
      }
      seen.add(key);
    }
  }
  return reported;
}
