/** Lets at most `max` pieces of work run at one time; the others wait in the order they came. */
export class ConcurrencyLimit {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly max: number) {}

  /** Runs `work` as soon as there is room, and gives back what it gives. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.max)
      // Whoever ends hands its place over, so that nobody who comes later can slip in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
