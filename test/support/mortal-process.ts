type Call = (...parameters: unknown[]) => unknown;

/** When a process dies: with the call that leaves it still to be made, or with its answer not yet read. */
export type Moment = "before" | "after";

/**
 * A process that a test kills at one call to the outside. From then on nothing of it goes on: what waits for an answer
 * waits for ever. What comes later is another process, which lives.
 */
export class MortalProcess {
  /** Calls to the outside so far, by name. */
  readonly calls: string[] = [];
  hasDied = false;
  #die: () => void = () => undefined;
  readonly #death = new Promise<void>((done) => (this.#die = done));

  /** @param deadly which call is the last one; none when absent */
  constructor(readonly deadly?: { at: number; moment: Moment }) {}

  /** Makes every call of these members one to the outside; all functions of it where none are named. */
  gate<T extends object>(name: string, target: T, members: readonly (keyof T)[] = keysOf(target)) {
    for (const member of members) {
      const call = target[member] as Call;
      target[member] = ((...parameters: unknown[]) =>
        this.#reach(`${name}.${String(member)}`, () =>
          call.apply(target, parameters),
        )) as T[keyof T];
    }
  }

  /** Runs it to its end, or to the death of the process. */
  async live(work: () => Promise<unknown>): Promise<"ended" | "died"> {
    if (this.hasDied) {
      await work();
      return "ended";
    }
    return Promise.race([
      work().then(() => "ended" as const),
      this.#death.then(() => "died" as const),
    ]);
  }

  async #reach(name: string, call: () => unknown): Promise<unknown> {
    this.calls.push(name);
    const isDeadly = this.calls.length === this.deadly?.at;
    if (isDeadly && this.deadly?.moment === "before") return this.#end();
    if (!isDeadly) return call();
    // A refusal is an answer, too.
    await Promise.resolve(call()).catch(() => undefined);
    return this.#end();
  }

  #end(): Promise<never> {
    this.hasDied = true;
    this.#die();
    return FOR_EVER;
  }
}

const keysOf = <T extends object>(target: T): (keyof T)[] =>
  (Object.keys(target) as (keyof T)[]).filter((key) => typeof target[key] === "function");

const FOR_EVER = new Promise<never>(() => undefined);
