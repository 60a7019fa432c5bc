import { beginInstance } from "./begin-instance";
import type { DurableEngine } from "./engine";
import { toTimestamp, type HistoryEvent } from "./history-event";
import { newPlainId } from "./instance-ids";
import { hasEnded, type Instance, type OrchestrationStatus } from "./model";
import { objectionToInput } from "./strictness";

/** What the library's client sends for a start without input. */
const SDK_NO_INPUT = '""';

/** The id belongs to an instance that has not ended. */
export class InstanceExistsError extends Error {
  readonly status: OrchestrationStatus;

  constructor(status: OrchestrationStatus) {
    super(`An Orchestration instance with the status ${status} already exists.`);
    this.status = status;
  }
}

/** The strict engine refuses the value that came from outside. */
export class RefusedInputError extends Error {}

export interface StartRequest {
  name: string;
  /** Default: a new one. */
  instanceId?: string | undefined;
  /** JSON text; null: none; empty: a start without a body. */
  input: string | null;
  version?: string | undefined;
}

/** What a client may do with orchestrations. Each call is one commit. */
export class ClientOperations {
  readonly #engine: DurableEngine;

  constructor(engine: DurableEngine) {
    this.#engine = engine;
  }

  /**
   * Begins an orchestration, in place of an ended one with this id.
   * @throws {InstanceExistsError | RefusedInputError}
   */
  start(request: StartRequest): Instance {
    const id = request.instanceId ?? newPlainId();
    const existing = this.#engine.store.instance(id);
    if (existing && !hasEnded(existing)) throw new InstanceExistsError(existing.status);
    if (request.input !== SDK_NO_INPUT) this.#refuse(request.input, `'${request.name}'`);
    const { instance, writes } = beginInstance({
      id,
      name: request.name,
      version: request.version ?? this.#engine.options.defaultVersion ?? null,
      input: request.input,
      parent: null,
      replaces: existing,
      now: this.#engine.clock.now(),
    });
    this.#engine.commit(writes);
    return instance;
  }

  /** @throws {RefusedInputError} */
  raiseEvent(instance: Instance, name: string, input: string | null): void {
    this.#refuse(input, `the event '${name}'`);
    this.#send(instance, { ...this.#now(), kind: "eventRaised", name, input });
  }

  terminate(instance: Instance, reason: string): void {
    this.#send(instance, { ...this.#now(), kind: "executionTerminated", reason });
  }

  suspend(instance: Instance, reason: string): void {
    this.#send(instance, { ...this.#now(), kind: "executionSuspended", reason });
  }

  resume(instance: Instance, reason: string): void {
    this.#send(instance, { ...this.#now(), kind: "executionResumed", reason });
  }

  /** Forgets instances, ended or not. */
  purge(instances: readonly Instance[]): void {
    this.#engine.commit(instances.map(({ id }) => ({ kind: "removeInstance", instanceId: id })));
  }

  #refuse(input: string | null, receiver: string): void {
    const objection = this.#engine.options.strict ? objectionToInput(input, receiver) : undefined;
    if (objection !== undefined) throw new RefusedInputError(objection);
  }

  #now(): { timestamp: string } {
    return { timestamp: toTimestamp(this.#engine.clock.now()) };
  }

  #send(instance: Instance, event: HistoryEvent): void {
    const dueAt = this.#engine.clock.now();
    this.#engine.commit([
      {
        kind: "addMessage",
        message: { instanceId: instance.id, executionId: null, dueAt, event },
      },
    ]);
  }
}
