import { queryParameter, type ArmRequest } from "../arm-message";
import { keyOf, parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { invalidExpand, invalidFilter } from "../errors";
import type { VersionRecord } from "../image-version/version-record";
import type { JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";

type Resource = ResourceRecord | VersionRecord;

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

/** What is only told when it is asked for; `changedTime` isn't known here. */
const EXPANDED: Readonly<Record<string, (resource: Resource) => JsonObject>> = {
  createdtime: (resource) => {
    const createdTime =
      "createdAt" in resource ? resource.createdAt : publishedDate(resource.properties);
    return createdTime === undefined ? {} : { createdTime };
  },
  provisioningstate: ({ properties: { provisioningState } }) =>
    provisioningState === undefined ? {} : { provisioningState },
};

const publishedDate = (properties: object): string | undefined =>
  (properties as Partial<VersionRecord["properties"]>).publishingProfile?.publishedDate;

/** Resources of any type in a group or a subscription: what they are, without their properties. */
export const resourceList = (service: ComputeService): ResourceType => ({
  type: "resources",
  actions: {
    inSubscription: "Microsoft.Resources/subscriptions/resources",
    inGroup: "Microsoft.Resources/subscriptions/resourceGroups/resources",
  },
  access: "checked",
  list(request) {
    const inside = `${keyOf(request.rawPath).replace(/\/resources$/, "")}/`;
    const wanted = filterOf(request);
    const expanded = expandOf(request);
    const found = [...service.state.resources.all(), ...service.state.versions.all()].filter(
      (one) => one.key.startsWith(inside) && wanted(one),
    );
    const view = (one: Resource): JsonObject => ({ ...basics(one), ...expanded(one) });
    return page(request, service.behaviour.pageSize, found, keyed(view));
  },
});

const basics = ({ id, name, type, location, tags }: Resource): JsonObject => ({
  id,
  name: fullName({ id, name }),
  type,
  location,
  ...(tags === undefined ? {} : { tags }),
});

/** `createdTime,provisioningState`. */
function expandOf(request: ArmRequest): (resource: Resource) => JsonObject {
  const text = queryParameter(request.query, "$expand");
  if (text === undefined || text === "") return () => ({});
  const parts = text.split(",").map((name) => {
    const read = EXPANDED[name.trim().toLowerCase()];
    if (read === undefined) throw invalidExpand(text);
    return read;
  });
  return (resource) => Object.assign({}, ...parts.map((read) => read(resource))) as JsonObject;
}

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
