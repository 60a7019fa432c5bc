import { at, type Deployment, type Resource } from "../evidence";
import type { Assertion } from "./assertion";

/** What is reached through private endpoints alone: the members that close its public one, and the endpoints. */
const CLOSED: Readonly<
  Record<string, { members: Readonly<Record<string, string>>; endpoints: readonly string[] }>
> = {
  "Microsoft.Storage/storageAccounts": {
    members: {
      "properties.publicNetworkAccess": "Disabled",
      "properties.networkAcls.defaultAction": "Deny",
    },
    endpoints: ["blob", "queue", "table"],
  },
  "Microsoft.ServiceBus/namespaces": {
    members: { "properties.publicNetworkAccess": "Disabled" },
    endpoints: ["namespace"],
  },
};

const ENDPOINTS = "Microsoft.Network/privateEndpoints";

/** Whoever asks for private networking has nothing left that is reached from elsewhere, and an app that gets in. */
export const privateNetworking: Assertion = {
  name: "private networking closed",
  check: ({ deployments }) => {
    const isPrivate = ({ resources }: Deployment): boolean =>
      resources.some(({ type }) => type.startsWith("Microsoft.Network/"));
    const found = deployments.filter(isPrivate);
    return found.length === 0 ? ["no deployment has private networking"] : found.flatMap(open);
  },
};

function open({ name, resources }: Deployment): string[] {
  const outside = resources
    .filter(({ type }) => type === "Microsoft.Web/sites")
    .filter((site) => typeof at(site, "properties.virtualNetworkSubnetId") !== "string")
    .map((site) => `${name}: ${site.name} is in no subnet: give it the app's`);
  const stores = resources.flatMap((store) => {
    const { members = {}, endpoints = [] } = CLOSED[store.type] ?? {};
    const reached = endpointsOf(resources, store);
    return [
      ...Object.entries(members)
        .filter(([member, closed]) => at(store, member) !== closed)
        .map(
          ([member, closed]) =>
            `has ${member} ${String(at(store, member))} beside its private endpoints: make it ${closed}`,
        ),
      ...endpoints
        .filter((kind) => !reached.includes(kind))
        .map((kind) => `has no private endpoint of the kind ${kind}: the app can't reach it`),
    ].map((what) => `${name}: ${store.name} ${what}`);
  });
  return [...outside, ...stores];
}

/** Kinds of private endpoints that lead to a store. */
const endpointsOf = (resources: readonly Resource[], { id }: Resource): string[] =>
  resources
    .filter(({ type }) => type === ENDPOINTS)
    .flatMap((one) => at(one, "properties.privateLinkServiceConnections") as unknown[])
    .filter((link) => at(link, "properties.privateLinkServiceId") === id)
    .flatMap((link) => at(link, "properties.groupIds") as string[]);
