import { managedImageExample, withMember, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";
import { existing } from "./versions";

type Json = Record<string, unknown>;

const west = wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]);
const region = (name: string, more: Json = {}): Json => ({
  ...wireRegion(name, `regions-${name}`, [[0, `regions-${name}`]]),
  ...more,
});
const publish = (...targetRegions: Json[]): Json => managedImageExample({ targetRegions });
const set = (location: string): Json => ({
  name: `regions-${location}`,
  resourceGroup: "myResourceGroup",
  location,
});
const ZONAL = { storageAccountType: "Standard_ZRS" };
const SKUS = "Microsoft.Compute/skus/read";

const replicas = (of: Json, regionalReplicaCount: number): Json => ({
  ...of,
  regionalReplicaCount,
});
/** No set can lie there either. */
const elsewhere = { ...region("francecentral"), name: "chinaeast" };
const SETS = "$.targetRegions[1].encryption";
const ELSEWHERE = [
  "$.targetRegions[1].name RegionNotAvailable error chinaeast",
  `${SETS}.osDiskImage.diskEncryptionSetId DiskEncryptionSetInOtherRegion error chinaeast`,
  `${SETS}.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetInOtherRegion error chinaeast`,
];

/** Regions that the subscription can't use, and storage that they don't have. */
export const regions: Area = {
  world: {
    regions: [{ name: "francesouth", access: "gated" }],
    diskEncryptionSets: ["francesouth", "francecentral", "northcentralus", "westus2"].map(set),
    identities: [
      {
        name: "without-skus",
        appId: "b0000000-0000-4000-8000-000000000001",
        objectId: "b0000000-0000-4000-8000-000000000001",
        rights: [{ actions: ["*"], notActions: [SKUS] }],
      },
    ],
    versions: [existing("0.3.0")],
  },
  rows: [
    {
      title: "a region that the subscription has no access to",
      request: publish(west, region("francesouth")),
      found: ["$.targetRegions[1].name RegionNotAvailable error francesouth"],
      neighbour: { request: publish(west, region("francecentral")) },
    },
    {
      title: "zone-redundant storage in a region without zones",
      request: publish(west, region("northcentralus", ZONAL)),
      found: [
        "$.targetRegions[1].storageAccountType StorageAccountTypeNotAvailable error northcentralus",
      ],
      says: ["it has PremiumV2_LRS, Premium_LRS, Standard_LRS"],
      neighbour: { request: publish(west, region("westus2", ZONAL)) },
    },
    {
      title: "a gated region that is added to a version",
      request: withMember(publish(west, region("francesouth")), ["image", "version"], "0.3.0"),
      found: ["$.targetRegions[1].name RegionNotAvailable error francesouth"],
      neighbour: { request: withMember(publish(west), ["image", "version"], "0.3.0") },
    },
    {
      title: "more replicas than a version takes",
      request: publish(replicas(west, 60), replicas(region("westus2"), 41)),
      found: ["$.targetRegions ManyReplicas warning"],
      says: ["101 replicas"],
      neighbour: { request: publish(replicas(west, 60), replicas(region("westus2"), 40)) },
    },
    {
      title: "a region of another cloud",
      request: publish(west, elsewhere),
      found: ELSEWHERE,
      neighbour: { request: publish(west, region("francecentral")) },
    },
    {
      title: "a region of another cloud, asked for alone",
      request: withMember(publish(west, elsewhere), ["image", "version"], "0.3.0"),
      found: ELSEWHERE,
      neighbour: { request: withMember(publish(west), ["image", "version"], "0.3.0") },
    },
    {
      title: "an identity that isn't shown what regions have",
      request: managedImageExample(),
      caller: "without-skus",
      found: ["$.targetRegions RegionsNotChecked notChecked"],
      says: [SKUS],
      neighbour: { caller: "function-app" },
    },
  ],
};
