import { managedImageExample } from "../../support/request-factory";
import type { Area } from "../support/row";

const request = managedImageExample();
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
        "$.targetRegions[0] AuthorizationFailed error westus",
        "$.targetRegions[1] AuthorizationFailed error eastus2",
      ],
      says: [READ_SETS],
      neighbour: { caller: "function-app" },
    },
    {
      title: "a set that Azure fails to show now",
      request,
      faults: [
        { http: { method: "GET", pathContains: "/EastUS2DiskEncryptionSet1", status: 503 } },
      ],
      found: ["$.targetRegions[1] ServerTimeout error eastus2"],
      neighbour: { faults: [] },
    },
  ],
};
