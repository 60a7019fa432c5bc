import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Names that a person needs to address what is in a world. */
export interface WorldNames {
  subscriptionId: string;
  /** All of them, the first first. */
  subscriptionIds: string[];
  resourceGroup: string;
}

const DEFAULTS = {
  subscriptionId: "00000000-0000-0000-0000-000000000000",
  resourceGroup: "myResourceGroup",
};

/**
 * The first subscription and resource group of a world file. Mistakes in the file are none of its
 * business: the Resource Manager stand-in reads the same file and reports them with line numbers.
 */
export function readWorldNames(file: string): WorldNames {
  const world = readLeniently(file);
  const subscriptions = entriesOf(world, "subscriptions");
  const [group] = entriesOf(world, "resourceGroups");
  const ids = subscriptions.flatMap((entry) => text(entry["id"]) ?? []);
  const subscriptionId = ids[0] ?? DEFAULTS.subscriptionId;
  return {
    subscriptionId,
    subscriptionIds: ids.length === 0 ? [subscriptionId] : ids,
    resourceGroup: text(group?.["name"]) ?? DEFAULTS.resourceGroup,
  };
}

function readLeniently(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function entriesOf(world: unknown, key: string): Record<string, unknown>[] {
  const list = isObject(world) ? world[key] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
