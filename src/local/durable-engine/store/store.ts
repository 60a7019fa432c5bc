import type { HistoryEvent } from "../history-event";
import type { Instance, InstanceFilter, Message, StoredMessage, WorkItem } from "../model";

/** One change of the store; an engine step is a list of them. */
export type Write =
  | { kind: "putInstance"; instance: Instance }
  /** With history, messages and work. */
  | { kind: "removeInstance"; instanceId: string }
  | { kind: "appendHistory"; instanceId: string; events: readonly HistoryEvent[] }
  | { kind: "clearHistory"; instanceId: string }
  | { kind: "addMessage"; message: Message }
  | { kind: "removeMessages"; sequences: readonly number[] }
  /** Those for one generation, or all of the instance's. */
  | { kind: "dropMessages"; instanceId: string; executionId?: string }
  | { kind: "addWork"; work: WorkItem }
  | { kind: "removeWork"; work: WorkItem }
  | { kind: "dropWork"; instanceId: string };

/** Where orchestrations are kept. Reading is synchronous, and so is writing: nothing comes between. */
export interface Store {
  /** Makes all writes or, when it throws, none. */
  commit(writes: readonly Write[]): void;
  instance(instanceId: string): Instance | undefined;
  /** Ordered by id. */
  instances(filter: InstanceFilter): Instance[];
  history(instanceId: string): readonly HistoryEvent[];
  /** Messages of one instance that are due at `now` (epoch ms), in the order of their arrival. */
  messages(instanceId: string, now: number): StoredMessage[];
  /** Ids of the instances that have messages with `after < dueAt <= upTo`, earliest first. */
  instancesDue(after: number, upTo: number): string[];
  /** The earliest `dueAt` later than `after`. */
  nextDue(after: number): number | undefined;
  /** All work, oldest first. */
  work(): WorkItem[];
  hasWork(work: WorkItem): boolean;
  close(): void;
}
