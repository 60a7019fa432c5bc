import type { GalleryImageVersion } from "@azure/arm-compute";
import { body, type Bench, type Observation } from "./bench";
import type { Row } from "./rows";
import { idOf, region } from "./world";

const west = region("westus");
const plain = { name: "westus" };
const fromImage = (name: string) =>
  body([plain], { storageProfile: { source: { id: idOf("images", name) } } });
const fromMachine = (name: string) =>
  body([plain], {
    storageProfile: { source: { virtualMachineId: idOf("virtualMachines", name) } },
  });
const withReplicas = (regionalReplicaCount: number) => body([{ ...plain, regionalReplicaCount }]);
const withBlock = (blockDeletionBeforeEndOfLife: boolean, endOfLife = "2999-12-01") =>
  body([plain], {
    profile: { endOfLifeDate: new Date(endOfLife) },
    safetyProfile: { allowDeletionOfReplicatedLocations: false, blockDeletionBeforeEndOfLife },
  });

/** Two versions at the same time, from these images. */
async function sideBySide(bench: Bench, first: string, second: string): Promise<Observation> {
  const running = await bench.begin(fromImage(first));
  const observed = await bench.put(fromImage(second));
  await running.end();
  return observed;
}

/** A PUT on a version while something else goes on with it, or after that has ended. */
async function during(
  bench: Bench,
  act: (version: string) => Promise<unknown>,
  sent: GalleryImageVersion,
): Promise<Observation> {
  const version = bench.nextVersion();
  await bench.put(body([plain]), { version });
  await act(version);
  return await bench.put(sent, { version });
}

async function deleting(bench: Bench, sent: GalleryImageVersion): Promise<Observation> {
  const version = bench.nextVersion();
  await bench.put(sent, { version });
  return await bench.remove(version);
}

/** Starts a delete through the SDK without following it. */
const beginDelete = (bench: Bench) => (version: string) =>
  bench.arm
    .client()
    .galleryImageVersions.delete("myResourceGroup", "MyGallery", "MyImage", version)
    .submitted();

