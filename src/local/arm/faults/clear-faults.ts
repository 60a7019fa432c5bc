import type { ComputeService } from "../compute-service";
import type { VersionRecord } from "../image-version/version-record";
import { endOfReplication, released } from "../replication";

/**
 * Removes one fault, or all; what stood still because of it goes on from where it stood.
 * @returns false when there is none with this key
 */
export function clearFaults(service: ComputeService, key?: string): boolean {
  const { faults, state } = service;
  if (key !== undefined && !faults.has(key)) return false;
  const doomed = key === undefined ? faults.list().map((record) => record.key) : [key];
  for (const one of doomed) faults.remove(one);
  for (const version of state.versions.all()) release(service, version, new Set(doomed));
  return true;
}

function release(service: ComputeService, version: VersionRecord, faults: Set<string>): void {
  const entries = Object.entries(version.replication);
  const isHeld = (hold: { fault: string } | undefined): boolean =>
    hold !== undefined && faults.has(hold.fault);
  if (!entries.some(([, plan]) => isHeld(plan.hold))) return;
  const nowMs = service.clock.serviceMs();
  const plans = entries.map(
    ([region, plan]) => [region, isHeld(plan.hold) ? released(plan, nowMs) : plan] as const,
  );
  service.state.versions.put({ ...version, replication: Object.fromEntries(plans) });
  const operation = service.operations.get(version.operation ?? "");
  // One that had an end waits for other things than this region.
  if (operation === undefined || operation.endMs !== undefined) return;
  const all = service.behaviour.succeeds === "withLastRegion";
  const ends = plans
    .filter(([region]) => all || region === version.location)
    .map(([, plan]) => endOfReplication(plan));
  service.operations.reschedule(operation, Math.max(nowMs, ...ends));
}
