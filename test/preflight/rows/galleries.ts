import { computeId, managedImageExample } from "../../support/request-factory";
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
const SOFT = { gallery: "SoftGallery", definition: "Soft" };
const neighbour = { request: into({}) };

/** Galleries and definitions that aren't there, or don't take an encrypted version. */
export const galleries: Area = {
  world: {
    galleries: [
      gallery("SharedGallery", { sharing: "Groups" }),
      gallery("CommunityGallery", { sharing: "Community" }),
      gallery("SoftGallery", { softDelete: true }),
      gallery("FailedGallery", { provisioningState: "Failed" }),
    ],
    definitions: [
      definition("Shared", "SharedGallery"),
      definition("Community", "CommunityGallery"),
      definition("Soft", "SoftGallery"),
      definition("InFailed", "FailedGallery"),
      definition("Going", "MyGallery", { provisioningState: "Deleting" }),
      definition("Failed", "MyGallery", { provisioningState: "Failed" }),
    ],
    identities: [
      {
        name: "without-deleted-versions",
        appId: "b0000000-0000-4000-8000-000000000002",
        objectId: "b0000000-0000-4000-8000-000000000002",
        rights: [{ actions: ["*"], notActions: ["*/softDeletedArtifactTypes/*"] }],
      },
    ],
    versions: [
      {
        name: "1.0.0",
        definition: "Soft",
        gallery: "SoftGallery",
        location: "westus",
        softDeleted: true,
        properties: {
          storageProfile: { source: { id: computeId("images", "myImage", "myResourceGroup") } },
          publishingProfile: { targetRegions: [{ name: "westus" }] },
        },
      },
    ],
  },
  rows: [
    {
      title: "a number that a soft-deleted version keeps",
      request: into(SOFT),
      found: ["$.image.version VersionSoftDeleted error"],
      neighbour: { request: into({ ...SOFT, version: "1.0.1" }) },
    },
    {
      title: "an identity that isn't shown which versions are soft-deleted",
      request: into({ ...SOFT, version: "1.0.1" }),
      caller: "without-deleted-versions",
      found: ["$.image.version VersionNotChecked notChecked"],
      neighbour: { caller: "function-app" },
    },
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
