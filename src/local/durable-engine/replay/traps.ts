import type { Action } from "./action";
import type { Settlement } from "./settlement";

/** Something that hangs or goes wrong in silence in Azure, and that the strict engine refuses. */
export class TrapError extends Error {}

/** @throws {TrapError} for a retry policy with a time-out. */
export function refuseRetryTimeouts(actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.kind === "whenAny" || action.kind === "whenAll") refuseRetryTimeouts(action.actions);
    else if ("retry" in action && action.retry?.timeoutMs !== undefined)
      throw new TrapError(
        `the call of '${action.name}' sets retryTimeoutInMilliseconds: once that has expired, the orchestration hangs for ever in Azure (durable-js issue 629). Bound the number of attempts instead.`,
      );
  }
}

/**
 * Remembers the tasks that are listed, to notice when one that is still open is listed again: put
 * into a second `Task.any` or `Task.all` it would be scheduled a second time. The answer holds no
 * ids, so a fresh call with the same name and input counts as the same task.
 */
export class Listings {
  readonly #open = new Map<string, Settlement>();

  /** External events are left out: each may have several waiters. */
  add(action: Action, settlement: Settlement): void {
    if (action.kind !== "waitForEvent" && !settlement.isSettled)
      this.#open.set(JSON.stringify(action), settlement);
  }

  /** @throws {TrapError} naming the task that is open since an earlier yield. */
  refuseOpen(action: Action): void {
    if (action.kind === "whenAny" || action.kind === "whenAll")
      return action.actions.forEach((child) => this.refuseOpen(child));
    const earlier = this.#open.get(JSON.stringify(action));
    if (earlier === undefined || earlier.isSettled) return;
    throw new TrapError(
      `${describe(action)} was yielded again, in another Task.any or Task.all, while it was still running. Azure schedules such a task a second time and mixes up the results (durable-js issue 574). Race fresh tasks, once, and cancel the timers that lost.`,
    );
  }
}

function describe(action: Action): string {
  if ("name" in action) return `the call of '${action.name}'`;
  if (action.kind === "createTimer")
    return `the timer for ${new Date(action.fireAt).toISOString()}`;
  return `the ${action.kind}`;
}
