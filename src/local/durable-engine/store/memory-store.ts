import type { HistoryEvent } from "../history-event";
import type { Instance, InstanceFilter, StoredMessage, WorkItem } from "../model";
import { DueIndex } from "./due-index";
import type { Store, Write } from "./store";

/** Keeps everything in the process: for tests, and for stacks that need not survive. */
export class MemoryStore implements Store {
  readonly #instances = new Map<string, Instance>();
  readonly #history = new Map<string, HistoryEvent[]>();
  /** Per instance, by sequence. */
  readonly #messages = new Map<string, Map<number, StoredMessage>>();
  readonly #instanceOfMessage = new Map<number, string>();
  readonly #due = new DueIndex();
  /** Per instance, by generation and task. */
  readonly #work = new Map<string, Map<string, { order: number; work: WorkItem }>>();
  #sequence = 0;

  commit(writes: readonly Write[]): void {
    for (const write of writes) this.#apply(write);
  }

  instance(instanceId: string): Instance | undefined {
    return this.#instances.get(instanceId);
  }

  instances(filter: InstanceFilter): Instance[] {
    const found = [...this.#instances.values()].filter((instance) => matches(instance, filter));
    found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    return filter.limit === undefined ? found : found.slice(0, filter.limit);
  }

  history(instanceId: string): readonly HistoryEvent[] {
    return [...(this.#history.get(instanceId) ?? [])];
  }

  messages(instanceId: string, now: number): StoredMessage[] {
    return [...(this.#messages.get(instanceId)?.values() ?? [])].filter((m) => m.dueAt <= now);
  }

  instancesDue(after: number, upTo: number): string[] {
    return this.#due.between(after, upTo);
  }

  nextDue(after: number): number | undefined {
    return this.#due.next(after);
  }

  work(): WorkItem[] {
    return [...this.#work.values()]
      .flatMap((items) => [...items.values()])
      .sort((a, b) => a.order - b.order)
      .map((item) => item.work);
  }

  hasWork(work: WorkItem): boolean {
    return this.#work.get(work.instanceId)?.has(workKey(work)) ?? false;
  }

  close(): void {
    // Nothing is held outside the process.
  }

  #apply(write: Write): void {
    switch (write.kind) {
      case "putInstance":
        this.#instances.set(write.instance.id, write.instance);
        break;
      case "removeInstance":
        this.#instances.delete(write.instanceId);
        this.#history.delete(write.instanceId);
        this.#work.delete(write.instanceId);
        this.#dropMessages(write.instanceId);
        break;
      case "appendHistory":
        this.#historyOf(write.instanceId).push(...write.events);
        break;
      case "clearHistory":
        this.#history.delete(write.instanceId);
        break;
      case "addMessage":
        this.#addMessage({ ...write.message, sequence: ++this.#sequence });
        break;
      case "removeMessages":
        write.sequences.forEach((sequence) => this.#removeMessage(sequence));
        break;
      case "dropMessages":
        this.#dropMessages(write.instanceId, write.executionId);
        break;
      case "addWork":
        this.#workOf(write.work.instanceId).set(workKey(write.work), {
          order: ++this.#sequence,
          work: write.work,
        });
        break;
      case "removeWork":
        this.#work.get(write.work.instanceId)?.delete(workKey(write.work));
        break;
      case "dropWork":
        this.#work.delete(write.instanceId);
        break;
    }
  }

  #historyOf(instanceId: string): HistoryEvent[] {
    const history = this.#history.get(instanceId) ?? [];
    this.#history.set(instanceId, history);
    return history;
  }

  #workOf(instanceId: string): Map<string, { order: number; work: WorkItem }> {
    const items =
      this.#work.get(instanceId) ?? new Map<string, { order: number; work: WorkItem }>();
    this.#work.set(instanceId, items);
    return items;
  }

  #addMessage(message: StoredMessage): void {
    const messages = this.#messages.get(message.instanceId) ?? new Map<number, StoredMessage>();
    this.#messages.set(message.instanceId, messages.set(message.sequence, message));
    this.#instanceOfMessage.set(message.sequence, message.instanceId);
    this.#due.add(message);
  }

  #removeMessage(sequence: number): void {
    const messages = this.#messages.get(this.#instanceOfMessage.get(sequence) ?? "");
    const message = messages?.get(sequence);
    if (!messages || !message) return;
    messages.delete(sequence);
    if (messages.size === 0) this.#messages.delete(message.instanceId);
    this.#instanceOfMessage.delete(sequence);
    this.#due.remove(message);
  }

  #dropMessages(instanceId: string, executionId?: string): void {
    for (const message of [...(this.#messages.get(instanceId)?.values() ?? [])])
      if (executionId === undefined || message.executionId === executionId)
        this.#removeMessage(message.sequence);
  }
}

function workKey(work: WorkItem): string {
  return `${work.executionId}:${work.taskId}`;
}

function matches(instance: Instance, filter: InstanceFilter): boolean {
  return (
    instance.id.startsWith(filter.idPrefix ?? "") &&
    (filter.statuses === undefined || filter.statuses.includes(instance.status)) &&
    instance.createdAt >= (filter.createdFrom ?? -Infinity) &&
    instance.createdAt <= (filter.createdTo ?? Infinity) &&
    instance.id >= (filter.fromId ?? "")
  );
}
