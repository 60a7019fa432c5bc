import type { Action } from "./action";
import type { OpenTasks } from "./open-tasks";
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
  /** Not yet in `#open`: to make keys of all tasks would cost more than all the rest. */
  #added: { action: Action; settlement: Settlement }[] = [];

  /** External events are left out, as each may have several waiters, and so are cancelled timers. */
  add(action: Action, settlement: Settlement): void {
    const isLeftOut =
      action.kind === "waitForEvent" || (action.kind === "createTimer" && action.isCancelled);
    if (!isLeftOut && !settlement.isSettled) this.#added.push({ action, settlement });
  }

  /** @throws {TrapError} naming the task that is open since an earlier yield. */
  refuseOpen(action: Action): void {
    this.#takeUpAdded();
    if (this.#open.size > 0) this.#refuse(action);
  }

  #takeUpAdded(): void {
    const isNoneOpen =
      this.#open.size === 0 && this.#added.every((task) => task.settlement.isSettled);
    if (!isNoneOpen)
      for (const { action, settlement } of this.#added)
        this.#open.set(JSON.stringify(action), settlement);
    this.#added = [];
  }

  #refuse(action: Action): void {
    if (action.kind === "whenAny" || action.kind === "whenAll")
      return action.actions.forEach((child) => this.#refuse(child));
    const earlier = this.#open.get(JSON.stringify(action));
    if (earlier === undefined || earlier.isSettled) return;
    throw new TrapError(
      `${describe(action)} was yielded again, in another Task.any or Task.all, while it was still running. Azure schedules such a task a second time and mixes up the results (durable-js issue 574). Race fresh tasks, once, and cancel the timers that lost.`,
    );
  }
}

/**
 * Both sides count the tasks of an orchestration, and must come to the same numbers.
 * @throws {TrapError} for the first task that they number differently.
 */
export function refuseDifferentCounts(azure: OpenTasks, library: OpenTasks): void {
  for (const [id, action] of azure.origins.entries()) {
    const other = library.origins[id];
    if (other === undefined || other === action) continue;
    throw new TrapError(
      `task ${id} is ${describe(action)} as Azure counts, but ${describe(other)} as the library counts: from here on Azure mixes up their results, or fails with non-determinism. The cause is a call with retry (or a timer of several days) that was still going on when the orchestrator went on: beside a Task.all that failed, or after a Task.any with a timer that was cancelled later. Return failures from the activities of a Task.all instead of throwing them, or wrap each call with retry in a sub-orchestration.`,
    );
  }
}

function describe(action: Action): string {
  if ("name" in action) return `the call of '${action.name}'`;
  if (action.kind === "createTimer")
    return `the timer for ${new Date(action.fireAt).toISOString()}`;
  return `the ${action.kind}`;
}
