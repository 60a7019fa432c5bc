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
  authorizationSource: "RoleBased",
});

/** Subscriptions: read only. */
export function subscriptions(service: ComputeService): ResourceType {
  return {
    type: "subscriptions",
    list: () => ({
      status: 200,
      body: { value: service.state.subscriptions.all().map(view) },
    }),
    get(request) {
      const id = request.path.subscriptionId ?? "";
      const subscription = service.state.subscriptions.get(id.toLowerCase());
      if (subscription === undefined) throw subscriptionNotFound(id);
      return { status: 200, body: view(subscription) };
    },
  };
}

/** The regions that a subscription can use: all public ones. */
export const subscriptionLocations: ResourceType = {
  type: "subscriptions/locations",
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
