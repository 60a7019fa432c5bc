import { Settlement } from "./settlement";

/** Who waits for which external event, and what came before anyone did. Names are case-sensitive. */
export class ExternalEvents {
  readonly #waiting = new Map<string, Settlement[]>();
  readonly #buffered = new Map<string, number>();

  waitFor(name: string): Settlement {
    const buffered = this.#buffered.get(name) ?? 0;
    if (buffered > 0) {
      this.#buffered.set(name, buffered - 1);
      return Settlement.of({ ok: true });
    }
    const waiter = new Settlement();
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), waiter]);
    return waiter;
  }

  /** The last who began to wait is served first, as by the JavaScript library. */
  raise(name: string): void {
    const waiter = this.#waiting.get(name)?.pop();
    if (waiter) waiter.settle({ ok: true });
    else this.#buffered.set(name, (this.#buffered.get(name) ?? 0) + 1);
  }
}
