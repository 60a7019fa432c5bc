import type { PlannedFault } from "../plan/faults";
import { elapse, insist } from "./elapse";

/** Gives faults to the stand-in for Resource Manager, takes them away, and counts what struck. */
export class FaultControl {
  /** How often each kind has struck. */
  readonly strikes = new Map<string, number>();
  readonly #given = new Map<string, { planned: PlannedFault; scenario: string }>();
  readonly #timers = new Set<Promise<void>>();

  constructor(private readonly controlUrl: string) {}

  async add(scenario: string, planned: readonly PlannedFault[]): Promise<void> {
    for (const one of planned) {
      const clear = await this.#give(scenario, one);
      if (one.clearAfterMs === undefined) continue;
      const timer = elapse(one.clearAfterMs).then(clear);
      this.#timers.add(timer);
      void timer.finally(() => this.#timers.delete(timer));
    }
  }

  /** Takes a scenario's faults away; keys come back in their own time. */
  async clear(scenario: string): Promise<void> {
    for (const [key, given] of this.#given) if (given.scenario === scenario) await this.#take(key);
  }

  /** Waits for those that are over after a while, and takes all others away. */
  async clearAll(): Promise<void> {
    await Promise.all(this.#timers);
    for (const key of this.#given.keys()) await this.#take(key);
  }

  async #give(scenario: string, planned: PlannedFault): Promise<() => Promise<void>> {
    const { fault, takenKey } = planned;
    if (fault !== undefined) {
      const { key } = (await this.#call("POST", "/faults", fault)) as { key: string };
      this.#given.set(key, { planned, scenario });
      return () => this.#take(key);
    }
    await this.#call("PUT", "/keys", { key: takenKey, enabled: false });
    return async () => void (await this.#call("PUT", "/keys", { key: takenKey, enabled: true }));
  }

  async #take(key: string): Promise<void> {
    const given = this.#given.get(key);
    if (given === undefined) return;
    this.#given.delete(key);
    const { faults } = (await this.#call("GET", "/faults")) as {
      faults: { key: string; struck: number }[];
    };
    const struck = faults.find((one) => one.key === key)?.struck ?? 0;
    const { kind, aside } = given.planned;
    if (aside !== true) this.strikes.set(kind, (this.strikes.get(kind) ?? 0) + struck);
    await this.#call("DELETE", `/faults/${key}`);
  }

  /** Repeated while the stand-in is away; a fault that was taken away is gone. */
  #call(method: string, path: string, body?: object): Promise<unknown> {
    return insist(async () => {
      const response = await fetch(`${this.controlUrl}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok && response.status !== 404) throw new Error(text);
      return JSON.parse(text) as unknown;
    });
  }
}
