import {
  computeId,
  managedImageExample,
  parse,
  setId,
  SUBSCRIPTION,
  withMember,
} from "../../../support/request-factory";

const VERSION = computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0");
const ACCOUNT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`;

/** The only problem of a request with this member in place of the example's. */
function onlyProblem(path: (string | number)[], value: unknown) {
  const result = parse(withMember(managedImageExample(), path, value), {
    vmSourceWithCmk: "allow",
  });
  const problems = result.kind === "invalid" ? result.problems : [];
  expect(problems).toHaveLength(1);
  return problems[0];
}

test.each([
  ["virtualMachines/vm", "a virtual machine", "give it as source.virtualMachine"],
  ["disks/d", "a managed disk", "give it as source.managedDisk"],
  ["snapshots/s", "a snapshot", "give it as source.osSnapshot"],
  ["galleries/g", "a gallery", "add /images/<definition>/versions/<version>"],
  ["galleries/g/images/d", "an image definition of a gallery", "add /versions/<version>"],
  [
    "galleries/g/images/d/versions/1.0.0",
    "a gallery image version",
    "give it as source.galleryImageVersion",
  ],
  ["diskEncryptionSets/e", "a disk encryption set", "targetRegions[].encryption"],
  ["virtualMachineScaleSets/v", "a scale set", "capture one of its machines"],
  [
    "virtualMachineScaleSets/v/virtualMachines/0",
    "an instance of a scale set",
    "capture it as a managed image",
  ],
  ["restorePointCollections/c/restorePoints/p", "a restore point", "make snapshots of it"],
  ["proximityPlacementGroups/p", "a Microsoft.Compute/proximityPlacementGroups", "give an id as"],
])(
  "the id of %s in the place of a managed image is named as what it is",
  (resource, words, cure) => {
    const [type = "", ...rest] = resource.split("/");
    const found = onlyProblem(["source"], { managedImage: computeId(type, rest.join("/")) });
    expect(found).toMatchObject({
      path: "$.source.managedImage",
      code: "InvalidResourceId",
      message: expect.stringContaining(`is ${words}, not the id of a Microsoft.Compute/images`),
      action: expect.stringContaining(cure),
    });
  },
);

test.each([
  ["osSnapshot", computeId("disks", "d"), "a managed disk", "source.managedDisk"],
  ["managedDisk", computeId("snapshots", "s"), "a snapshot", "source.osSnapshot"],
  ["managedDisk", computeId("virtualMachines", "vm"), "a virtual machine", "source.virtualMachine"],
  ["virtualMachine", computeId("disks", "d"), "a managed disk", "source.managedDisk"],
  [
    "galleryImageVersion",
    computeId("galleries/g/images", "d"),
    "an image definition of a gallery",
    "add /versions/<version>",
  ],
  ["galleryImageVersion", computeId("images", "i"), "a managed image", "source.managedImage"],
  ["managedImage", ACCOUNT, "a storage account", "source.vhd.storageAccountId"],
  [
    "managedImage",
    "https://a.blob.core.windows.net/c/d.vhd",
    "the address of a file",
    "source.vhd",
  ],
  ["managedImage", "myImage", "a name", "give the full id"],
  [
    "managedImage",
    "/CommunityGalleries/g/Images/i/Versions/1.0.0",
    "an image of a community gallery",
    "copy it into a gallery of your own",
  ],
  [
    "managedImage",
    "/SharedGalleries/g/Images/i/Versions/1.0.0",
    "an image of a gallery that is shared",
    "its id in its owner's subscription",
  ],
  [
    "managedImage",
    "/subscriptions/<subscription ID>/resourceGroups/g/providers/Microsoft.Compute/images/i",
    "an id with a placeholder left in",
    "fill the placeholder in",
  ],
])("source.%s given as %s is named as what it is", (member, given, words, cure) => {
  expect(onlyProblem(["source"], { [member]: given })).toMatchObject({
    path: `$.source.${member}`,
    code: "InvalidResourceId",
    message: expect.stringContaining(words),
    action: expect.stringContaining(cure),
  });
});

test("the snapshot of a data disk that is a disk is named at its place", () => {
  const source = {
    osSnapshot: computeId("snapshots", "s"),
    dataSnapshots: [{ lun: 0, id: computeId("disks", "d") }],
  };
  expect(onlyProblem(["source"], source)).toMatchObject({
    path: "$.source.dataSnapshots[0].id",
    message: expect.stringContaining("a managed disk"),
  });
});

test.each([
  [computeId("galleries/g/images", "d"), "an image definition of a gallery"],
  [computeId("images", "i"), "a managed image"],
  ["1.0.0", "a name"],
])("%s as the image to publish is named as what it is", (id, words) => {
  expect(onlyProblem(["image"], { id, location: "westus" })).toMatchObject({
    path: "$.image.id",
    code: "InvalidImageId",
    message: expect.stringContaining(words),
  });
});

test.each([
  [computeId("snapshots", "s"), "NotADiskEncryptionSet", "a snapshot"],
  [
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v`,
    "NotADiskEncryptionSet",
    "a key vault",
  ],
  ["https://v.vault.azure.net/keys/k/1", "InvalidDiskEncryptionSet", "an address"],
])("%s in the place of a disk encryption set is named as what it is", (given, code, words) => {
  const path = ["targetRegions", 1, "encryption", "osDiskImage", "diskEncryptionSetId"];
  expect(onlyProblem(path, given)).toMatchObject({
    code,
    message: expect.stringContaining(words),
    region: "eastus2",
  });
});

test.each([
  [["source", "managedImage"], computeId("images", "myImage")],
  [["image"], { id: VERSION, location: "westus" }],
  [["targetRegions", 1, "encryption", "osDiskImage", "diskEncryptionSetId"], setId("a")],
])("at %j the right kind passes", (path, value) => {
  expect(parse(withMember(managedImageExample(), path, value)).kind).toBe("valid");
});
