import { problem, type Problem } from "../problem";
import type { EncryptionRules, PlatformManagedKeys } from "./encryption-rules";
import type {
  DiskEncryptionSetReference,
  EncryptionType,
  RequestedOsDisk,
  RequestedRegion,
} from "./publish-request";
import { readConfidentialDisk } from "./read-confidential-disk";
import { NO_SET, type DiskReader } from "./disk-reader";
import type { WireDisks, WireEncryption } from "./schema";
import type { Sound } from "./sound-parts";

/** The disks of a region, and what else was learnt of them. */
export type ReadDisks = Pick<
  RequestedRegion,
  "osDiskImage" | "dataDiskImages" | "oneSetForAllDisks"
> & {
  /** False when a data disk's LUN can't be read: which are missing can't be said, then. */
  areLunsKnown: boolean;
};

/**
 * The keys that a request asks for. `none` counts only where the configuration allows it: a request
 * that may not say it is read as one for the customer's keys, so that a region without a set is told
 * beside it and nothing falls back to the platform's.
 */
export function readEncryptionType(
  given: Sound<WireEncryption> | undefined,
  platformManagedKeys: PlatformManagedKeys,
  problems: Problem[],
): EncryptionType | "none" {
  if (given?.type === "platformAndCustomerManagedKeys") return given.type;
  if (given?.type !== "none") return "customerManagedKey";
  if (platformManagedKeys === "allow") {
    if (given.diskEncryptionSets !== undefined)
      problems.push(besideNone("$.encryption.diskEncryptionSets"));
    return "none";
  }
  problems.push(encryptionNoneNotAllowed());
  return "customerManagedKey";
}

/** What is said of `none` where the configuration doesn't allow platform-managed keys. */
export const encryptionNoneNotAllowed = (): Problem =>
  problem(
    "$.encryption.type",
    "EncryptionNoneNotAllowed",
    'encryption "none" would publish with platform-managed keys, which the configuration doesn\'t allow',
    'use "customerManagedKey" or "platformAndCustomerManagedKeys"; whoever runs this pipeline can set PLATFORM_MANAGED_KEYS to allow',
  );

const besideNone = (path: string, region?: string): Problem =>
  problem(
    path,
    "DiskEncryptionSetBesideNone",
    'the request asks for encryption "none" and says which disk encryption set to use',
    "leave the set out, or ask for the encryption that it belongs to",
    region,
  );

/**
 * Reads what a region says of its disks' encryption. Only a region that names no set gets what the
 * configuration or tags tell.
 * @param found the set of a region that names none
 */
export function readEncryption(
  disks: Sound<WireDisks> | undefined = {},
  reader: DiskReader,
  rules: EncryptionRules,
  found: DiskEncryptionSetReference | undefined,
): ReadDisks {
  const profile = readConfidentialDisk(disks.osDiskImage?.securityProfile, reader, rules);
  const confidential = profile === undefined ? {} : { securityProfile: profile };
  const named = setPaths(disks);
  if (rules.type === "none") {
    for (const path of named) reader.report(path, besideNone);
    return { osDiskImage: confidential, dataDiskImages: [], areLunsKnown: true };
  }
  if (named.length === 0 && found !== undefined) {
    reader.use(found, "osDiskImage.diskEncryptionSetId");
    return {
      osDiskImage: { diskEncryptionSetId: found, ...confidential },
      dataDiskImages: [],
      oneSetForAllDisks: true,
      areLunsKnown: true,
    };
  }
  const os = osSet(disks, confidential, reader, rules);
  return { osDiskImage: { ...os, ...confidential }, ...readDataDisks(disks, reader) };
}

/** Where sets are named, below the region's `encryption`. */
function setPaths({ osDiskImage, dataDiskImages = [] }: Sound<WireDisks>): string[] {
  return [
    ...(osDiskImage?.diskEncryptionSetId === undefined ? [] : ["osDiskImage.diskEncryptionSetId"]),
    ...(osDiskImage?.securityProfile?.secureVMDiskEncryptionSetId === undefined
      ? []
      : ["osDiskImage.securityProfile.secureVMDiskEncryptionSetId"]),
    ...dataDiskImages.map((_, index) => `dataDiskImages[${index}].diskEncryptionSetId`),
  ];
}

/**
 * Fail closed: an OS disk without a disk encryption set is an error, never a default. Only a set for
 * confidential disks does instead, and not where double encryption is asked for: those sets have one
 * layer.
 */
function osSet(
  { osDiskImage }: Sound<WireDisks>,
  { securityProfile }: Pick<RequestedOsDisk, "securityProfile">,
  reader: DiskReader,
  { type }: EncryptionRules,
): Pick<RequestedOsDisk, "diskEncryptionSetId"> {
  const path = "osDiskImage.diskEncryptionSetId";
  const given = osDiskImage?.diskEncryptionSetId;
  if (given !== undefined) return { diskEncryptionSetId: reader.readSet(given, path) };
  const bySecureSet = securityProfile?.confidentialVMEncryptionType === "EncryptedWithCmk";
  if (bySecureSet && type === "customerManagedKey") return {};
  reader.report(path, (at, region) =>
    problem(
      at,
      "DiskEncryptionSetRequired",
      `region ${region} names no disk encryption set for the OS disk, so it would fall back to platform-managed keys`,
      "name the region's disk encryption set",
      region,
    ),
  );
  return { diskEncryptionSetId: NO_SET };
}

function readDataDisks(
  { dataDiskImages = [] }: Sound<WireDisks>,
  reader: DiskReader,
): Pick<ReadDisks, "dataDiskImages" | "areLunsKnown"> {
  const seen = new Set<number>();
  const data = dataDiskImages.map((disk, index) => {
    const path = `dataDiskImages[${index}]`;
    const lun = disk?.lun;
    if (lun !== undefined && seen.has(lun))
      reader.report(`${path}.lun`, (at, region) =>
        problem(at, "DuplicateLun", `LUN ${lun} is named twice`, "name it once", region),
      );
    if (lun !== undefined) seen.add(lun);
    const given = disk?.diskEncryptionSetId;
    return {
      lun,
      diskEncryptionSetId:
        given === undefined ? NO_SET : reader.readSet(given, `${path}.diskEncryptionSetId`),
    };
  });
  const isKnown = (disk: (typeof data)[number]): disk is (typeof data)[number] & { lun: number } =>
    disk.lun !== undefined;
  return { dataDiskImages: data.filter(isKnown), areLunsKnown: data.every(isKnown) };
}
