import type { ComputeService } from "../compute-service";
import type { OperationError, OperationRecord } from "../operations";
import { endOfReplication, regionStatusAt, startReplication } from "../replication";
import type { RegionReplication } from "../replication";
import type { OperationFault, ReplicationFault } from "../world/fault-schema";
import { replicationJobsFailed } from "./refusals";
import type { VersionRecord } from "./version-record";
import { sizeOf } from "./version-record";
import type { VersionAddress } from "./write-version";

/**
 * Keeps an accepted version and starts its operation: new and failed regions begin to replicate,
 * complete ones stay as they are. Faults decide here how it will end.
 */
export function beginReplication(
  service: ComputeService,
  address: VersionAddress,
  version: VersionRecord,
): OperationRecord {
  const nowMs = service.clock.serviceMs();
  const failsAtMs = nowMs + service.timing.failedOperationSeconds * 1000;
  const fault = service.faults.takeOperation(address);
  const plans = planRegions(service, address, version, nowMs, fault && { ...fault, failsAtMs });
  const operation = service.operations.start({
    endpoint: "capsOperations",
    subscriptionId: address.subscriptionId,
    location: version.location,
    resourceKey: version.key,
    intent: "write",
    endMs: fault === undefined ? endOf(service, version, plans, nowMs) : failsAtMs,
    error: errorOf(plans, fault),
  });
  service.state.versions.put({
    ...version,
    replication: Object.fromEntries(plans.map(({ region, plan }) => [region, plan])),
    operation: operation.key,
  });
  return operation;
}

interface RegionPlan {
  region: string;
  plan: RegionReplication;
  /** Begun by this write. */
  begun: boolean;
  fault?: ReplicationFault | undefined;
}

function planRegions(
  service: ComputeService,
  address: VersionAddress,
  version: VersionRecord,
  nowMs: number,
  operationFault: (OperationFault & { failsAtMs: number }) | undefined,
): RegionPlan[] {
  return version.properties.publishingProfile.targetRegions.map(({ name: region }) => {
    const before = version.replication[region];
    if (before !== undefined && regionStatusAt(before, nowMs).state !== "Failed")
      return { region, plan: before, begun: false };
    const fault =
      operationFault === undefined ? service.faults.takeReplication(address, region) : undefined;
    const plan = startReplication(service.timing, {
      region,
      isSource: region === version.location,
      sizeGb: sizeOf(version.source),
      nowMs,
      failure: operationFault?.message ?? fault?.details,
      failsAtMs: operationFault?.failsAtMs,
    });
    return { region, plan, begun: true, fault };
  });
}

function endOf(
  service: ComputeService,
  version: VersionRecord,
  plans: RegionPlan[],
  nowMs: number,
): number {
  const { timing, behaviour } = service;
  const waitsFor = plans.filter(
    ({ region, begun }) =>
      begun && (behaviour.succeeds === "withLastRegion" || region === version.location),
  );
  if (waitsFor.length === 0) return nowMs + timing.updateSeconds * 1000;
  return Math.max(...waitsFor.map(({ plan }) => endOfReplication(plan)));
}

function errorOf(
  plans: RegionPlan[],
  fault: OperationFault | undefined,
): OperationError | undefined {
  if (fault !== undefined) return { code: fault.code, message: fault.message };
  const failing = plans.filter((one) => one.fault?.provisioningState === "Failed");
  const first = failing[0]?.fault;
  if (first === undefined) return undefined;
  const standard = replicationJobsFailed(
    failing.map((one) => ({ region: one.region, details: one.fault?.details ?? "" })),
  );
  return { code: first.code ?? standard.code, message: first.message ?? standard.message };
}