/** Regions, counts, names, sources, and what goes on with a version. */
export const VERSION_ROWS: Row[] = [
  {
    row: 11,
    title: "regions without the source region",
    refused: (bench) => bench.put(body([region("eastus2")])),
    accepted: (bench) => bench.put(body([region("eastus2"), west])),
    answer: {
      message:
        "Gallery image version publishing profile regions East US 2 must contain the location of image version West US",
    },
  },
  {
    row: 12,
    title: "a region twice, in two spellings",
    refused: (bench) => bench.put(body([plain, { name: "West US" }])),
    accepted: (bench) => bench.put(body([plain])),
    answer: { message: "Duplicate regions are not allowed in target publishing regions" },
  },
  {
    row: 13,
    title: "no replica",
    refused: (bench) => bench.put(withReplicas(0)),
    accepted: (bench) => bench.put(withReplicas(1)),
    answer: {
      message:
        "The value 0 of parameter galleryImageVersion.properties.publishingProfile.targetRegions.regionalReplicaCount is out of range. The value must be between 1 and 100, inclusive",
    },
  },
  {
    row: 13,
    title: "too many replicas",
    refused: (bench) => bench.put(withReplicas(101)),
    accepted: (bench) => bench.put(withReplicas(100)),
    answer: { message: "The value 101 of parameter" },
  },
  {
    row: 14,
    title: "a version name with a part beyond 32 bits",
    refused: (bench) => bench.put(body([plain]), { version: "9.0.2147483648" }),
    accepted: (bench) => bench.put(body([plain]), { version: "9.0.2147483647" }),
    answer: {
      message:
        "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) format",
    },
  },
  {
    row: 15,
    title: "a source that doesn't exist",
    refused: (bench) => bench.put(fromImage("missing")),
    accepted: (bench) => bench.put(fromImage("myImage")),
    answer: {
      message: `Source ${idOf("images", "missing")} is not found. Please check source exists, and is in the same region as gallery image version being created`,
    },
  },
  {
    row: 15,
    title: "a source in another region",
    refused: (bench) => bench.put(fromImage("imageInEastUS")),
    accepted: (bench) => bench.put(fromImage("otherImage")),
    answer: { message: `Source ${idOf("images", "imageInEastUS")} is not found` },
  },
  {
    row: 16,
    title: "a source from which another version is being made",
    refused: (bench) => sideBySide(bench, "myImage", "myImage"),
    accepted: (bench) => sideBySide(bench, "myImage", "otherImage"),
    answer: { message: `Too many requests on source '${idOf("images", "myImage")}'` },
  },
  {
    row: 17,
    title: "another source for a version that exists",
    refused: (bench) => bench.update(fromImage("myImage"), fromImage("otherImage")),
    accepted: (bench) => bench.update(fromImage("myImage"), fromImage("MYIMAGE")),
    answer: {
      status: 409,
      code: "PropertyChangeNotAllowed",
      message:
        "Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed",
    },
  },
  {
    row: 18,
    title: "a PUT on a version that is being deleted, until it is gone",
    refused: (bench) => during(bench, beginDelete(bench), body([plain])),
    accepted: (bench) => during(bench, (version) => bench.remove(version), body([plain])),
    answer: {
      status: 409,
      message: "Operation 'Update Gallery Image Version' is not on allowed on 1.", // the number follows
    },
  },
  {
    row: 19,
    title: "a delete before the end of life where that is blocked",
    refused: (bench) => deleting(bench, withBlock(true)),
    accepted: (bench) => deleting(bench, withBlock(false)),
    answer: {
      when: "DELETE",
      status: 409,
      code: "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
      message:
        "Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet",
    },
  },
  {
    row: 19,
    title: "the same, until that date",
    refused: (bench) => deleting(bench, withBlock(true)),
    accepted: (bench) => deleting(bench, withBlock(true, "2020-12-01")),
    answer: {
      when: "DELETE",
      status: 409,
      code: "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
      message: "its endOfLifeDate has not reached yet",
    },
  },
  {
    row: 22,
    title: "a PUT while another is in flight, until that has ended",
    refused: (bench) =>
      during(bench, (version) => bench.begin(body([plain]), { version }), body([plain])),
    accepted: (bench) =>
      during(bench, (version) => bench.put(body([plain]), { version }), body([plain])),
    answer: {
      status: 409,
      code: "Conflict",
      message: "The request failed due to conflict with a concurrent request",
    },
  },
  {
    title: "a source of another OS state than the definition's",
    refused: (bench) => bench.put(fromMachine("running")),
    accepted: (bench) => bench.put(fromMachine("running"), { definition: "Specialized" }),
    answer: {
      message: `Cannot create Gallery Image Version from: ${idOf("virtualMachines", "running")} since the OS State in the parent gallery image ('Generalized') is not 'Specialized'`,
    },
  },
  {
    title: "a source of another generation than the definition's",
    refused: (bench) => bench.put(fromImage("imageOfV1")),
    accepted: (bench) => bench.put(fromImage("myImage")),
    answer: {
      message: `The resource with id '${idOf("images", "imageOfV1")}' has a different Hypervisor generation ['V1'] than the parent gallery image Hypervisor generation ['V2']`,
    },
  },
  {
    title: "a source of another operating system than the definition's",
    refused: (bench) => bench.put(fromImage("windowsImage")),
    accepted: (bench) => bench.put(fromImage("myImage")),
    answer: { message: "has a different OS type ['Windows'] than the parent gallery image" },
  },
  {
    title: "a managed image for a definition with Trusted Launch",
    refused: (bench) => bench.put(fromImage("myImage"), { definition: "Trusted" }),
    accepted: (bench) => bench.put(fromMachine("trusted"), { definition: "Trusted" }),
    answer: {
      message: "is not supported for a gallery image with the security type 'TrustedLaunch'",
    },
  },
  {
    title: "a machine with an ephemeral OS disk",
    refused: (bench) => bench.put(fromMachine("ephemeral")),
    accepted: (bench) => bench.put(fromMachine("standard")),
    answer: {
      message: `Source virtual machine ${idOf("virtualMachines", "ephemeral")} cannot contain an ephemeral OS disk`,
    },
  },
  {
    title: "a machine with an ultra disk",
    refused: (bench) => bench.put(fromMachine("fast")),
    accepted: (bench) => bench.put(fromMachine("standard")),
    answer: {
      message: `cannot contain disk ['${idOf("disks", "ultra")}'] stored in an UltraSSD account type`,
    },
  },
];
