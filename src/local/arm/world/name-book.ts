import { isObject, type JsonObject } from "../json";
import type { FilePath, Mistakes } from "./mistakes";
import type { ParsedLists } from "./world-file";

interface Reference {
  resourceGroup?: string | undefined;
  subscription?: string | undefined;
}

/** Where a gallery is. */
export interface GalleryPlace {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  location: string;
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Finds what entries refer to by name, and reports the references that lead nowhere. */
export class NameBook {
  constructor(
    private readonly lists: ParsedLists,
    private readonly mistakes: Mistakes,
    private readonly root: JsonObject,
  ) {}

  /** The entry's subscription; the only one when it names none. */
  subscription(path: FilePath, entry: Reference): string | undefined {
    const known = this.lists.subscriptions.map((one) => one.entry.id);
    const { subscription } = entry;
    if (subscription === undefined && known.length === 1) return known[0];
    if (subscription === undefined) {
      if (known.length > 1)
        this.mistakes.add(
          path,
          `subscription is missing: there is more than one (${known.join(", ")})`,
        );
      return undefined;
    }
    const found = known.find((id) => same(id, subscription));
    if (found === undefined)
      this.#report([...path, "subscription"], "subscriptions", subscription, "id");
    return found;
  }

  /** The entry's resource group. */
  group(
    path: FilePath,
    entry: Reference & { resourceGroup: string },
  ): { subscriptionId: string; name: string } | undefined {
    const subscriptionId = this.subscription(path, entry);
    if (subscriptionId === undefined) {
      // Which subscription is open; that no group has this name can be said all the same.
      this.#report([...path, "resourceGroup"], "resourceGroups", entry.resourceGroup, "name");
      return undefined;
    }
    const found = this.lists.resourceGroups.find(
      (one) =>
        same(one.entry.name, entry.resourceGroup) &&
        same(one.entry.subscription ?? subscriptionId, subscriptionId),
    );
    if (found === undefined)
      this.#report([...path, "resourceGroup"], "resourceGroups", entry.resourceGroup, "name");
    return found === undefined ? undefined : { subscriptionId, name: found.entry.name };
  }

  /** The gallery that an entry names. */
  gallery(path: FilePath, entry: Reference & { gallery: string }): GalleryPlace | undefined {
    const found = this.lists.galleries.filter(
      ({ entry: one }) =>
        same(one.name, entry.gallery) &&
        same(one.resourceGroup, entry.resourceGroup ?? one.resourceGroup) &&
        same(one.subscription ?? "", entry.subscription ?? one.subscription ?? ""),
    );
    const [first, second] = found;
    if (first === undefined) {
      this.#report([...path, "gallery"], "galleries", entry.gallery, "name");
      return undefined;
    }
    if (second !== undefined)
      this.mistakes.add(
        [...path, "gallery"],
        `"${entry.gallery}" is the name of ${found.length} galleries: add resourceGroup or subscription`,
      );
    const { resourceGroup, name, location } = first.entry;
    const subscriptionId =
      first.entry.subscription ?? this.lists.subscriptions[0]?.entry.id ?? undefined;
    return subscriptionId === undefined
      ? undefined
      : { subscriptionId, resourceGroup, name, location };
  }

  /** Whether the gallery has the entry's definition. */
  checkDefinition(path: FilePath, entry: { definition: string }, gallery: GalleryPlace): boolean {
    const found = this.lists.definitions.some(
      (one) => same(one.entry.name, entry.definition) && same(one.entry.gallery, gallery.name),
    );
    if (!found) this.#report([...path, "definition"], "definitions", entry.definition, "name");
    return found;
  }

  /** An entry that is there but has a mistake of its own isn't reported a second time. */
  #report(path: FilePath, list: string, wanted: string, by: "name" | "id"): void {
    const raw = this.root[list];
    const named = (Array.isArray(raw) ? raw : []).flatMap((entry: unknown) =>
      isObject(entry) && typeof entry[by] === "string" ? [entry[by]] : [],
    );
    if (named.some((one) => same(one, wanted)) && this.mistakes.any) return;
    const known = named.length === 0 ? "which is empty" : `which has ${named.join(", ")}`;
    this.mistakes.add(path, `"${wanted}" is not in ${list}, ${known}`);
  }
}
