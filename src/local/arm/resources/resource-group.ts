import { bodyOf, queryParameter, type ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import {
  ArmError,
  invalidFilter,
  locationNotAvailable,
  locationRequired,
  resourceGroupNotFound,
} from "../errors";
import { isObject, type JsonObject } from "../json";
import { keyOf } from "../arm-id";
import { isKnownRegion, shortRegionName } from "../region-name";
import type { ResourceGroupRecord } from "../world-state";
import { keyed, page } from "./paging";
import { checkName, RESOURCE_NAMES } from "./resource-names";
import type { ResourceType } from "./resource-type";

const view = ({ id, name, location, tags }: ResourceGroupRecord): JsonObject => ({
  id,
  name,
  type: "Microsoft.Resources/resourceGroups",
  location,
  ...(tags === undefined ? {} : { tags }),
  properties: { provisioningState: "Succeeded" },
});

/** How many a client wants at most. */
function topOf({ query }: ArmRequest): number {
  const text = queryParameter(query, "$top");
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ArmError(400, "InvalidTopInQueryString", `Invalid $top '${text}' in the query string.`);
}

/**
 * `tagName eq 'a' and tagValue eq 'b'`, the one filter of groups.
 * @throws {ArmError} 400 for any other
 */
function tagFilterOf({ query }: ArmRequest): (group: ResourceGroupRecord) => boolean {
  const text = queryParameter(query, "$filter") ?? "";
  if (text === "") return () => true;
  const filter = /^\s*tagname eq '([^']*)'(?:\s+and\s+tagvalue eq '([^']*)')?\s*$/i.exec(text);
  if (filter === null) throw invalidFilter(text);
  const [, name = "", value] = filter;
  return ({ tags = {} }) =>
    Object.entries(tags).some(
      ([tag, has]) =>
        tag.toLowerCase() === name.toLowerCase() && (value === undefined || has === value),
    );
}

/** Resource groups. A delete takes everything inside along, at once. */
export function resourceGroups(service: ComputeService): ResourceType {
  const { groups } = service.state;
  const existing = (request: ArmRequest): ResourceGroupRecord => {
    const group = groups.get(keyOf(request.rawPath));
    if (group === undefined) throw resourceGroupNotFound(request.path.names[0] ?? "");
    return group;
  };
  return {
    type: "resourceGroups",
    actions: "Microsoft.Resources/subscriptions/resourceGroups",
    list(request) {
      const wanted = tagFilterOf(request);
      const found = groups
        .all()
        .filter((one) => one.key.startsWith(`${keyOf(request.rawPath)}/`) && wanted(one))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
      return page(request, service.behaviour.pageSize, found.slice(0, topOf(request)), keyed(view));
    },
    get: (request) => ({ status: 200, body: view(existing(request)) }),
    put(request) {
      const before = groups.get(keyOf(request.rawPath));
      const { location, tags } = bodyOf(request);
      if (typeof location !== "string") throw locationRequired();
      if (!isKnownRegion(location)) throw locationNotAvailable(location, "resourceGroups");
      const { subscriptionId = "", names } = request.path;
      const name = names[0] ?? "";
      const id = before?.id ?? `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
      checkName(RESOURCE_NAMES.resourceGroups, name);
      const group: ResourceGroupRecord = {
        key: keyOf(id),
        id,
        subscriptionId,
        name,
        location: shortRegionName(location),
        ...(isObject(tags) ? { tags } : {}),
      };
      groups.put(group);
      return { status: before === undefined ? 201 : 200, body: view(group) };
    },
    patch(request) {
      const group = existing(request);
      const { tags } = bodyOf(request);
      const changed = { ...group, ...(isObject(tags) ? { tags } : {}) };
      groups.put(changed);
      return { status: 200, body: view(changed) };
    },
    delete(request) {
      const group = existing(request);
      service.state.deleteInside(group.key);
      groups.delete(group.key);
      return { status: 200 };
    },
  };
}
