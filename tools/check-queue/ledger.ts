/** What a client knows of its messages: which were acknowledged, delivered and completed. */
export class Ledger {
  readonly #acknowledged = new Set<number>();
  /** By sequence number: the message's number, and how its completion went. */
  readonly #deliveries = new Map<
    string,
    { message: number; end: "held" | "confirmed" | "unknown" }
  >();
  readonly #handled = new Set<number>();
  #deliveryCount = 0;
  #afterCompletion = 0;

  acknowledge(messages: number[]): void {
    for (const message of messages) this.#acknowledged.add(message);
  }

  deliver(message: number, sequenceNumber: string): void {
    this.#deliveryCount++;
    if (this.#deliveries.get(sequenceNumber)?.end === "confirmed") this.#afterCompletion++;
    this.#deliveries.set(sequenceNumber, { message, end: "held" });
  }

  /** @param end unknown: the broker was gone before it answered. */
  complete(sequenceNumber: string, end: "confirmed" | "unknown"): void {
    const delivery = this.#deliveries.get(sequenceNumber);
    if (!delivery) throw new Error(`${sequenceNumber} was never delivered`);
    // A message may be delivered again before an earlier completion has failed.
    if (delivery.end !== "confirmed") delivery.end = end;
    this.#handled.add(delivery.message);
  }

  /** Messages in the hands of the client now, not completed yet. */
  get inFlight(): number {
    return this.#count("held");
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Different messages whose completion was confirmed, or may have been carried out. */
  get distinctCompletions(): number {
    return this.#handled.size;
  }

  /** The numbers of the report; what must hold is said by `violations`. */
  facts() {
    return {
      acknowledged: this.acknowledged,
      distinctCompletions: this.distinctCompletions,
      deliveries: this.#deliveryCount,
      storedTwice: this.#deliveries.size - this.#handled.size,
      deliveredAgain: this.#deliveryCount - this.#deliveries.size,
      completionsUnconfirmed: this.#count("unknown"),
      deliveredAfterCompletion: this.#afterCompletion,
    };
  }

  #count(end: "held" | "confirmed" | "unknown"): number {
    let count = 0;
    for (const delivery of this.#deliveries.values()) if (delivery.end === end) count++;
    return count;
  }
}

export type QueueFacts = ReturnType<Ledger["facts"]>;
