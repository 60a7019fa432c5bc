import type { Example } from "./examples";
import { isObject, objectAt, type Json } from "./swagger-files";

/** A slip of the specification's examples, and what is sent instead. */
interface Correction {
  name: string;
  /** The parameters as they must be; undefined: this example has no such slip. */
  apply: (parameters: Json) => Json | undefined;
}

/** What the examples leave open, and what it is in the world that they are sent to. */
const PLACEHOLDERS: Record<string, string> = {
  "{subscription-id}": "00000000-0000-0000-0000-000000000000",
  "{subscriptionId}": "00000000-0000-0000-0000-000000000000",
  "{resourceGroup}": "myResourceGroup",
  "{resourceGroupName}": "myResourceGroup",
  "{imageName}": "myImage",
  "{vmName}": "myVM",
  "{osSnapshotName}": "myOSSnapshot",
  "{dataDiskName}": "myDataDisk",
  "{storageAccount}": "mystorageaccount",
  "{galleryName}": "mySourceGallery",
  "{imageDefinitionName}": "mySourceImage",
  "{versionName}": "1.0.0",
  "{existing-diskEncryptionSet-name}": "myDiskEncryptionSet",
  "{identityName}": "myIdentity",
  "/keys/{key}": "/keys/keyName/keyVersion",
};

/** In the order in which they are made. */
const CORRECTIONS: Correction[] = [
  {
    name: "placeholders are filled in",
    apply: (parameters) =>
      rewritten(parameters, (text) =>
        Object.entries(PLACEHOLDERS).reduce(
          (done, [open, name]) => done.replaceAll(open, name),
          text,
        ),
      ),
  },
  {
    name: "the type is diskEncryptionSets, not diskEncryptionSet",
    apply: (parameters) =>
      rewritten(parameters, (text) =>
        text.replaceAll("/diskEncryptionSet/", "/diskEncryptionSets/"),
      ),
  },
  {
    name: "the api-version stands under its own name",
    apply: ({ version, ...parameters }) =>
      "api-version" in parameters ? undefined : { ...parameters, "api-version": version },
  },
  {
    name: "a disk that is encrypted in one region is encrypted in all",
    apply: encryptedEverywhere,
  },
  {
    name: "each disk has a blob of its own",
    apply: ownBlobs,
  },
  {
    name: "the storage type is given where its default isn't the example's any more",
    apply: givenStorage,
  },
];

/** An example's parameters as they are sent, and the names of the corrections that were needed. */
export function corrected(example: Example): { parameters: Json; corrections: string[] } {
  let { parameters } = example;
  const corrections: string[] = [];
  for (const { name, apply } of CORRECTIONS) {
    const better = apply(parameters);
    if (better === undefined) continue;
    parameters = better;
    corrections.push(name);
  }
  return { parameters, corrections };
}

/** All texts in a value rewritten; undefined when none changed. */
function rewritten(parameters: Json, rewrite: (text: string) => string): Json | undefined {
  let changed = false;
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") {
      const text = rewrite(value);
      changed ||= text !== value;
      return text;
    }
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [String(walk(name)), walk(member)]),
    );
  };
  const result = walk(parameters) as Json;
  return changed ? result : undefined;
}

const versionProperties = (parameters: Json): Json =>
  objectAt(objectAt(parameters, "galleryImageVersion"), "properties");

function withVersionProperties(parameters: Json, properties: Json): Json {
  const version = objectAt(parameters, "galleryImageVersion");
  return { ...parameters, galleryImageVersion: { ...version, properties } };
}

/** Sets by LUN, as the examples name them for East US. */
const EAST_US_SETS = ["myOtherEastUSDiskEncryptionSet", "myEastUSDiskEncryptionSet"];

function encryptedEverywhere(parameters: Json): Json | undefined {
  const properties = versionProperties(parameters);
  const profile = objectAt(properties, "publishingProfile");
  const regions = (profile["targetRegions"] as Json[] | undefined) ?? [];
  const encryption = regions.find((region) => region["encryption"] !== undefined)?.["encryption"];
  if (encryption === undefined || regions.every((one) => one["encryption"] !== undefined))
    return undefined;
  const luns = (objectAt({ encryption }, "encryption")["dataDiskImages"] as Json[]).map(
    ({ lun }) => lun as number,
  );
  const set = (name = ""): string =>
    `/subscriptions/${String(parameters["subscriptionId"])}/resourceGroups/myResourceGroup/providers/Microsoft.Compute/diskEncryptionSets/${name}`;
  const inEastUs = {
    osDiskImage: { diskEncryptionSetId: set(EAST_US_SETS[1]) },
    dataDiskImages: luns.map((lun) => ({ lun, diskEncryptionSetId: set(EAST_US_SETS[lun]) })),
  };
  const targetRegions = regions.map((region) => ({ encryption: inEastUs, ...region }));
  return withVersionProperties(parameters, {
    ...properties,
    publishingProfile: { ...profile, targetRegions },
  });
}

function ownBlobs(parameters: Json): Json | undefined {
  const properties = versionProperties(parameters);
  const storage = objectAt(properties, "storageProfile");
  const osBlob = objectAt(objectAt(storage, "osDiskImage"), "source")["uri"];
  const disks = (storage["dataDiskImages"] as Json[] | undefined) ?? [];
  if (
    typeof osBlob !== "string" ||
    disks.every((disk) => objectAt(disk, "source")["uri"] !== osBlob)
  )
    return undefined;
  const dataDiskImages = disks.map((disk) => ({
    ...disk,
    source: { ...objectAt(disk, "source"), uri: osBlob.replace(/[^/]+$/, "data.vhd") },
  }));
  return withVersionProperties(parameters, {
    ...properties,
    storageProfile: { ...storage, dataDiskImages },
  });
}

/** Since 2025-03-03 a version without type and strategy prefers zones; the examples show none. */
function givenStorage(parameters: Json): Json | undefined {
  const properties = versionProperties(parameters);
  const { publishingProfile } = properties;
  if (!isObject(publishingProfile) || String(parameters["api-version"]) < "2025-03-03")
    return undefined;
  if ("storageAccountType" in publishingProfile || "storageAccountStrategy" in publishingProfile)
    return undefined;
  return withVersionProperties(parameters, {
    ...properties,
    publishingProfile: { ...publishingProfile, storageAccountType: "Standard_LRS" },
  });
}
