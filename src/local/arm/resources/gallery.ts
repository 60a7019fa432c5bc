import type { TrackedType } from "./tracked-resource";

/** What tells galleries of all subscriptions apart; never given by a client. */
export const galleryUniqueName = (subscriptionId: string, name: string): string =>
  `${subscriptionId}-${name.toUpperCase()}`;

/** Galleries. */
export const galleryType: TrackedType = {
  type: "Microsoft.Compute/galleries",
  endpoint: "capsOperations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  members: ["identity"],
  properties: (given, { subscriptionId, name }) => ({
    ...given,
    identifier: { uniqueName: galleryUniqueName(subscriptionId, name) },
  }),
};
