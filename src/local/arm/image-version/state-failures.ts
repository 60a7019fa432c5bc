import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import type { OperationError } from "../operations";
import type { FaultOf } from "../world/fault-schema";
import { encryptionSetsOf } from "./encryption";
import { keyVaultAccessForbidden } from "./encryption-refusals";
import { inaccessibleKey } from "./key-access";
import { sourceBusy } from "./source-refusals";
import { busySource } from "./source-rules";
import type { TargetRegion, VersionRecord } from "./version-record";
import { largestDiskOf } from "./version-record";

/** How a region fails although nobody asked for a fault: as a fault would have said it. */
export type StateFailure = Pick<
  FaultOf<"replication">,
  "details" | "provisioningState" | "code" | "message"
>;
type Rule = (
  service: ComputeService,
  version: VersionRecord,
  region: TargetRegion,
) => StateFailure | undefined;

/** GB of the largest disk, by replication mode. */
const MAX_DISK_GB: Record<string, number> = { Full: 2048, Shallow: 32_768 };

const failsWith = ({ code, message }: OperationError): StateFailure => ({
  details: message,
  provisioningState: "Failed",
  code,
  message,
});

/** Compute makes the first snapshot of a source itself, and several at a time are too many. */
const busy: Rule = (service, version) => {
  if (version.properties.provisioningState !== "Creating") return undefined;
  const id = busySource(service, version.source);
  if (id === undefined || service.behaviour.busySource === "refusesPut") return undefined;
  return failsWith(sourceBusy(id));
};

const tooBig: Rule = (_service, { source, properties: { publishingProfile } }) => {
  const size = largestDiskOf(source);
  const max = MAX_DISK_GB[publishingProfile.replicationMode] ?? Infinity;
  if (size <= max) return undefined;
  const details = `Replication failed in this region due to 'The GalleryImageVersion source resource size ${size} exceeds the max size ${max} supported.'`;
  return { details, provisioningState: "Failed" };
};

const keyForbidden: Rule = (service, _version, region) => {
  for (const id of encryptionSetsOf(region)) {
    const set = service.state.resources.get(keyOf(id));
    const url = set && inaccessibleKey(service, set);
    if (set !== undefined && url !== undefined)
      return failsWith(keyVaultAccessForbidden(url, set.name));
  }
  return undefined;
};

/** Reported by many: the service's own check of what it encrypted fails for such captures. */
const trustedLaunch: Rule = ({ behaviour }, { source }, region) => {
  const [inRegion] = encryptionSetsOf(region);
  const set = inRegion ?? source.trustedLaunchVm?.encryptionSet;
  if (source.trustedLaunchVm === undefined || set === undefined) return undefined;
  if (behaviour.trustedLaunchCapture === "works") return undefined;
  const message = `Replication failed in this region due to 'Contract.Assert failed: Data model DiskEncryptionSetId '' does not match DiskRP returned DiskEncryptionSetId '${set}''`;
  return behaviour.trustedLaunchCapture === "regionFails"
    ? { details: message, provisioningState: "Succeeded" }
    : failsWith({ code: "InternalOperationError", message });
};

const RULES: Rule[] = [busy, tooBig, keyForbidden, trustedLaunch];

/** The failure that the state of the world has in store for a region's copy; none when it works. */
export function failureFromState(
  service: ComputeService,
  version: VersionRecord,
  region: TargetRegion,
): StateFailure | undefined {
  for (const rule of RULES) {
    const failure = rule(service, version, region);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
