import type { Rows } from "../evidence";
import { elapse } from "./elapse";
import { fateOf, isOver, type Fate } from "./fates";
import type { Tables } from "./tables";

const LOOK_EVERY_MS = 500;

/** Nothing came of a request in time; what was found instead is judged at the end. */
export class NotOver extends Error {
  override name = "NotOver";
}

/** The app's tables, looked at for all who wait. */
export class Records {
  #rows: Rows = { publications: [], runs: [], requests: [], failures: [] };
  #stopped = false;
  #watching: Promise<void> | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly patienceMs: number,
  ) {}

  get rows(): Rows {
    return this.#rows;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
  }

  /** @throws {NotOver} when that takes too long */
  async over(requestId: string): Promise<Fate> {
    return this.until(`the end of ${requestId}`, () => {
      const fate = fateOf(this.#rows, requestId);
      return isOver(fate) ? fate : undefined;
    });
  }

  /** @throws {NotOver} when that takes too long */
  async until<T>(what: string, found: () => T | undefined): Promise<T> {
    const deadline = Date.now() + this.patienceMs;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      if (Date.now() > deadline)
        throw new NotOver(`${what} didn't come within ${this.patienceMs} ms`);
      await elapse(LOOK_EVERY_MS);
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      this.#rows = await this.tables.rows();
      await elapse(LOOK_EVERY_MS);
    }
  }
}
