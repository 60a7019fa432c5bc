import {
  DISK_ENCRYPTION_SET,
  IMAGE_VERSION,
  isOfType,
  MANAGED_DISK,
  MANAGED_IMAGE,
  parseArmId,
  SNAPSHOT,
  STORAGE_ACCOUNT,
  VIRTUAL_MACHINE,
} from "../arm-id";

/** What a text names that was given in the place of something else, and where it belongs. */
export interface Named {
  /** With its article: "a virtual machine". */
  words: string;
  /** What to do with it instead. */
  instead?: string;
}

const SET_PLACE = "name a disk encryption set in targetRegions[].encryption";

/** Types that people mix up, and where each of them goes. */
const KINDS: readonly (Named & { type: string })[] = [
  { type: MANAGED_IMAGE, words: "a managed image", instead: "give it as source.managedImage" },
  { type: MANAGED_DISK, words: "a managed disk", instead: "give it as source.managedDisk" },
  { type: SNAPSHOT, words: "a snapshot", instead: "give it as source.osSnapshot" },
  {
    type: VIRTUAL_MACHINE,
    words: "a virtual machine",
    instead: "give it as source.virtualMachine",
  },
  {
    type: IMAGE_VERSION,
    words: "a gallery image version",
    instead: "give it as source.galleryImageVersion",
  },
  {
    type: "Microsoft.Compute/galleries/images",
    words: "an image definition of a gallery",
    instead: "add /versions/<version>, which makes it the id of a gallery image version",
  },
  {
    type: "Microsoft.Compute/galleries",
    words: "a gallery",
    instead: "add /images/<definition>/versions/<version>",
  },
  { type: DISK_ENCRYPTION_SET, words: "a disk encryption set", instead: SET_PLACE },
  {
    type: STORAGE_ACCOUNT,
    words: "a storage account",
    instead: "give it as source.vhd.storageAccountId, beside the file's uri",
  },
  {
    type: "Microsoft.Compute/virtualMachineScaleSets",
    words: "a scale set",
    instead: "capture one of its machines",
  },
  {
    type: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
    words: "an instance of a scale set",
    instead: "capture it as a managed image or as snapshots",
  },
  {
    type: "Microsoft.Compute/restorePointCollections/restorePoints",
    words: "a restore point",
    instead: "make snapshots of it",
  },
  {
    type: "Microsoft.KeyVault/vaults",
    words: "a key vault",
    instead: SET_PLACE,
  },
];

/** Texts that are no id inside a resource group, by how they look. */
const LOOKS: readonly (Named & { like: RegExp })[] = [
  {
    like: /^https?:\/\/[^/]*\.vault\./i,
    words: "the address of a key",
    instead: SET_PLACE,
  },
  {
    like: /^https?:\/\//i,
    words: "the address of a file",
    instead: "give it as source.vhd, with the storage account's id",
  },
  {
    like: /^\/?communityGalleries\//i,
    words: "an image of a community gallery",
    instead: "copy it into a gallery of your own",
  },
  {
    like: /^\/?sharedGalleries\//i,
    words: "an image of a gallery that is shared with you",
    instead: "give its id in its owner's subscription",
  },
  {
    like: /<[^<>]*>/,
    words: "an id with a placeholder left in",
    instead: "fill the placeholder in",
  },
  { like: /^[^/]+$/, words: "a name", instead: "give the full id" },
];

/** What the text names; undefined when it's like nothing that is known here. */
export function named(text: string): Named | undefined {
  const id = parseArmId(text);
  if (id === undefined) return LOOKS.find(({ like }) => like.test(text.trim()));
  return KINDS.find(({ type }) => isOfType(id, type)) ?? { words: `a ${id.type}` };
}
