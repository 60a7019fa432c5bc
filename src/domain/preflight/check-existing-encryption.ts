import type { ImageVersionBody, TargetRegion } from "../plan/image-version-body";
import { confidentialTypeOf, setsByDisk } from "../plan/region-encryption";
import { problem, type Problem } from "../problem";
import { regionName } from "../region-name";
import {
  isEncrypted,
  setUsesOf,
  type PublishRequest,
  type SetUse,
} from "../request/publish-request";
import type { Findings } from "./findings";

type Disk = SetUse["disk"];

/**
 * Compares what a request encrypts with the regions of the version that it doesn't name: Azure counts
 * them too when it asks that a disk is encrypted in every region or in none. A region that the
 * request names is compared set by set when it is prepared.
 * @param sourceLuns of the source's data disks, for regions with one set for all of them
 */
export function checkExistingEncryption(
  request: PublishRequest,
  { publishingProfile: { targetRegions } }: ImageVersionBody,
  sourceLuns: readonly number[] = [],
): Findings {
  const wanted = encryptedDisks(request, sourceLuns);
  const named = new Set(request.targetRegions.map(({ name }) => name));
  const problems = targetRegions
    .filter(({ name }) => !named.has(regionName(name)))
    .flatMap((region) => [
      // The way back to platform-managed keys is barred elsewhere, for the whole version.
      ...(isEncrypted(request) ? diskDifferences(wanted, region) : []),
      ...confidentialDifference(request, region),
    ]);
  return { problems, remarks: [] };
}

/** Admission has seen to it that all regions of a request encrypt the same disks. */
function encryptedDisks({ targetRegions }: PublishRequest, sourceLuns: readonly number[]) {
  const disks = new Set<Disk>();
  for (const region of targetRegions) {
    for (const { disk } of setUsesOf(region)) disks.add(disk);
    if (region.oneSetForAllDisks === true) for (const lun of sourceLuns) disks.add(lun);
  }
  return disks;
}

function diskDifferences(wanted: ReadonlySet<Disk>, region: TargetRegion): Problem[] {
  const name = regionName(region.name);
  const has = setsByDisk(region.encryption);
  const words = (disks: Disk[]): string => disks.map(diskName).join(", ");
  const lacking = [...wanted].filter((disk) => !has.has(disk));
  const more = [...has.keys()].filter((disk) => !wanted.has(disk));
  const report = (message: string, action: string): Problem =>
    problem("$.targetRegions", "DiskNotEncryptedEverywhere", message, action, name);
  return [
    ...(lacking.length === 0
      ? []
      : [
          report(
            `the version has region ${name}, where no disk encryption set is used for ${words(lacking)}; the request uses one`,
            "choose another version number: the encryption of a region that is there can't be changed",
          ),
        ]),
    ...(more.length === 0
      ? []
      : [
          report(
            `the version has region ${name}, where a disk encryption set is used for ${words(more)}; the request uses none`,
            "name a set for it in every region of the request",
          ),
        ]),
  ];
}

function diskName(disk: Disk): string {
  if (typeof disk === "number") return `the data disk at LUN ${disk}`;
  return disk === "os" ? "the OS disk" : "the confidential OS disk";
}

function confidentialDifference(request: PublishRequest, region: TargetRegion): Problem[] {
  const name = regionName(region.name);
  const wanted =
    request.targetRegions[0]?.osDiskImage.securityProfile?.confidentialVMEncryptionType ?? "";
  const has = confidentialTypeOf(region.encryption);
  if (has === wanted.toLowerCase()) return [];
  return [
    problem(
      "$.targetRegions",
      "ConfidentialTypesDiffer",
      `the version has region ${name}, whose confidential OS disk is encrypted as ${has || "no type"}; the request asks for ${wanted || "none"}`,
      "ask for the type that the version has, or choose another version number",
      name,
    ),
  ];
}
