import type { TrackedType } from "./tracked-resource";

/** Galleries. */
export const galleryType: TrackedType = {
  type: "Microsoft.Compute/galleries",
  endpoint: "capsOperations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  members: ["identity"],
  properties: (given, { subscriptionId, name }) => ({
    ...given,
    identifier: { uniqueName: `${subscriptionId}-${name.toUpperCase()}` },
  }),
};
