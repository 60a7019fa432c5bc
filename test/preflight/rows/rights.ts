import {
  managedImageExample,
  snapshotExample,
  SUBSCRIPTION,
  withMember,
} from "../../support/request-factory";
import type { Area, Row } from "../support/row";

type Json = Record<string, unknown>;

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup`;
const SNAPSHOTS = `${GROUP}/providers/Microsoft.Compute/snapshots`;
const VERSIONS = "Microsoft.Compute/galleries/images/versions";
const PERMISSIONS = "Microsoft.Authorization/permissions/read";

let identities = 0;
const identity = (name: string, rights: Json[]): Json => {
  const objectId = `a0000000-0000-4000-8000-${String(++identities).padStart(12, "0")}`;
  return { name, appId: objectId, objectId, rights };
};
/** One who may do everything but these actions. */
const without = (name: string, ...notActions: string[]): Json =>
  identity(name, [{ actions: ["*"], notActions }]);

const image = managedImageExample();
const verified = managedImageExample({ rollout: { verify: "disk" } });
const EAST = ["targetRegions", 1, "encryption"];
/** The customer's second example, with sets that lie in its regions. */
const snapshots = (
  [
    [["osDiskImage", "diskEncryptionSetId"], "EastUSDiskEncryptionSet1"],
    [["dataDiskImages", 0, "diskEncryptionSetId"], "EastUSDiskEncryptionSet2"],
  ] as const
).reduce((request, [path, set]) => withMember(request, [...EAST, ...path], set), snapshotExample());

const lacking = (title: string, caller: string, action: string, found: string[]): Row => ({
  title,
  request: image,
  caller,
  found,
  says: [action],
  neighbour: { caller: "function-app" },
});

/** What the app itself may do, and whether the gallery takes encrypted versions. */
export const rights: Area = {
  world: {
    identities: [
      without("without-version-write", `${VERSIONS}/write`),
      without("without-version-delete", `${VERSIONS}/delete`),
      without("without-version-read", `${VERSIONS}/read`),
      without("without-gallery", "Microsoft.Compute/galleries/read"),
      without("without-image", "Microsoft.Compute/images/read"),
      without("without-snapshots", "Microsoft.Compute/snapshots/write"),
      without("without-permissions", PERMISSIONS),
      without("without-disks", "Microsoft.Compute/disks/*"),
      identity("of-two-snapshots", [
        { actions: ["*"], notActions: ["Microsoft.Compute/snapshots/write"] },
        ...["myOSSnapshot", "myDDSnapshot"].map((name) => ({
          scope: `${SNAPSHOTS}/${name}`,
          actions: ["Microsoft.Compute/snapshots/*"],
        })),
      ]),
    ],
  },
  rows: [
    lacking(
      "an identity that may not write versions",
      "without-version-write",
      `${VERSIONS}/write`,
      ["$.image MissingPermission error"],
    ),
    {
      title: "an identity that may not delete the version that is to be taken back",
      request: managedImageExample({ rollout: { onFailure: "rollBack" } }),
      caller: "without-version-delete",
      found: ["$.rollout.onFailure MissingPermission error"],
      says: [`${VERSIONS}/delete`],
      neighbour: { request: image },
    },
    lacking("an identity that may not read versions", "without-version-read", `${VERSIONS}/read`, [
      "$.image AuthorizationFailed error",
      "$.image MissingPermission error",
    ]),
    lacking("an identity that may not read galleries", "without-gallery", "galleries/read", [
      "$.image AuthorizationFailed error",
      "$.image MissingPermission error",
    ]),
    lacking("an identity that may not read the managed image", "without-image", "images/read", [
      "$.source AuthorizationFailed error",
      "$.source.managedImage MissingPermission error",
    ]),
    {
      title: "an identity that may not write the snapshots",
      request: snapshots,
      caller: "without-snapshots",
      found: [
        "$.source.osSnapshot MissingPermission error",
        "$.source.dataSnapshots[0].id MissingPermission error",
      ],
      says: [`Microsoft.Compute/snapshots/write on ${GROUP}`],
      neighbour: { caller: "of-two-snapshots" },
    },
    {
      title: "an identity that isn't told what it may do",
      request: image,
      caller: "without-permissions",
      found: ["$.image PermissionsNotChecked notChecked"],
      says: [PERMISSIONS],
      neighbour: { caller: "function-app" },
    },
    {
      title: "an identity that may not make, read and delete disks, for a verification",
      request: verified,
      settings: { VERIFICATION_RESOURCE_GROUP: "verifications" },
      caller: "without-disks",
      found: ["read", "write", "delete"].map(() => "$.rollout.verify MissingPermission error"),
      says: ["Microsoft.Compute/disks/delete on ", "resourceGroups/verifications"],
      neighbour: { caller: "function-app" },
    },
    {
      title: "a resource group for verifications that isn't there",
      request: verified,
      settings: { VERIFICATION_RESOURCE_GROUP: "nowhere" },
      found: ["$.rollout.verify VerificationGroupNotFound error"],
      says: ["resourceGroups/nowhere"],
      neighbour: { settings: { VERIFICATION_RESOURCE_GROUP: "verifications" } },
    },
  ],
};
