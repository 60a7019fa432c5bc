import * as z from "zod";
import { isObject } from "../json";
import { model, resourceModel } from "../model";
import { RESOURCE_NAMES } from "./resource-names";
import { spelled } from "./disk-like";
import type { TrackedType } from "./tracked-resource";

/** With whom a gallery is shared. */
export const SHARING = ["Private", "Groups", "Community"] as const;

const text = z.string().optional();
const propertiesModel = model(
  "GalleryProperties",
  {
    description: text,
    sharingProfile: model(
      "SharingProfile",
      {
        permissions: text,
        communityGalleryInfo: model(
          "CommunityGalleryInfo",
          { publisherUri: text, publisherContact: text, eula: text, publicNamePrefix: text },
          ["communityGalleryEnabled", "publicNames"],
        ).optional(),
      },
      ["groups"],
    ).optional(),
    softDeletePolicy: model("SoftDeletePolicy", {
      isSoftDeleteEnabled: z.boolean().optional(),
    }).optional(),
  },
  ["identifier", "provisioningState", "sharingStatus"],
);

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
  names: RESOURCE_NAMES.galleries,
  model: resourceModel("Gallery", propertiesModel),
  properties(given, { subscriptionId, name }) {
    const { sharingProfile } = given;
    const path = "gallery.properties.sharingProfile";
    return {
      ...given,
      ...(isObject(sharingProfile)
        ? {
            sharingProfile: {
              ...sharingProfile,
              ...spelled(sharingProfile, { permissions: SHARING }, path),
            },
          }
        : {}),
      identifier: { uniqueName: galleryUniqueName(subscriptionId, name) },
    };
  },
};
