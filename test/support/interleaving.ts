import { AsyncLocalStorage } from "node:async_hooks";
import { turns } from "./turns";

type Call = (...parameters: never[]) => unknown;

/**
 * Runs actors side by side, one step at a time, in an order that a test chooses. A step is one call
 * that leaves the process: it waits until its actor is let on.
 */
export class Interleaving {
  readonly #actor = new AsyncLocalStorage<number>();
  #waiting: (() => void)[][] = [];
  #done: boolean[] = [];

  /** Makes every call of these members a step of the actor that makes it. */
  gate<T extends object>(target: T, names: readonly (keyof T)[]): void {
    for (const name of names) {
      const call = target[name] as Call;
      target[name] = (async (...parameters: never[]) => {
        const actor = this.#actor.getStore();
        if (actor !== undefined)
          await new Promise<void>((go) => this.#waiting[actor]?.push(() => go()));
        return call.apply(target, parameters);
      }) as T[keyof T];
    }
  }

  /**
   * Lets the actors on in the order of `turnOf`; where the chosen one has ended, the next.
   * @returns what each gave, and how many steps there were
   */
  async run<R>(
    actors: readonly (() => Promise<R>)[],
    turnOf: (step: number, hasEnded: (actor: number) => boolean) => number,
  ): Promise<{ results: R[]; steps: number }> {
    this.#waiting = actors.map(() => []);
    this.#done = actors.map(() => false);
    const begun = actors.map((actor, index) =>
      this.#actor.run(index, async () => {
        try {
          return await actor();
        } finally {
          this.#done[index] = true;
        }
      }),
    );
    let steps = 0;
    await turns(1);
    while (this.#done.includes(false)) {
      let actor = turnOf(steps, (one) => this.#done[one] === true);
      while (this.#done[actor] === true) actor = (actor + 1) % actors.length;
      const next = this.#waiting[actor]?.shift();
      next?.();
      steps += next === undefined ? 0 : 1;
      await turns(1);
    }
    return { results: await Promise.all(begun), steps };
  }
}
