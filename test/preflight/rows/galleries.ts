import { managedImageExample } from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const IMAGE = managedImageExample()["image"] as Json;
const into = (change: Json): Json => managedImageExample({ image: { ...IMAGE, ...change } });

const gallery = (name: string, more: Json = {}): Json => ({
  name,
  resourceGroup: "myResourceGroup",
  location: "westus",
  ...more,
});
const definition = (name: string, inGallery: string, more: Json = {}): Json => ({
  name,
  gallery: inGallery,
  osType: "Linux",
  osState: "Generalized",
  ...more,
});
const neighbour = { request: into({}) };

/** Galleries and definitions that aren't there, or don't take an encrypted version. */
export const galleries: Area = {
  world: {
    galleries: [
      gallery("SharedGallery", { sharing: "Groups" }),
      gallery("CommunityGallery", { sharing: "Community" }),
      gallery("FailedGallery", { provisioningState: "Failed" }),
    ],
    definitions: [
      definition("Shared", "SharedGallery"),
      definition("Community", "CommunityGallery"),
      definition("InFailed", "FailedGallery"),
      definition("Going", "MyGallery", { provisioningState: "Deleting" }),
      definition("Failed", "MyGallery", { provisioningState: "Failed" }),
    ],
  },
  rows: [
    {
      title: "a gallery that isn't there, told once",
      request: into({ gallery: "NoGallery" }),
      found: ["$.image GalleryNotFound error"],
      neighbour,
    },
    {
      title: "a gallery that is shared directly",
      request: into({ gallery: "SharedGallery", definition: "Shared" }),
      found: ["$.image GallerySharedDirectly error"],
      neighbour: { request: into({ gallery: "CommunityGallery", definition: "Community" }) },
    },
    {
      title: "a gallery whose last change failed",
      request: into({ gallery: "FailedGallery", definition: "InFailed" }),
      found: ["$.image GalleryNotReady warning"],
      neighbour,
    },
    {
      title: "an image definition that is being deleted",
      request: into({ definition: "Going" }),
      found: ["$.image ImageDefinitionNotReady error"],
      neighbour,
    },
    {
      title: "an image definition whose last change failed",
      request: into({ definition: "Failed" }),
      found: ["$.image ImageDefinitionNotReady warning"],
      neighbour,
    },
  ],
};
