/** How a task came out; a failure that no retry may follow says so. */
export interface Result {
  ok: boolean;
  isFinal?: boolean;
}

/**
 * A promise whose continuations run at once, in the order in which they were added: a replay must
 * give out ids in the order in which Durable Task does, and has to end without a turn of the loop.
 */
export class Settlement {
  #result: Result | undefined;
  #waiting: ((result: Result) => void)[] = [];

  static of(result: Result): Settlement {
    const settlement = new Settlement();
    settlement.settle(result);
    return settlement;
  }

  get isSettled(): boolean {
    return this.#result !== undefined;
  }

  /** Later calls change nothing. */
  settle(result: Result): void {
    if (this.#result) return;
    this.#result = result;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const continuation of waiting) continuation(result);
  }

  then(continuation: (result: Result) => void): void {
    if (this.#result) continuation(this.#result);
    else this.#waiting.push(continuation);
  }
}
