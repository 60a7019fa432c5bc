import type { Json } from "./swagger-files";

/** The lists of a world file. */
type World = Record<string, Json[]>;

const COMPUTE =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.Compute";
const VHDS = "https://gallerysourcencus.blob.core.windows.net/myvhds";
const VHD_OWNER = `${COMPUTE.replace("Compute", "Storage")}/storageAccounts/mystorageaccount`;

/** What the version of the examples can be made from. Each source has a data disk at LUN 1. */
const SOURCES: Record<"image" | "snapshots" | "vhds", Json> = {
  image: { source: { id: `${COMPUTE}/images/myImage` } },
  snapshots: {
    osDiskImage: { source: { id: `${COMPUTE}/snapshots/myOSSnapshot` } },
    dataDiskImages: [{ lun: 1, source: { id: `${COMPUTE}/disks/myDataDisk` } }],
  },
  vhds: {
    osDiskImage: {
      source: {
        storageAccountId: VHD_OWNER,
        uri: `${VHDS}/Windows-Server-2012-R2-20171216-en.us-128GB.vhd`,
      },
    },
    dataDiskImages: [{ lun: 1, source: { storageAccountId: VHD_OWNER, uri: `${VHDS}/data.vhd` } }],
  },
};

/** A region whose sets are named after it. */
function encryptedRegion(name: string, more: Json = {}): Json {
  const set = (disk: string): Json => ({
    diskEncryptionSetId: `${COMPUTE}/diskEncryptionSets/${disk}${name.replace(" ", "")}DiskEncryptionSet`,
  });
  const dataDiskImages = [{ lun: 1, ...set("myOther") }];
  return { name, ...more, encryption: { osDiskImage: set("my"), dataDiskImages } };
}

/** Adds the version that the examples of GET, PATCH and DELETE know. */
const addVersion =
  (source: keyof typeof SOURCES, name = "1.0.0") =>
  (world: World): void => {
    (world["versions"] ??= []).push({
      name,
      gallery: "myGalleryName",
      definition: "myGalleryImageName",
      location: "westus",
      properties: {
        storageProfile: SOURCES[source],
        publishingProfile: {
          targetRegions: [
            encryptedRegion("West US"),
            encryptedRegion("East US", { storageAccountType: "Standard_ZRS" }),
          ],
        },
      },
    });
  };

function remove(world: World, list: string, member: string, value: string): void {
  world[list] = (world[list] ?? []).filter((entry) => entry[member] !== value);
}

/** How the world has to be for examples whose names match; the first that matches counts. */
const PREPARATIONS: [examples: RegExp, prepare: (world: World) => void][] = [
  [/^GalleryImageVersion_Get_WithSnapshots/, addVersion("snapshots")],
  [/^GalleryImageVersion_Get_WithVhd/, addVersion("vhds")],
  [
    /^GalleryImageVersion_List|SoftDeleted/,
    (world) => {
      addVersion("image")(world);
      addVersion("image", "1.0.1")(world);
    },
  ],
  [/^GalleryImageVersion_(Get|Update|Delete)/, addVersion("image")],
  [/^Gallery_Delete/, (world) => remove(world, "definitions", "gallery", "myGalleryName")],
  [
    /^Gallery_Create/,
    (world) => {
      remove(world, "definitions", "gallery", "myGalleryName");
      remove(world, "galleries", "name", "myGalleryName");
    },
  ],
  [/^GalleryImage_Create/, (world) => remove(world, "definitions", "gallery", "myGalleryName")],
  [
    /^DiskEncryptionSet_Create/,
    (world) => remove(world, "diskEncryptionSets", "name", "myDiskEncryptionSet"),
  ],
  [
    /^DiskEncryptionSet_ListAssociated/,
    (world) => {
      for (const disk of world["disks"] ?? []) disk["encryptionSet"] = "myDiskEncryptionSet";
    },
  ],
  [
    /^DiskEncryptionSet_Get_WithAutoKeyRotationError/,
    (world) => {
      const [set] = world["diskEncryptionSets"] ?? [];
      if (set !== undefined)
        set["autoKeyRotationError"] = { code: "KeyVaultAccessForbidden", message: "No access." };
    },
  ],
];

/** Makes the world one in which an example can succeed. */
export function prepare(world: World, example: string): void {
  PREPARATIONS.find(([examples]) => examples.test(example))?.[1](world);
}

/** What must be deleted before an example is sent, because it speaks of what was deleted. */
export const deletedBefore = (example: string): string[] =>
  /SoftDeleted/.test(example)
    ? ["1.0.0", "1.0.1"].map(
        (version) =>
          `${COMPUTE}/galleries/myGalleryName/images/myGalleryImageName/versions/${version}`,
      )
    : [];
