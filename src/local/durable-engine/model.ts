import type { HistoryEvent } from "./history-event";

/** How an orchestration stands. */
export type OrchestrationStatus =
  "Pending" | "Running" | "Suspended" | "Completed" | "Failed" | "Terminated";

/** Who waits for a sub-orchestration. */
export interface ParentReference {
  name: string;
  instanceId: string;
  executionId: string;
  /** Id of the parent's task. */
  taskId: number;
  version: string | null;
}

/** One orchestration, in its present generation. */
export interface Instance {
  id: string;
  /** Changes with each continue-as-new. */
  executionId: string;
  name: string;
  version: string | null;
  status: OrchestrationStatus;
  /** JSON text; the empty text stands for a start without a body. */
  input: string | null;
  /** JSON text. */
  output: string | null;
  /** JSON text. */
  customStatus: string | null;
  /** Epoch ms. */
  createdAt: number;
  /** Epoch ms. */
  updatedAt: number;
  parent: ParentReference | null;
  /** How often a client has started this instance before. */
  generation: number;
}

/** Something that an instance has to hear, at `dueAt` or later. */
export interface Message {
  instanceId: string;
  /** Epoch ms. */
  dueAt: number;
  /** Only this generation wants it; null: whichever is there. */
  executionId: string | null;
  event: HistoryEvent;
}

/** A message with its place in the order of arrival. */
export interface StoredMessage extends Message {
  sequence: number;
}

/** An activity call that has not ended. At least once: it runs again after a crash. */
export interface WorkItem {
  instanceId: string;
  executionId: string;
  taskId: number;
  name: string;
  /** JSON text. */
  input: string;
}

/** Which instances to list; members that are absent don't narrow. */
export interface InstanceFilter {
  idPrefix?: string | undefined;
  statuses?: readonly OrchestrationStatus[] | undefined;
  /** Epoch ms, inclusive. */
  createdFrom?: number | undefined;
  /** Epoch ms, inclusive. */
  createdTo?: number | undefined;
  /** Ids before this one are left out. */
  fromId?: string | undefined;
  /** At most so many. */
  limit?: number | undefined;
}

/** Whether nothing will happen to the instance any more. */
export function hasEnded(instance: Instance): boolean {
  return (
    instance.status === "Completed" ||
    instance.status === "Failed" ||
    instance.status === "Terminated"
  );
}
