import { fault, type Fault } from "../fault";

const IN_FLIGHT = new Set(["creating", "updating", "deleting", "migrating"]);
/** Azure names no time; an update takes minutes. */
const LOOK_AGAIN_AFTER_MS = 15_000;

/** True while an operation on the version is running. */
export function isInFlight(provisioningState: string): boolean {
  return IN_FLIGHT.has(provisioningState.toLowerCase());
}

/** Somebody else's operation is waited for, never fought. */
export function operationInFlight(provisioningState: string): Fault {
  return {
    ...fault(
      "OperationInFlight",
      "waitForOperation",
      `the version is ${provisioningState}: somebody else's operation is running`,
      "none: the run waits for it",
    ),
    afterMs: LOOK_AGAIN_AFTER_MS,
  };
}
