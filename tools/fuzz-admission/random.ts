import { randomFrom } from "../../test/support/random-from";

const EVERY = 2 ** 32;

/** Random choices that a seed repeats. */
export class Random {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = randomFrom(seed);
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    return this.#below(EVERY) / EVERY;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** @throws when there is nothing to pick from */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error("there is nothing to pick from");
    return from[this.int(0, from.length - 1)] as T;
  }
}
