import { present } from "../present";
import { problem, type Problem } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { Touched } from "./allow-list";
import type { EncryptionRules } from "./encryption-rules";
import {
  STORAGE_ACCOUNT_TYPES,
  type DiskEncryptionSetReference,
  type RequestedRegion,
  type StorageAccountType,
} from "./publish-request";
import { createDiskReader } from "./disk-reader";
import { readEncryption } from "./read-encryption";
import { encryptionDifferences, type PlacedRegion } from "./same-encryption";
import type { WireRegion } from "./schema";
import type { Sound } from "./sound-parts";
import type { ReadRequest } from "./structure";
import { unknownRegion } from "./unknown-region";

/** What a region entry takes from the request when it says nothing itself. */
export interface RegionDefaults {
  replicaCount: number | undefined;
  storageAccountType: StorageAccountType | undefined;
  /** A region's own flag beats the version's at Azure, so the version's is set on every region. */
  excludeFromLatest: boolean | undefined;
  known: ReadonlySet<RegionName>;
  encryption: EncryptionRules;
  /** Bound on `regionalReplicaCount`; Azure's documentation names 50 and 100. */
  maxReplicaCount: number;
}

/** The target regions as far as they could be read. */
export interface ReadRegions {
  /** Each with its place in the request. */
  read: PlacedRegion[];
  /** Every use of a disk encryption set. */
  uses: Touched["uses"];
  targets: Targets;
}

/** The regions that are targets. */
export interface Targets {
  names: ReadonlySet<RegionName>;
  /** False when a name can't be read: any region could be a target, then. */
  areAllKnown: boolean;
  /** How many there can be. */
  most: number;
}

/** Applies every rule of `targetRegions` and returns the regions in normal form. */
export function readTargetRegions(
  entries: ReadRequest["regions"],
  defaults: RegionDefaults,
  problems: Problem[],
): ReadRegions {
  const seen = new Map<RegionName, number>();
  const read = entries.flatMap((entry, index) => {
    if (entry === undefined) return [];
    const path = `$.targetRegions[${index}]`;
    const name = entry.name === undefined ? undefined : regionName(entry.name);
    if (name !== undefined) {
      problems.push(...nameProblems(entry.name ?? "", name, path, seen.get(name), defaults.known));
      seen.set(name, seen.get(name) ?? index);
    }
    return [readRegion(entry, { name, path }, defaults, problems)];
  });
  const told = new Set(problems.map(({ path }) => path));
  // A type that could be read differs whatever else is wrong with it; a lack is told once.
  const isNew = ({ path, code }: Problem): boolean =>
    code === "ConfidentialTypesDiffer" || !told.has(path);
  problems.push(...encryptionDifferences(read).filter(isNew));
  const areAllKnown = entries.every((entry) => entry?.name !== undefined);
  return {
    read,
    uses: read.flatMap(({ uses }) => uses),
    targets: {
      names: new Set(seen.keys()),
      areAllKnown,
      most: areAllKnown ? seen.size : entries.length,
    },
  };
}

interface ReadRegion extends PlacedRegion {
  uses: Touched["uses"];
}

/** A name that can't be read may be one for which the configuration knows a set. */
const UNKNOWN_SET: DiskEncryptionSetReference = { kind: "tags", tags: {} };

function readRegion(
  region: Sound<WireRegion>,
  { name, path }: { name: RegionName | undefined; path: string },
  defaults: RegionDefaults,
  problems: Problem[],
): ReadRegion {
  const at = { path, name: name ?? "" };
  if (region.regionalReplicaCount !== undefined)
    problems.push(
      ...replicaProblems(
        region.regionalReplicaCount,
        `${path}.regionalReplicaCount`,
        defaults.maxReplicaCount,
      ),
    );
  const found = name === undefined ? UNKNOWN_SET : defaults.encryption.setOf(name);
  const reader = createDiskReader(at.name, `${path}.encryption`, problems);
  const { areLunsKnown, ...disks } = readEncryption(
    region.encryption,
    reader,
    defaults.encryption,
    found,
  );
  const requested: RequestedRegion = {
    name: at.name,
    ...present({
      regionalReplicaCount: region.regionalReplicaCount ?? defaults.replicaCount,
      storageAccountType:
        readStorageType(region.storageAccountType, `${path}.storageAccountType`, problems) ??
        defaults.storageAccountType,
      excludeFromLatest: region.excludeFromLatest ?? defaults.excludeFromLatest,
    }),
    ...disks,
  };
  return { requested, path, uses: reader.uses, areLunsKnown };
}

function nameProblems(
  given: string,
  name: RegionName,
  path: string,
  first: number | undefined,
  known: ReadonlySet<RegionName>,
): Problem[] {
  const twice =
    first === undefined
      ? []
      : [
          problem(
            `${path}.name`,
            "DuplicateRegion",
            `"${given}" is the same region as targetRegions[${first}]`,
            "name each region once",
            name,
          ),
        ];
  return [...twice, ...unknownRegion(given, `${path}.name`, known)];
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

/**
 * ARM's spelling of a storage type that may come in any case (the CLI sends `standard_lrs`);
 * undefined for none, and for one that isn't known.
 */
export function readStorageType(
  given: string | undefined,
  path: string,
  problems: Problem[],
): StorageAccountType | undefined {
  if (given === undefined) return undefined;
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
  return undefined;
}
