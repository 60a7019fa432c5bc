import { keyOf, parseArmPath } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { encryptionSetsOf } from "../image-version/encryption";
import { keyVaultAccessForbidden } from "../image-version/encryption-refusals";
import type { VersionRecord } from "../image-version/version-record";
import type { VersionAddress } from "../image-version/write-version";
import { objectAt } from "../json";
import type { OperationError } from "../operations";
import type { FaultOf } from "../world/fault-schema";

type Selector = Pick<FaultOf<"expiredOperation">, "gallery" | "definition" | "version">;

const same = (wanted: string | undefined, actual: string): boolean =>
  wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();

/** Whether a fault is for this version. */
export const concernsVersion =
  (address: Omit<VersionAddress, "subscriptionId" | "resourceGroup">) =>
  (fault: Selector): boolean =>
    same(fault.gallery, address.gallery) &&
    same(fault.definition, address.definition) &&
    same(fault.version, address.version);

/** The failure of a region's replication, which is used up by asking. */
export function regionFailure(
  { faults }: ComputeService,
  address: VersionAddress,
  region: string,
): FaultOf<"replication"> | undefined {
  const concerns = concernsVersion(address);
  return faults.take(["replication"], (fault) => concerns(fault) && fault.region === region)?.fault;
}

/** Where a region's replication is to stand still, and for which fault, which is used up by asking. */
export function regionHold(
  { faults }: ComputeService,
  address: VersionAddress,
  region: string,
): { key: string; at: number } | undefined {
  const concerns = concernsVersion(address);
  const strike = faults.take(
    ["stuckReplication"],
    (fault) => concerns(fault) && (fault.region ?? region) === region,
  );
  return strike === undefined ? undefined : { key: strike.key, at: strike.fault.at };
}

/** Milliseconds after which the operation says Succeeded early; undefined when it doesn't. */
export function earlySuccessMs(
  { faults }: ComputeService,
  address: VersionAddress,
): number | undefined {
  const strike = faults.take(["earlySuccess"], concernsVersion(address));
  return strike === undefined ? undefined : strike.fault.afterSeconds * 1000;
}

/** The error with which the operation of an accepted write ends. */
export function operationFailure(
  service: ComputeService,
  address: VersionAddress,
  version: VersionRecord,
): OperationError | undefined {
  const kinds = ["operation", "keyVaultAccessForbidden"] as const;
  const strike = service.faults.take(kinds, concernsVersion(address));
  if (strike === undefined) return undefined;
  if (strike.kind === "keyVaultAccessForbidden")
    return forbiddenKey(service, version, strike.fault.region ?? version.location);
  const { code, message } = strike.fault;
  return { code, message };
}

/** Whether polling an operation of this version finds nothing any more. */
export function isExpired({ faults }: ComputeService, versionId: string): boolean {
  const [gallery = "", definition = "", version = ""] = parseArmPath(versionId)?.names ?? [];
  const concerns = concernsVersion({ gallery, definition, version });
  return faults.take(["expiredOperation"], concerns) !== undefined;
}

function forbiddenKey(
  { state }: ComputeService,
  version: VersionRecord,
  regionName: string,
): OperationError {
  const { targetRegions } = version.properties.publishingProfile;
  const region = targetRegions.find(({ name }) => name === regionName) ?? targetRegions[0];
  const [id = ""] = region === undefined ? [] : encryptionSetsOf(region);
  const set = state.resources.get(keyOf(id));
  const { keyUrl } = objectAt(set?.properties, "activeKey") as { keyUrl?: string };
  return keyVaultAccessForbidden(keyUrl ?? "", set?.name ?? "");
}
