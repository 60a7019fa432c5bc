import type { StoredMessage } from "../model";

interface Entry {
  dueAt: number;
  sequence: number;
  instanceId: string;
}

/** Messages ordered by their due time, so that looking for what is due costs no scan. */
export class DueIndex {
  readonly #entries: Entry[] = [];

  add(message: StoredMessage): void {
    const { dueAt, sequence, instanceId } = message;
    this.#entries.splice(this.#positionOf(dueAt, sequence), 0, { dueAt, sequence, instanceId });
  }

  remove(message: StoredMessage): void {
    const position = this.#positionOf(message.dueAt, message.sequence);
    if (this.#entries[position]?.sequence === message.sequence) this.#entries.splice(position, 1);
  }

  /** The instances with `after < dueAt <= upTo`, each once, earliest first. */
  between(after: number, upTo: number): string[] {
    const found = new Set<string>();
    for (let at = this.#positionOf(after, Infinity); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.dueAt > upTo) break;
      found.add(entry.instanceId);
    }
    return [...found];
  }

  /** The earliest due time after `after`. */
  next(after: number): number | undefined {
    return this.#entries[this.#positionOf(after, Infinity)]?.dueAt;
  }

  /** The place of the first entry that is not before (dueAt, sequence). */
  #positionOf(dueAt: number, sequence: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry === undefined) break;
      if (entry.dueAt < dueAt || (entry.dueAt === dueAt && entry.sequence < sequence))
        low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
