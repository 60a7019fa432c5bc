import { computeId, managedImageExample, wireRegion } from "../../support/request-factory";
import type { Area, Row } from "../support/row";

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

const MISSING_SOURCE = "$.source.managedImage SourceNotFound error";
const MISSING_SET =
  "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId DiskEncryptionSetNotFound error westus";

/** What Azure doesn't answer, beside a source and a set that aren't there: these are told all the same. */
function beside(
  title: string,
  call: Record<string, string>,
  { before = [], after = [] }: { before?: string[]; after?: string[] },
): Row {
  return {
    title: `${title}, beside other mistakes`,
    request: managedImageExample({
      source: { managedImage: computeId("images", "noImage", "myResourceGroup") },
      targetRegions: [wireRegion("westus", "NoSuchSet")],
    }),
    faults: [{ http: { method: "GET", status: 503, ...call } }],
    found: [...before, MISSING_SOURCE, MISSING_SET, ...after],
    neighbour: { faults: [], found: [MISSING_SOURCE, MISSING_SET] },
  };
}
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
      found: [
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId ServerTimeout error eastus2",
      ],
      neighbour: { faults: [] },
    },
    {
      title: "a list of sets that Azure fails to show now",
      request,
      faults: [{ http: { method: "GET", pathContains: "/diskEncryptionSets", status: 503 } }],
      found: [
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId ServerTimeout error westus",
        "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId ServerTimeout error westus",
        "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId ServerTimeout error eastus2",
        "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId ServerTimeout error eastus2",
      ],
      neighbour: { request: byGroupAndName, faults: [] },
    },
    beside(
      "rights that Azure fails to tell now",
      { pathContains: "/permissions" },
      {
        after: ["$.image PermissionsNotChecked notChecked"],
      },
    ),
    beside(
      "regions that Azure fails to tell now",
      { pathContains: "/skus" },
      {
        after: ["$.targetRegions RegionsNotChecked notChecked"],
      },
    ),
    beside(
      "a version that Azure fails to show now",
      { resource: "MyImage/1.0.0" },
      {
        before: ["$.image ServerTimeout error"],
      },
    ),
    beside(
      "a gallery that Azure fails to show now",
      { resource: "MyGallery" },
      {
        before: ["$.image ServerTimeout error"],
      },
    ),
    beside(
      "a definition that Azure fails to show now",
      { resource: "MyGallery/MyImage" },
      {
        before: ["$.image ServerTimeout error"],
      },
    ),
    {
      ...beside(
        "a source that Azure fails to show now",
        { resource: "noImage" },
        {
          before: ["$.source ServerTimeout error"],
        },
      ),
      found: ["$.source ServerTimeout error", MISSING_SET],
    },
  ],
};
