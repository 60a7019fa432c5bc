import type { ComputeService } from "../compute-service";
import type { JsonObject } from "../json";
import { displayRegionName } from "../region-name";
import { aggregatedState, regionStatusAt } from "../replication";
import type { Encryption } from "./version-body";
import type { TargetRegion, VersionRecord } from "./version-record";

/**
 * A version as the service answers it: regions by display name, and additions that nobody sent.
 * @param withStatus as `$expand=ReplicationStatus` asks for
 */
export function versionView(
  service: ComputeService,
  version: VersionRecord,
  withStatus = false,
): JsonObject {
  const { publishingProfile, safetyProfile, securityProfile, provisioningState } =
    version.properties;
  const name = regionNaming(service.behaviour.regionNames);
  return {
    name: version.name,
    id: version.id,
    type: version.type,
    location: version.location,
    ...(version.tags === undefined ? {} : { tags: version.tags }),
    properties: {
      publishingProfile: {
        ...publishingProfile,
        targetRegions: publishingProfile.targetRegions.map((region) => regionView(region, name)),
      },
      storageProfile: storageView(service, version),
      safetyProfile: { reportedForPolicyViolation: false, ...safetyProfile },
      ...(securityProfile === undefined ? {} : { securityProfile }),
      provisioningState,
      ...(withStatus ? { replicationStatus: replicationStatus(service, version) } : {}),
    },
  };
}

function regionView(region: TargetRegion, name: (short: string) => string): JsonObject {
  const { more, encryption, ...rest } = region;
  return {
    ...rest,
    name: name(region.name),
    ...(encryption === undefined ? {} : { encryption: encryptionView(encryption) }),
    ...more,
  };
}

function encryptionView(encryption: Encryption): JsonObject {
  const { osDiskImage } = encryption;
  if (osDiskImage === undefined) return encryption;
  return { ...encryption, osDiskImage: { securityProfile: {}, ...osDiskImage } };
}

/** Sizes and data disks are known only once a first region has been copied. */
function storageView(service: ComputeService, version: VersionRecord): JsonObject {
  const { storageProfile, provisioningState } = version.properties;
  const given = storageProfile.osDiskImage ?? {};
  const osDiskImage = { hostCaching: "ReadOnly", source: {}, ...given };
  if (provisioningState === "Creating" || !anyRegionComplete(service, version))
    return { ...storageProfile, osDiskImage };
  return {
    ...storageProfile,
    osDiskImage: { ...osDiskImage, sizeInGB: version.source.osDiskGb },
    ...(version.source.dataDisks.length === 0
      ? {}
      : {
          dataDiskImages: version.source.dataDisks.map(({ lun, sizeGb }) => ({
            hostCaching: "None",
            source: {},
            ...storageProfile.dataDiskImages?.find((disk) => disk.lun === lun),
            lun,
            sizeInGB: sizeGb,
          })),
        }),
  };
}

/** Whether the version can be used anywhere. */
export function anyRegionComplete(service: ComputeService, version: VersionRecord): boolean {
  const nowMs = service.clock.serviceMs();
  return Object.values(version.replication).some(
    (plan) => regionStatusAt(plan, nowMs).state === "Completed",
  );
}

function replicationStatus(service: ComputeService, version: VersionRecord): JsonObject {
  const nowMs = service.clock.serviceMs();
  const name = regionNaming(service.behaviour.summaryRegionNames);
  const summary = Object.entries(version.replication).map(([region, plan]) => ({
    region: name(region),
    ...regionStatusAt(plan, nowMs),
  }));
  return { aggregatedState: aggregatedState(summary.map(({ state }) => state)), summary };
}

const regionNaming =
  (naming: "display" | "short") =>
  (short: string): string =>
    naming === "display" ? displayRegionName(short) : short;
