import { managedImageExample, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";

const request = managedImageExample();
/** Every set by its resource group: none is searched for, each is read. */
const byGroupAndName = managedImageExample({
  targetRegions: [
    ["westus", "WestUS"],
    ["eastus2", "EastUS2"],
  ].map(([region = "", prefix = ""]) =>
    wireRegion(region, `myResourceGroup/${prefix}DiskEncryptionSet1`, [
      [0, `myResourceGroup/${prefix}DiskEncryptionSet2`],
    ]),
  ),
});
const READ_SETS = "Microsoft.Compute/diskEncryptionSets/read";

/** What Azure refuses to show, and what it fails to answer. */
export const answers: Area = {
  world: {
    identities: [
      {
        name: "without-sets",
        appId: "88888888-8888-8888-8888-888888888888",
        objectId: "99999999-9999-9999-9999-999999999999",
        rights: [{ actions: ["*"], notActions: [READ_SETS] }],
      },
    ],
  },
  rows: [
    {
      title: "an identity that may not read disk encryption sets",
      request,
      caller: "without-sets",
      found: [
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId MissingPermission error",
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId AuthorizationFailed error westus",
        "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId AuthorizationFailed error westus",
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId AuthorizationFailed error eastus2",
        "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId AuthorizationFailed error eastus2",
      ],
      says: [READ_SETS],
      neighbour: { caller: "function-app" },
    },
    {
      title: "a set that Azure fails to show now",
      request: byGroupAndName,
      faults: [
        { http: { method: "GET", pathContains: "/EastUS2DiskEncryptionSet1", status: 503 } },
      ],
      found: ["$.targetRegions[1] ServerTimeout error eastus2"],
      neighbour: { faults: [] },
    },
    {
      title: "a list of sets that Azure fails to show now",
      request,
      faults: [{ http: { method: "GET", pathContains: "/diskEncryptionSets", status: 503 } }],
      found: ["$.targetRegions ServerTimeout error"],
      neighbour: { request: byGroupAndName, faults: [] },
    },
  ],
};
