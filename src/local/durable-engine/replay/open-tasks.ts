import type { ScheduledTask } from "../decision";
import type { Action } from "./action";
import { Settlement, type Result } from "./settlement";

/** A task without the id that it is about to get. */
export type TaskRequest = ScheduledTask extends infer T
  ? T extends ScheduledTask
    ? Omit<T, "id">
    : never
  : never;

/** The history does not fit what the orchestrator does now. */
export class NonDeterminismError extends Error {}

const DESCRIPTIONS: Record<ScheduledTask["kind"], string> = {
  activity: "an activity task",
  subOrchestration: "a sub-orchestration",
  timer: "a timer",
};

/** Counts the tasks of a generation and keeps those that have not ended, or are not in the history. */
export class OpenTasks {
  readonly #open = new Map<number, Settlement>();
  readonly #unscheduled = new Map<number, ScheduledTask>();
  readonly #origins: Action[] = [];
  #nextId = 0;

  get nextId(): number {
    return this.#nextId;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Tasks for which the history has no schedule event, in the order of their ids. */
  get unscheduled(): ScheduledTask[] {
    return [...this.#unscheduled.values()];
  }

  /** The action that each task belongs to, by id. */
  get origins(): readonly Action[] {
    return this.#origins;
  }

  start(request: TaskRequest, origin: Action): Settlement {
    const id = this.#nextId++;
    this.#origins.push(origin);
    const settlement = new Settlement();
    this.#open.set(id, settlement);
    this.#unscheduled.set(id, { ...request, id });
    return settlement;
  }

  /** A cancelled timer has its id and its place in the history, but nobody waits for it. */
  startCancelled(request: TaskRequest, origin: Action): void {
    const id = this.#nextId;
    this.start(request, origin);
    this.#open.delete(id);
  }

  complete(id: number, result: Result): void {
    const settlement = this.#open.get(id);
    this.#open.delete(id);
    settlement?.settle(result);
  }

  /**
   * Takes the history's word that a task was scheduled.
   * @throws {NonDeterminismError} when the orchestrator now asks for something else under this id.
   */
  confirm(kind: ScheduledTask["kind"], id: number, name: string | undefined): void {
    const task = this.#unscheduled.get(id);
    if (!task) throw new NonDeterminismError(missing(kind, id, name));
    const actual = "name" in task ? task.name : undefined;
    if (task.kind !== kind || actual?.toLowerCase() !== name?.toLowerCase())
      throw new NonDeterminismError(mismatch(kind, id, name, task));
    this.#unscheduled.delete(id);
  }
}

const QUESTION =
  "Was a change made to the orchestrator code after this instance had already started running?";

function missing(kind: ScheduledTask["kind"], id: number, name: string | undefined): string {
  const which =
    name === undefined ? "" : ` and name '${name}'${kind === "activity" ? " (version '')" : ""}`;
  return (
    `A previous execution of this orchestration scheduled ${DESCRIPTIONS[kind]} with sequence ID ${id}` +
    `${which}, but the current replay execution hasn't (yet?) scheduled this task. ${QUESTION}`
  );
}

function mismatch(
  kind: ScheduledTask["kind"],
  id: number,
  name: string | undefined,
  actual: ScheduledTask,
): string {
  const named = (text: string | undefined): string =>
    text === undefined ? "" : ` named '${text}'`;
  return (
    `A previous execution of this orchestration scheduled ${DESCRIPTIONS[kind]} with sequence number ${id}` +
    `${named(name)}, but the current orchestration replay instead scheduled ${DESCRIPTIONS[actual.kind]}` +
    `${named("name" in actual ? actual.name : undefined)} with this sequence number.  ${QUESTION}`
  );
}
