import type { TrackedType } from "./tracked-resource";

const accepted = { create: 202, update: 202, bothHeaders: true };

/** Snapshots: as sources they have a size and a region; nothing else of them is interpreted. */
export const snapshotType: TrackedType = {
  type: "Microsoft.Compute/snapshots",
  endpoint: "DiskOperations",
  accepted,
  writeSeconds: (service) => service.timing.gallerySeconds,
  members: ["sku"],
  properties: (given) => given,
};

/** Managed disks, likewise. */
export const diskType: TrackedType = {
  type: "Microsoft.Compute/disks",
  endpoint: "DiskOperations",
  accepted,
  writeSeconds: (service) => service.timing.gallerySeconds,
  members: ["sku", "zones"],
  properties: (given) => given,
};

/** Managed images: an OS disk and data disks by LUN. */
export const managedImageType: TrackedType = {
  type: "Microsoft.Compute/images",
  endpoint: "operations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  properties: (given) => given,
};
