import type { ComputeService } from "../compute-service";
import { subscriptionNotFound } from "../errors";
import type { JsonObject } from "../json";
import { PUBLIC_REGIONS } from "../public-regions";
import type { SubscriptionRecord } from "../world-state";
import type { ResourceType } from "./resource-type";

const view = ({ subscriptionId, displayName, tenantId }: SubscriptionRecord): JsonObject => ({
  id: `/subscriptions/${subscriptionId}`,
  subscriptionId,
  tenantId,
  displayName,
  state: "Enabled",
  subscriptionPolicies: {
    locationPlacementId: "Public_2014-09-01",
    quotaId: "Internal_2014-09-01",
    spendingLimit: "Off",
  },
  authorizationSource: "RoleBased",
});

/** Subscriptions: read only, and seen by whoever has a right to anything inside. */
export function subscriptions(service: ComputeService): ResourceType {
  const { state, rights } = service;
  return {
    type: "subscriptions",
    actions: "Microsoft.Resources/subscriptions",
    access: "anyRight",
    list({ principal }) {
      const value = state.subscriptions.all().map(view);
      const visible = value.filter(
        ({ id, tenantId }) =>
          principal === undefined ||
          (tenantId === principal.tenantId && rights.allowWithin(principal, String(id))),
      );
      return { status: 200, body: { value: visible } };
    },
    get(request) {
      const id = request.path.subscriptionId ?? "";
      const subscription = state.subscriptions.get(id.toLowerCase());
      if (subscription === undefined) throw subscriptionNotFound(id);
      return { status: 200, body: view(subscription) };
    },
  };
}

/** The tenant that the caller's token is from; without tokens, all there are. */
export const tenants = ({ state }: ComputeService): ResourceType => ({
  type: "tenants",
  access: "open",
  list({ principal }) {
    const known = state.subscriptions.all().map(({ tenantId }) => tenantId);
    const ids = principal?.tenantId === undefined ? [...new Set(known)] : [principal.tenantId];
    const value = ids.map((tenantId) => ({
      id: `/tenants/${tenantId}`,
      tenantId,
      displayName: "Local tenant",
      tenantCategory: "Home",
    }));
    return { status: 200, body: { value } };
  },
});

/** The regions that a subscription can use: all public ones. */
export const subscriptionLocations: ResourceType = {
  type: "subscriptions/locations",
  actions: "Microsoft.Resources/subscriptions/locations",
  access: "anyRight",
  list: (request) => ({
    status: 200,
    body: {
      value: Object.entries(PUBLIC_REGIONS).map(([name, displayName]) => ({
        id: `/subscriptions/${request.path.subscriptionId ?? ""}/locations/${name}`,
        name,
        displayName,
        regionalDisplayName: displayName,
        type: "Region",
      })),
    },
  }),
};
