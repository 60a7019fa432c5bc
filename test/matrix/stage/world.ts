import { appRights, samplePlaces } from "../../../tools/roles/app-rights";
import { readRoles } from "../../../tools/roles/role-files";
import { OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../../support/request-factory";
import type { WorldPart } from "../model";

type Json = Record<string, unknown>;

const GROUP = "MyResourceGroup";
/** Where regions are verified. */
export const VERIFICATIONS = "Verifications";
export const VERIFICATION_DISKS = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${VERIFICATIONS}/providers/Microsoft.Compute/disks`;
const here = { resourceGroup: GROUP, subscription: SUBSCRIPTION };
const compute = (subscription = SUBSCRIPTION): string =>
  `/subscriptions/${subscription}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;

export const idOf = (type: string, name: string, subscription?: string): string =>
  `${compute(subscription)}/${type}/${name}`;
const DEFINITION = idOf("galleries/MyGallery/images", "MyImage");
export const versionPath = (name = "1.0.0"): string => `${DEFINITION}/versions/${name}`;
/** A version of another definition, made from the same image. */
export const BESIDE = idOf("galleries/MyGallery/images/OtherImage/versions", "1.0.0");
/** A version that has nothing to do with it. */
export const BYSTANDER = "0.9.0";

/** Replicas of each region of a request; somebody else's region is `uksouth`. */
export const REPLICAS: Record<string, number> = {
  westus: 2,
  eastus2: 1,
  northeurope: 3,
  uksouth: 1,
};
export const keyUrl = (set: string): string => `https://kv-matrix.vault.azure.net/keys/${set}`;

/** The sets that a region's disks are encrypted with, here and in every body that is sent. */
export const encryptionOf = (region: string) => ({
  osDiskImage: { diskEncryptionSetId: idOf("diskEncryptionSets", `${region}-os`) },
  dataDiskImages: [{ lun: 0, diskEncryptionSetId: idOf("diskEncryptionSets", `${region}-data`) }],
});

/** A region as somebody writes it in full. */
export const inFull = (region: string): Json => ({
  name: region,
  regionalReplicaCount: REPLICAS[region],
  storageAccountType: "Standard_LRS",
  encryption: encryptionOf(region),
});

/** The properties of a version that somebody else makes. */
export const bodyFrom = (image: string, regions: string[], profile: Json = {}): Json => ({
  storageProfile: { source: { id: idOf("images", image) } },
  publishingProfile: { targetRegions: regions.map(inFull), ...profile },
  safetyProfile: { allowDeletionOfReplicatedLocations: false, blockDeletionBeforeEndOfLife: false },
});

/** An entry for a version that is there before the run. */
export const versionEntry = (image: string, regions: string[], more: Json = {}): Json => ({
  name: "1.0.0",
  definition: "MyImage",
  gallery: "MyGallery",
  location: "westus",
  properties: bodyFrom(image, regions, { storageAccountType: "Standard_LRS" }),
  ...more,
});

const REGIONS = Object.keys(REPLICAS);
const SETS = REGIONS.flatMap((region) => ["os", "data"].map((disk) => ({ region, disk })));

/** Each stands in the request log under a name of his own. */
const identity = (name: string, digit: number, rights: object[]): Json => ({
  name,
  objectId: `${digit}0000000-0000-0000-0000-00000000000${digit}`,
  appId: `${digit}1111111-0000-0000-0000-00000000000${digit}`,
  rights,
});

/** The roles of `infra`, where `infra` gives them; sources may lie in another subscription. */
const APP_RIGHTS = [SUBSCRIPTION, OTHER_SUBSCRIPTION].flatMap((subscription) =>
  appRights(readRoles(), {
    ...samplePlaces(subscription, GROUP),
    ...(subscription === SUBSCRIPTION
      ? { verifier: [`/subscriptions/${subscription}/resourceGroups/${VERIFICATIONS}`] }
      : { writer: [], verifier: [], builder: [] }),
  }),
);
export const IDENTITIES = {
  app: identity("function-app", 4, APP_RIGHTS),
  other: identity("somebody-else", 5, [{ actions: ["*"] }]),
};
export const TENANT = "11111111-1111-1111-1111-111111111111";

const image = (name: string): Json => ({
  name,
  ...here,
  location: "westus",
  osDisk: { sizeGb: 30 },
  dataDisks: [{ lun: 0, sizeGb: 10 }],
});

/** The world that every cell begins with. Copies take 25 seconds, so that a few looks are enough. */
const USUAL: Json = {
  clock: {
    speed: 1,
    baseSeconds: 25,
    secondsPerGb: 0,
    spread: 0,
    unknownSeconds: 5,
    updateSeconds: 20,
    deleteSeconds: 20,
    failedOperationSeconds: 20,
    // What is deleted beside versions is gone at once.
    encryptionSetSeconds: 0,
    gallerySeconds: 0,
  },
  behaviour: { retryAfter: "none", pollRights: "checked" },
  throttling: { enabled: false },
  identities: Object.values(IDENTITIES),
  subscriptions: [{ id: SUBSCRIPTION, tenantId: TENANT }, { id: OTHER_SUBSCRIPTION }],
  resourceGroups: [
    { name: GROUP, location: "westus", subscription: SUBSCRIPTION },
    { name: VERIFICATIONS, location: "westus", subscription: SUBSCRIPTION },
    { name: GROUP, location: "westus", subscription: OTHER_SUBSCRIPTION },
  ],
  galleries: [{ name: "MyGallery", ...here, location: "westus" }],
  definitions: ["MyImage", "OtherImage"].map((name) => ({
    name,
    gallery: "MyGallery",
    osType: "Linux",
    osState: "Generalized",
  })),
  diskEncryptionSets: SETS.map(({ region, disk }) => ({
    name: `${region}-${disk}`,
    ...here,
    location: region,
    keyUrl: `${keyUrl(`${region}-${disk}`)}/0123456789abcdef0123456789abcdef`,
  })),
  keyVaults: [
    {
      name: "kv-matrix",
      ...here,
      location: "westus",
      keys: SETS.map(({ region, disk }) => ({ name: `${region}-${disk}` })),
    },
  ],
  images: [image("myImage"), image("otherImage")],
  versions: [versionEntry("myImage", ["westus"], { name: BYSTANDER })],
};

/** The usual world with more: lists are longer, members of objects win. */
export function worldOf(...parts: (WorldPart | undefined)[]): string {
  const world = structuredClone(USUAL);
  for (const [key, value] of parts.flatMap((part) => Object.entries(part ?? {})))
    world[key] = Array.isArray(value)
      ? [...((world[key] as unknown[] | undefined) ?? []), ...(value as unknown[])]
      : { ...(world[key] as Json), ...(value as Json) };
  return JSON.stringify(world);
}

/** The same world, in which the app may do this and nothing else. */
export function withRights(world: string, rights: readonly object[]): string {
  const parsed = JSON.parse(world) as { identities: Json[] };
  const identities = parsed.identities.map((one) =>
    one["name"] === IDENTITIES.app["name"] ? { ...one, rights } : one,
  );
  return JSON.stringify({ ...parsed, identities });
}

/** A request for these regions, each with its own sets and count. */
export const requestFor = (regions: string[], rollout: Json = {}, more: Json = {}): Json => ({
  source: { managedImage: idOf("images", "myImage") },
  storageAccountType: "Standard_LRS",
  targetRegions: regions.map(inFull),
  rollout,
  ...more,
});
