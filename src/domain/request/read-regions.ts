import { readReference } from "../encryption/reference";
import { problem, type Problem } from "../problem";
import { nearestRegion, regionName, type RegionName } from "../region-name";
import {
  STORAGE_ACCOUNT_TYPES,
  type DiskEncryptionSetReference,
  type RequestedRegion,
  type StorageAccountType,
} from "./publish-request";
import type { WireRegion } from "./schema";
import type { ReadRequest } from "./structure";

/** What a region entry takes from the request when it says nothing itself. */
export interface RegionDefaults {
  replicaCount: number;
  storageAccountType: StorageAccountType;
  /** A region's own flag beats the version's at Azure, so the version's is set on every region. */
  excludeFromLatest: boolean;
  known: ReadonlySet<RegionName>;
  /** The set of a region that names none itself; undefined when nothing tells. */
  setOf: (region: RegionName) => DiskEncryptionSetReference | undefined;
  /** Bound on `regionalReplicaCount`; Azure's documentation names 50 and 100. */
  maxReplicaCount: number;
}

/** Applies every rule of `targetRegions` and returns the regions in normal form. */
export function readTargetRegions(
  entries: ReadRequest["regions"],
  defaults: RegionDefaults,
): { regions: RequestedRegion[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const seen = new Map<RegionName, number>();
  const regions = entries.map(({ index, region }) => {
    const path = `$.targetRegions[${index}]`;
    const name = regionName(region.name);
    const first = seen.get(name);
    if (first !== undefined)
      problems.push(
        problem(
          `${path}.name`,
          "DuplicateRegion",
          `"${region.name}" is the same region as targetRegions[${first}]`,
          "name each region once",
          name,
        ),
      );
    seen.set(name, first ?? index);
    problems.push(...unknownRegion(region.name, name, path, defaults.known));
    return readRegion(region, name, path, defaults, problems);
  });
  return { regions, problems };
}

function readRegion(
  region: WireRegion,
  name: RegionName,
  path: string,
  defaults: RegionDefaults,
  problems: Problem[],
): RequestedRegion {
  const regionalReplicaCount = region.regionalReplicaCount ?? defaults.replicaCount;
  if (region.regionalReplicaCount !== undefined)
    problems.push(
      ...replicaProblems(
        region.regionalReplicaCount,
        `${path}.regionalReplicaCount`,
        defaults.maxReplicaCount,
      ),
    );
  if (region.encryption?.osDiskImage?.securityProfile !== undefined)
    problems.push(
      problem(
        `${path}.encryption.osDiskImage.securityProfile`,
        "ConfidentialVmUnsupported",
        "confidential VM encryption isn't supported yet",
        "publish confidential VM images with another tool for now",
        name,
      ),
    );
  return {
    name,
    regionalReplicaCount,
    storageAccountType:
      region.storageAccountType === undefined
        ? defaults.storageAccountType
        : readStorageType(region.storageAccountType, `${path}.storageAccountType`, problems),
    excludeFromLatest: region.excludeFromLatest ?? defaults.excludeFromLatest,
    ...(unnamedSets(region, defaults.setOf(name)) ?? readDisks(region, name, path, problems)),
  };
}

/** Only a region that says nothing of its encryption gets what the configuration or tags tell. */
function unnamedSets(
  { encryption = {} }: WireRegion,
  found: DiskEncryptionSetReference | undefined,
): Pick<RequestedRegion, "osDiskImage" | "dataDiskImages" | "oneSetForAllDisks"> | undefined {
  const { osDiskImage, dataDiskImages = [] } = encryption;
  if (found === undefined || osDiskImage !== undefined || dataDiskImages.length > 0)
    return undefined;
  return {
    osDiskImage: { diskEncryptionSetId: found },
    dataDiskImages: [],
    oneSetForAllDisks: true,
  };
}

/** Fail closed: a region whose disks name no disk encryption set is an error, never a default. */
function readDisks(
  region: WireRegion,
  name: RegionName,
  path: string,
  problems: Problem[],
): Pick<RequestedRegion, "osDiskImage" | "dataDiskImages"> {
  const os = region.encryption?.osDiskImage?.diskEncryptionSetId;
  if (os === undefined)
    problems.push(
      problem(
        `${path}.encryption.osDiskImage.diskEncryptionSetId`,
        "DiskEncryptionSetRequired",
        `region ${name} names no disk encryption set for the OS disk, so it would fall back to platform-managed keys`,
        "name the region's disk encryption set",
        name,
      ),
    );
  const resolve = (text: string, at: string): RequestedRegion["osDiskImage"] => {
    const result = readReference(text, at);
    if ("problem" in result) problems.push({ ...result.problem, region: name });
    return {
      diskEncryptionSetId:
        "reference" in result ? result.reference : { kind: "name" as const, name: text },
    };
  };
  const luns = new Set<number>();
  const dataDiskImages = (region.encryption?.dataDiskImages ?? []).map((disk, index) => {
    const at = `${path}.encryption.dataDiskImages[${index}]`;
    if (luns.has(disk.lun))
      problems.push(
        problem(
          `${at}.lun`,
          "DuplicateLun",
          `LUN ${disk.lun} is named twice`,
          "name it once",
          name,
        ),
      );
    luns.add(disk.lun);
    return { lun: disk.lun, ...resolve(disk.diskEncryptionSetId, `${at}.diskEncryptionSetId`) };
  });
  return {
    osDiskImage: resolve(os ?? "missing", `${path}.encryption.osDiskImage.diskEncryptionSetId`),
    dataDiskImages,
  };
}

function unknownRegion(
  given: string,
  name: RegionName,
  path: string,
  known: ReadonlySet<RegionName>,
): Problem[] {
  if (known.has(name)) return [];
  const meant = nearestRegion(name, known);
  return [
    problem(
      `${path}.name`,
      "UnknownRegion",
      `"${given}" is no Azure region that this configuration knows`,
      meant === undefined
        ? "correct the name, or add a new region to the setting ADDITIONAL_REGIONS"
        : `did you mean "${meant}"? A new region is added by the setting ADDITIONAL_REGIONS`,
      name,
    ),
  ];
}

/** Bounds of a replica count (REST contract row "replica count out of range"). */
export function replicaProblems(count: number, path: string, max: number): Problem[] {
  if (count >= 1 && count <= max) return [];
  return [
    problem(
      path,
      "ReplicaCountOutOfRange",
      `${count} replicas; a region takes 1 to ${max}`,
      `give a number from 1 to ${max}`,
    ),
  ];
}

/** ARM's spelling of a storage type that may come in any case (the CLI sends `standard_lrs`). */
export function readStorageType(
  given: string,
  path: string,
  problems: Problem[],
): StorageAccountType {
  const type = STORAGE_ACCOUNT_TYPES.find((name) => name.toLowerCase() === given.toLowerCase());
  if (type !== undefined) return type;
  problems.push(
    problem(
      path,
      "UnknownStorageAccountType",
      `"${given}" is no storage account type`,
      `use one of ${STORAGE_ACCOUNT_TYPES.join(", ")}`,
    ),
  );
  return "Standard_LRS";
}
