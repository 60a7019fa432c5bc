import { keyOf, parentId, parseResourceId } from "../arm-id";
import { enumValue } from "../enum-value";
import { ArmError } from "../errors";
import type { VersionRecord } from "../image-version/version-record";
import { isObject, objectAt, type JsonObject } from "../json";
import { regionStatusAt } from "../replication";
import type { WriteContext } from "./tracked-resource";

const CREATE_OPTIONS = [
  "Empty",
  "Attach",
  "FromImage",
  "Import",
  "Copy",
  "Restore",
  "Upload",
  "CopyStart",
  "ImportSecure",
  "UploadPreparedSecure",
  "CopyFromSanSnapshot",
] as const;

/**
 * What a disk or snapshot takes over from what it is made of, and how it was made.
 * @throws {ArmError} for what the REST contract demands and isn't there, and for a source that isn't
 */
export function madeOf(given: JsonObject, context: WriteContext): JsonObject {
  const before = context.before?.properties["creationData"];
  const creation = objectAt(given, "creationData");
  if (before !== undefined) {
    if (JSON.stringify(before) !== JSON.stringify(creation)) throw creationChange();
    return {};
  }
  if (!isObject(given["creationData"])) throw missing("disk.creationData");
  if (creation["createOption"] === undefined) throw missing("disk.creationData.createOption");
  const createOption = enumValue(
    creation["createOption"],
    CREATE_OPTIONS,
    "disk.creationData.createOption",
  );
  if (createOption === "Empty" && given["diskSizeGB"] === undefined)
    throw missing("disk.diskSizeGB");
  const facts = createOption === "FromImage" ? ofImage(given, context) : ofCopied(given, context);
  const open = Object.entries(facts).filter(([member]) => given[member] === undefined);
  return { ...Object.fromEntries(open), creationData: { ...creation, createOption } };
}

/** What a copy takes over from the disk or snapshot that it is made from. */
function ofCopied(given: JsonObject, { service }: WriteContext): JsonObject {
  const { sourceResourceId } = objectAt(given, "creationData");
  const copied = service.state.resources.get(keyOf(String(sourceResourceId)));
  return Object.fromEntries(
    ["osType", "hyperVGeneration", "diskSizeGB"].flatMap((member) =>
      copied?.properties[member] === undefined ? [] : [[member, copied.properties[member]]],
    ),
  );
}

/** One disk of a gallery image version: that of a LUN, or the OS disk. */
function ofImage(given: JsonObject, context: WriteContext): JsonObject {
  const { id, lun } = objectAt(objectAt(given, "creationData"), "galleryImageReference");
  if (typeof id !== "string") throw missing("disk.creationData.galleryImageReference.id");
  const version = usableVersion(id, context);
  const isOs = lun === undefined || lun === null;
  const size = isOs
    ? version.source.osDiskGb
    : version.source.dataDisks.find((disk) => disk.lun === lun)?.sizeGb;
  if (size === undefined) throw noSuchLun(lun, version);
  const { diskSizeGB = size } = given;
  if (Number(diskSizeGB) < size) throw tooSmall(Number(diskSizeGB), size);
  const definition = context.service.state.resources.get(keyOf(parentId(version.id) ?? ""));
  const { osType, hyperVGeneration } = definition?.properties ?? {};
  return { ...(isOs ? { osType, hyperVGeneration } : {}), diskSizeGB };
}

/** @throws {ArmError} 404 where the version has no copy, or where its copy has only just come */
function usableVersion(id: string, { service, location }: WriteContext): VersionRecord {
  const { state, clock, timing } = service;
  const isVersion = parseResourceId(id)?.type === "microsoft.compute/galleries/images/versions";
  const version = isVersion ? state.versions.get(keyOf(id)) : undefined;
  const copy = version?.replication[location];
  if (version === undefined || copy === undefined) throw imageNotFound(id, location);
  const lagMs = timing.imageLagSeconds * 1000;
  const isThere = regionStatusAt(copy, clock.serviceMs()).state === "Completed";
  if (!isThere || clock.serviceMs() < copy.completeMs + lagMs) throw imageNotFound(id, location);
  return version;
}

/** As users report it. */
const imageNotFound = (id: string, location: string): ArmError =>
  new ArmError(
    404,
    "GalleryImageNotFound",
    `The gallery image ${id} is not available in ${location} region. Please contact image owner to replicate to this region, or change your requested region.`,
    { target: "galleryImageReference" },
  );

const missing = (parameter: string): ArmError =>
  new ArmError(400, "InvalidParameter", `Required parameter '${parameter}' is missing (null).`, {
    target: parameter,
  });

const creationChange = (): ArmError =>
  new ArmError(
    409,
    "PropertyChangeNotAllowed",
    "Changing property 'disk.creationData' is not allowed.",
    { target: "disk.creationData" },
  );

/** Assumed: code and words. */
const noSuchLun = (lun: unknown, { id, source }: VersionRecord): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `The lun ${String(lun)} isn't one of the data disks of the gallery image ${id}, which are '${source.dataDisks.map((disk) => disk.lun).join(",")}'`,
    { target: "galleryImageReference.lun" },
  );

/** Assumed: the code. */
const tooSmall = (given: number, image: number): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `The specified disk size ${given} GB is smaller than the size of the corresponding disk in the VM image: ${image} GB.`,
    { target: "disk.diskSizeGB" },
  );
