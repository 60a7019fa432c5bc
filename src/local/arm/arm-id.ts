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

/** Permissions and role assignments are asked about any scope, a resource too, instead of lying in it. */
const ABOUT_A_SCOPE =
  /^(\/subscriptions\/.+?)\/providers\/microsoft\.authorization\/(permissions|roleassignments)\/?$/i;

/** Reads a (decoded) request path or a resource id; undefined when it is neither. */
export function parseArmPath(path: string): ArmPath | undefined {
  const [, scope, asked] = ABOUT_A_SCOPE.exec(path) ?? [];
  if (scope !== undefined && asked !== undefined) return aboutScope(scope, asked);
  const [first, subscriptionId, ...rest] = partsOf(path) ?? [];
  const keyword = first?.toLowerCase();
  if (subscriptionId === undefined)
    return keyword === "subscriptions" || keyword === "tenants"
      ? { type: keyword, names: [], collection: true }
      : undefined;
  return keyword === "subscriptions" ? inSubscription(subscriptionId, rest) : undefined;
}

function aboutScope(scope: string, asked: string): ArmPath | undefined {
  const over = parseArmPath(scope);
  if (over === undefined || over.collection) return undefined;
  const type = `microsoft.authorization/${asked.toLowerCase()}`;
  return { ...over, type, names: [], collection: true };
}

function inSubscription(subscriptionId: string, parts: string[]): ArmPath | undefined {
  const [keyword = "", ...rest] = parts.map((part, index) =>
    index === 0 ? part.toLowerCase() : part,
  );
  const scope = { subscriptionId };
  const alone = rest.length === 0;
  if (keyword === "") return named("subscriptions", subscriptionId, scope);
  if (keyword === "locations" && alone) return all("subscriptions/locations", scope);
  if (keyword === "resources" && alone) return all("resources", scope);
  if (keyword === "providers" && alone) return all("subscriptions/providers", scope);
  if (keyword === "providers" && rest.length === 1)
    return named("subscriptions/providers", rest[0] ?? "", scope);
  if (keyword === "providers") return inProvider(scope, rest);
  if (keyword !== "resourcegroups") return undefined;
  return alone
    ? all("resourcegroups", scope)
    : inGroup({ ...scope, resourceGroup: rest[0] ?? "" }, rest.slice(1));
}

function inGroup(
  scope: { subscriptionId: string; resourceGroup: string },
  [keyword, ...rest]: string[],
): ArmPath | undefined {
  switch (keyword?.toLowerCase()) {
    case undefined:
      return named("resourcegroups", scope.resourceGroup, scope);
    case "resources":
      return rest.length === 0 ? all("resources", scope) : undefined;
    case "providers":
      return inProvider(scope, rest);
    default:
      return undefined;
  }
}

type Scope = Pick<ArmPath, "subscriptionId" | "resourceGroup">;
const all = (type: string, scope: Scope): ArmPath => ({
  type,
  names: [],
  collection: true,
  ...scope,
});
const named = (type: string, name: string, scope: Scope): ArmPath => ({
  type,
  names: [name],
  collection: false,
  ...scope,
});

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
