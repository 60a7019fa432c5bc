import type { ComputeService } from "../compute-service";
import {
  earlySuccessMs,
  operationFailure,
  regionFailure,
  regionHold,
} from "../faults/version-faults";
import type { OperationError, OperationRecord } from "../operations";
import { endOfReplication, held, regionStatusAt, startReplication } from "../replication";
import type { RegionReplication } from "../replication";
import { replicationJobsFailed } from "./refusals";
import { failureFromState, type StateFailure } from "./state-failures";
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
  const error = operationFailure(service, address, version);
  const failsAtMs = nowMs + service.timing.failedOperationSeconds * 1000;
  const plans = planRegions(service, address, version, nowMs, error && { ...error, failsAtMs });
  const earlyMs = earlySuccessMs(service, address);
  const fallsBack = error !== undefined && service.behaviour.failedUpdate === "restoresBody";
  const ends = ending(service, version, plans, nowMs);
  const operation = service.operations.start({
    endpoint: "capsOperations",
    subscriptionId: address.subscriptionId,
    location: version.location,
    resourceKey: version.key,
    intent: "write",
    fallsBackTo: fallsBack ? service.state.versions.get(version.key) : undefined,
    ...(error !== undefined
      ? { endMs: failsAtMs, error }
      : earlyMs !== undefined
        ? { endMs: nowMs + earlyMs }
        : ends),
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
  /** Why its copy fails. */
  fault?: StateFailure | undefined;
}

function planRegions(
  service: ComputeService,
  address: VersionAddress,
  version: VersionRecord,
  nowMs: number,
  failure: (OperationError & { failsAtMs: number }) | undefined,
): RegionPlan[] {
  return version.properties.publishingProfile.targetRegions.map((target) => {
    const region = target.name;
    const before = version.replication[region];
    if (before !== undefined && regionStatusAt(before, nowMs).state !== "Failed")
      return { region, plan: before, begun: false };
    const fault =
      failure === undefined
        ? (failureFromState(service, version, target) ?? regionFailure(service, address, region))
        : undefined;
    const plan = startReplication(service.timing, {
      region,
      isSource: region === version.location,
      sizeGb: sizeOf(version.source),
      nowMs,
      failure: failure?.message ?? fault?.details,
      failsAtMs: failure?.failsAtMs,
    });
    const hold = failure === undefined ? regionHold(service, address, region) : undefined;
    const begun = hold === undefined ? plan : held(plan, hold.at, hold.key);
    return { region, plan: begun, begun: true, fault };
  });
}

/** How the operation ends when no fault of its own decides it. */
function ending(
  { timing, behaviour }: ComputeService,
  version: VersionRecord,
  plans: RegionPlan[],
  nowMs: number,
): { endMs: number; error?: OperationError | undefined } {
  const waitsFor = plans.filter(
    ({ region, begun }) =>
      begun && (behaviour.succeeds === "withLastRegion" || region === version.location),
  );
  const error = errorOf(plans);
  if (waitsFor.length === 0) return { endMs: nowMs + timing.updateSeconds * 1000, error };
  return { endMs: Math.max(...waitsFor.map(({ plan }) => endOfReplication(plan))), error };
}

function errorOf(plans: RegionPlan[]): OperationError | undefined {
  const failing = plans.filter((one) => one.fault?.provisioningState === "Failed");
  const first = failing[0]?.fault;
  if (first === undefined) return undefined;
  const standard = replicationJobsFailed(
    failing.map((one) => ({ region: one.region, details: one.fault?.details ?? "" })),
  );
  return { code: first.code ?? standard.code, message: first.message ?? standard.message };
}
