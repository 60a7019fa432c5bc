/**
 * What a path of the Resource Manager names. Types and keywords are compared without case; the
 * names keep the case they came in.
 */
export interface ArmPath {
  /** Lower-case, with the namespace: `microsoft.compute/galleries/images`, `resourcegroups`, … */
  type: string;
  /** Names along the type, outermost first; one fewer than the type's parts for a collection. */
  names: string[];
  /** True when the path ends in a type instead of a name. */
  collection: boolean;
  subscriptionId?: string;
  resourceGroup?: string;
}

/** The key under which a resource is kept: ids are equal when they differ only in case. */
export const keyOf = (id: string): string => id.replace(/\/+$/, "").toLowerCase();

/** The path's parts; undefined when it isn't a well-formed path. */
function partsOf(path: string): string[] | undefined {
  const trimmed = path.replace(/\/$/, "");
  if (!trimmed.startsWith("/")) return undefined;
  const parts = trimmed.slice(1).split("/");
  return parts.every((part) => part !== "") ? parts : undefined;
}

/** Reads a (decoded) request path or a resource id; undefined when it is neither. */
export function parseArmPath(path: string): ArmPath | undefined {
  const parts = partsOf(path);
  if (parts?.[0]?.toLowerCase() !== "subscriptions") return undefined;
  const [, subscriptionId, ...rest] = parts;
  if (subscriptionId === undefined) return { type: "subscriptions", names: [], collection: true };
  if (rest.length === 0)
    return { type: "subscriptions", names: [subscriptionId], collection: false, subscriptionId };
  if (rest[0]?.toLowerCase() === "providers") return inProvider({ subscriptionId }, rest.slice(1));
  if (rest[0]?.toLowerCase() === "locations" && rest.length === 1)
    return {
      type: "subscriptions/locations",
      names: [subscriptionId],
      collection: true,
      subscriptionId,
    };
  if (rest[0]?.toLowerCase() !== "resourcegroups") return undefined;
  const [, resourceGroup, ...tail] = rest;
  if (resourceGroup === undefined)
    return { type: "resourcegroups", names: [], collection: true, subscriptionId };
  const scope = { subscriptionId, resourceGroup };
  if (tail.length === 0)
    return { type: "resourcegroups", names: [resourceGroup], collection: false, ...scope };
  return tail[0]?.toLowerCase() === "providers" ? inProvider(scope, tail.slice(1)) : undefined;
}

function inProvider(
  scope: { subscriptionId: string; resourceGroup?: string },
  parts: string[],
): ArmPath | undefined {
  const [namespace, ...pairs] = parts;
  if (namespace === undefined || pairs.length === 0) return undefined;
  const types = pairs.filter((_, index) => index % 2 === 0);
  const names = pairs.filter((_, index) => index % 2 === 1);
  return {
    ...scope,
    type: [namespace, ...types].join("/").toLowerCase(),
    names,
    collection: types.length > names.length,
  };
}

/** Reads the id of a resource inside a resource group; undefined for anything else. */
export function parseResourceId(
  id: string,
): (ArmPath & { subscriptionId: string; resourceGroup: string; name: string }) | undefined {
  const path = parseArmPath(id);
  const name = path?.names.at(-1);
  if (path === undefined || path.collection || name === undefined) return undefined;
  const { subscriptionId, resourceGroup } = path;
  if (subscriptionId === undefined || resourceGroup === undefined) return undefined;
  return path.type.includes("/") ? { ...path, subscriptionId, resourceGroup, name } : undefined;
}

/**
 * The id of a resource inside a resource group.
 * @param type with the namespace in the service's own spelling: `Microsoft.Compute/galleries/images`
 */
export function resourceId(
  subscriptionId: string,
  resourceGroup: string,
  type: string,
  names: readonly string[],
): string {
  const [namespace, ...types] = type.split("/");
  const pairs = types.map((part, index) => `/${part}/${names[index] ?? ""}`).join("");
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${namespace ?? ""}${pairs}`;
}

/** The id of the resource that this one is nested in; undefined at the top. */
export function parentId(id: string): string | undefined {
  const path = parseArmPath(id);
  if (path === undefined || path.names.length < 2) return undefined;
  return id.split("/").slice(0, -2).join("/");
}
