import { queryParameter, type ArmRequest } from "../arm-message";
import { keyOf, parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { invalidFilter } from "../errors";
import type { JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";

type Resource = Pick<ResourceRecord, "key" | "id" | "name" | "type" | "location" | "tags">;

/** As the Resource Manager lists it: a nested resource has all names of its path. */
const fullName = ({ id, name }: Pick<Resource, "id" | "name">): string =>
  parseResourceId(id)?.names.join("/") ?? name;

/** The filters that clients send; anything else is refused by name. */
const FILTERS: Readonly<Record<string, (resource: Resource) => string>> = {
  resourcetype: ({ type }) => type,
  name: fullName,
  location: ({ location }) => location,
  resourcegroup: ({ id }) => parseResourceId(id)?.resourceGroup ?? "",
};

/** Resources of any type in a group or a subscription: what they are, without their properties. */
export const resourceList = (service: ComputeService): ResourceType => ({
  type: "resources",
  actions: "Microsoft.Resources/subscriptions/resources",
  access: "checked",
  list(request) {
    const inside = `${keyOf(request.rawPath).replace(/\/resources$/, "")}/`;
    const wanted = filterOf(request);
    const found = [...service.state.resources.all(), ...service.state.versions.all()].filter(
      (one) => one.key.startsWith(inside) && wanted(one),
    );
    return page(request, service.behaviour.pageSize, found, keyed(view));
  },
});

const view = ({ id, name, type, location, tags }: Resource): JsonObject => ({
  id,
  name: fullName({ id, name }),
  type,
  location,
  ...(tags === undefined ? {} : { tags }),
});

/** `resourceType eq 'Microsoft.Compute/galleries' and name eq 'MyGallery'`. */
function filterOf(request: ArmRequest): (resource: Resource) => boolean {
  const text = queryParameter(request.query, "$filter");
  if (text === undefined || text === "") return () => true;
  const tests = text.split(/\s+and\s+/i).map((part) => {
    const [, member = "", value = ""] = /^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i.exec(part) ?? [];
    const read = FILTERS[member.toLowerCase()];
    if (read === undefined) throw invalidFilter(text);
    return (resource: Resource): boolean => read(resource).toLowerCase() === value.toLowerCase();
  });
  return (resource) => tests.every((test) => test(resource));
}
