import { appRights, samplePlaces, type Right } from "../../roles/app-rights";
import type { readRoles } from "../../roles/role-files";

/** What exists in the "Azure" that chaos strikes, and how its requests are written. */

export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
/** It holds everything but the disks of verification. */
export const GROUP = "chaos";
export const VERIFICATION_GROUP = "chaos-verifications";
const COMPUTE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
const DEFINITION = `${COMPUTE}/galleries/Chaos/images/Golden`;
/** Of the image's only data disk. */
export const DATA_LUN = 0;

/** Where every version is made; the others are copied to. */
export const SOURCE_REGION = "westus";
export const OTHER_REGIONS = [
  "eastus2",
  "eastus",
  "northeurope",
  "westeurope",
  "southeastasia",
] as const;
/** Its keys lie in a vault of the world, so they can be taken away. */
export const REGION_WITH_VAULT = "northeurope";
/** Takes three times as long as the source region. */
const SLOW_REGION = "southeastasia";
const REGIONS = [SOURCE_REGION, ...OTHER_REGIONS];

/** The app's own principal, as its calls are logged. */
export const APP = "22222222-2222-2222-2222-222222222222";
/** Who writes versions that aren't his. */
export const SOMEBODY = {
  oid: "66666666-6666-6666-6666-666666666666",
  appid: "77777777-7777-7777-7777-777777777777",
};

export const versionPath = (version: string): string => `${DEFINITION}/versions/${version}`;
export const versionsPath = `${DEFINITION}/versions`;
export const disksPath = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/disks`;

const setName = (region: string, disk: "os" | "data"): string => `des-${region}-${disk}`;
const setId = (region: string, disk: "os" | "data"): string =>
  `${COMPUTE}/diskEncryptionSets/${setName(region, disk)}`;

/** Ids of the sets that a region's disks must have. */
export const setsOf = (region: string): { os: string; data: string } => ({
  os: setId(region, "os"),
  data: setId(region, "data"),
});

const keyName = setName(REGION_WITH_VAULT, "os");
const vaultName = `kv-${REGION_WITH_VAULT}`;
/** The key that is taken away now and then. */
export const TAKEN_KEY = `https://${vaultName}.vault.azure.net/keys/${keyName}`;

/** Who there is: the app with its roles, and who looks on with a secret. */
function identities(roles: ReturnType<typeof readRoles>): object[] {
  const verifier = [`/subscriptions/${SUBSCRIPTION}/resourceGroups/${VERIFICATION_GROUP}`];
  const rights = appRights(roles, { ...samplePlaces(SUBSCRIPTION, GROUP), verifier });
  return [
    identity("function-app", "33333333-3333-3333-3333-333333333333", APP, {
      managedIdentity: "systemAssigned",
      rights,
    }),
    identity(
      "developer",
      "55555555-5555-5555-5555-555555555555",
      "44444444-4444-4444-4444-444444444444",
      { secret: "local-stack", rights: [{ scope: "/", actions: ["*"] }] },
    ),
  ];
}

const identity = (
  name: string,
  appId: string,
  objectId: string,
  more: { managedIdentity?: string; secret?: string; rights: Right[] },
): object => ({ name, appId, objectId, ...more });

/**
 * The world file; JSON is YAML.
 * @param roles what the app may do
 */
export function worldFile(roles: ReturnType<typeof readRoles>): object {
  const place = { resourceGroup: GROUP, location: SOURCE_REGION };
  return {
    clock: { regionFactors: { [SLOW_REGION]: 3 } },
    behaviour: { pollRights: "checked" },
    identities: identities(roles),
    subscriptions: [{ id: SUBSCRIPTION, tenantId: "11111111-1111-1111-1111-111111111111" }],
    resourceGroups: [GROUP, VERIFICATION_GROUP].map((name) => ({ name, location: SOURCE_REGION })),
    galleries: [{ name: "Chaos", ...place }],
    definitions: [
      {
        ...{ name: "Golden", gallery: "Chaos", osType: "Linux", osState: "Generalized" },
        hyperVGeneration: "V2",
        identifier: { publisher: "chaos", offer: "chaos", sku: "chaos" },
      },
    ],
    diskEncryptionSets: REGIONS.flatMap((location) =>
      (["os", "data"] as const).map((disk) => ({
        ...{ name: setName(location, disk), resourceGroup: GROUP, location },
      })),
    ),
    keyVaults: [
      {
        ...{ name: vaultName, resourceGroup: GROUP, location: REGION_WITH_VAULT },
        keys: (["os", "data"] as const).map((disk) => ({ name: setName(REGION_WITH_VAULT, disk) })),
      },
    ],
    images: [
      {
        ...{ name: "golden", ...place, hyperVGeneration: "V2" },
        osDisk: { sizeGb: 30, osType: "Linux", osState: "Generalized" },
        dataDisks: [{ lun: DATA_LUN, sizeGb: 10 }],
      },
    ],
    snapshots: [
      { name: "golden-os", ...place, sizeGb: 30, osType: "Linux", hyperVGeneration: "V2" },
    ],
  };
}

/** The app's queue and topic: locks are short, because a killed host can't give its messages back. */
export const serviceBusFile = {
  queues: [{ name: "publish-requests", lockDuration: "PT5S", maxDeliveryCount: 30 }],
  topics: [{ name: "publication-events", subscriptions: [{ name: "all" }] }],
};

/** What a request of chaos can say. */
export interface Wish {
  version: string;
  regions: readonly string[];
  replicas?: number;
  rollout?: Record<string, unknown>;
}

/** A request's body, without its id. */
export function requestBody({ version, regions, replicas = 1, rollout }: Wish): object {
  return {
    schemaVersion: 1,
    image: {
      ...{ subscriptionId: SUBSCRIPTION, resourceGroup: GROUP, gallery: "Chaos" },
      ...{ definition: "Golden", version, location: SOURCE_REGION },
    },
    source: { managedImage: `${COMPUTE}/images/golden` },
    targetRegions: regions.map((name) => ({
      ...targetRegion(name),
      regionalReplicaCount: replicas,
    })),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

/** A target region as it stands in ARM and in requests alike. */
export const targetRegion = (name: string) => ({
  name,
  encryption: {
    osDiskImage: { diskEncryptionSetId: setsOf(name).os },
    dataDiskImages: [{ lun: DATA_LUN, diskEncryptionSetId: setsOf(name).data }],
  },
});

/** A version of other disks, which takes the number from whoever wants it. */
export const otherImage = () => ({
  location: SOURCE_REGION,
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          name: SOURCE_REGION,
          encryption: { osDiskImage: { diskEncryptionSetId: setsOf(SOURCE_REGION).os } },
        },
      ],
    },
    storageProfile: { osDiskImage: { source: { id: `${COMPUTE}/snapshots/golden-os` } } },
  },
});

/** `West US 2` and `westus2` are one region. */
export const shortName = (region: string): string => region.toLowerCase().replaceAll(" ", "");
