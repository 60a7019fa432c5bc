import { toTimestamp } from "./history-event";
import { newExecutionId, newPlainId } from "./instance-ids";
import type { Instance, ParentReference } from "./model";
import type { Write } from "./store/store";

/** What a new orchestration begins with. */
export interface Begin {
  id: string;
  name: string;
  version: string | null;
  /** JSON text. */
  input: string | null;
  parent: ParentReference | null;
  /** What had this id before. */
  replaces: Instance | undefined;
  /** Epoch ms. */
  now: number;
}

/** The writes that replace whatever had this id by a new, pending orchestration. */
export function beginInstance(begin: Begin): { instance: Instance; writes: Write[] } {
  const { id, name, version, input, parent, now } = begin;
  const instance: Instance = {
    id,
    executionId: parent ? newPlainId() : newExecutionId(),
    name,
    version,
    status: "Pending",
    input,
    output: null,
    customStatus: null,
    createdAt: now,
    updatedAt: now,
    parent,
    generation: begin.replaces ? begin.replaces.generation + 1 : 0,
  };
  return {
    instance,
    writes: [
      { kind: "removeInstance", instanceId: id },
      { kind: "putInstance", instance },
      startMessage(instance, now, parent ? null : instance.generation),
    ],
  };
}

/** The message that begins a generation of an instance. */
export function startMessage(instance: Instance, now: number, generation: number | null): Write {
  const { id, executionId, name, version, input, parent } = instance;
  return {
    kind: "addMessage",
    message: {
      instanceId: id,
      dueAt: now,
      executionId,
      event: {
        kind: "executionStarted",
        timestamp: toTimestamp(now),
        name,
        version,
        input,
        instanceId: id,
        executionId,
        parent,
        generation,
      },
    },
  };
}
