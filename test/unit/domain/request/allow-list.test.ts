import {
  ALLOWED,
  managedImageExample,
  refusals,
  snapshotExample,
  SUBSCRIPTION,
  withMember,
} from "../../../support/request-factory";

const OTHER = "99999999-9999-9999-9999-999999999999";
const gallery = (group: string, name: string, subscription = SUBSCRIPTION): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/galleries/${name}`;
const allow = (change: Partial<typeof ALLOWED>) => ({ allow: { ...ALLOWED, ...change } });
const SET_PATH = ["targetRegions", 1, "encryption", "dataDiskImages", 0, "diskEncryptionSetId"];
const foreignSet = `/subscriptions/${OTHER}/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d`;

test("empty lists refuse everything", () => {
  const nothing = { subscriptions: [], galleries: [], diskEncryptionSetSubscriptions: [] };
  expect(refusals(managedImageExample(), { allow: nothing })).toEqual([
    "$.image SubscriptionNotAllowed",
    "$.image GalleryNotAllowed",
    "$.source.managedImage SubscriptionNotAllowed",
    "$.image DiskEncryptionSetSubscriptionNotAllowed",
  ]);
});

test.each([
  ["its id", gallery("MyResourceGroup", "MyGallery")],
  ["its id in another case", gallery("MYRESOURCEGROUP", "mygallery").toUpperCase()],
  ["any gallery of its group", gallery("myresourcegroup", "*")],
  ["this gallery in any group", gallery("*", "MyGallery")],
])("a gallery is allowed by %s", (_name, id) => {
  expect(refusals(managedImageExample(), allow({ galleries: [id] }))).toEqual([]);
});

test.each([
  ["another gallery of its group", gallery("MyResourceGroup", "MyGallery2")],
  ["a gallery of this name in another group", gallery("MyResourceGroup2", "MyGallery")],
  [
    "a gallery of this name in another subscription",
    gallery("MyResourceGroup", "MyGallery", OTHER),
  ],
  ["any gallery of another subscription", gallery("*", "*", OTHER)],
])("a gallery isn't allowed by %s", (_name, id) => {
  expect(refusals(managedImageExample(), allow({ galleries: [id] }))).toEqual([
    "$.image GalleryNotAllowed",
  ]);
});

test("each source outside of the allowed subscriptions is named", () => {
  const elsewhere = withMember(
    snapshotExample(),
    ["source", "dataSnapshots", 0, "id"],
    `/subscriptions/${OTHER}/resourceGroups/g/providers/Microsoft.Compute/snapshots/s`,
  );
  expect(refusals(elsewhere)).toEqual(["$.source.dataSnapshots[0].id SubscriptionNotAllowed"]);
  const both = { subscriptions: [SUBSCRIPTION, OTHER.toUpperCase()] };
  expect(refusals(elsewhere, allow(both))).toEqual([]);
});

test("a disk encryption set outside of the allowed subscriptions is named with its region's path", () => {
  const request = withMember(managedImageExample(), SET_PATH, foreignSet);
  expect(refusals(request)).toEqual([
    "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId DiskEncryptionSetSubscriptionNotAllowed",
  ]);
  const both = { diskEncryptionSetSubscriptions: [SUBSCRIPTION, OTHER] };
  expect(refusals(request, allow(both))).toEqual([]);
});

test("what isn't allowed is told beside a structural mistake", () => {
  const request = withMember(managedImageExample(), ["replicaCount"], "two");
  expect(refusals(request, allow({ galleries: [] }))).toEqual([
    "$.replicaCount Invalid",
    "$.image GalleryNotAllowed",
  ]);
});
