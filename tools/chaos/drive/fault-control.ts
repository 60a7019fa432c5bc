import type { PlannedFault } from "../plan/faults";
import { elapse, insist } from "./elapse";

const LOOK_EVERY_MS = 500;

interface Given {
  planned: PlannedFault;
  scenario: string;
  /** When it is over, once it has struck. */
  endsAt?: number;
}

/** Gives faults to the stand-in for Resource Manager, takes them away, and counts what struck. */
export class FaultControl {
  /** How often each kind has struck. */
  readonly strikes = new Map<string, number>();
  readonly #given = new Map<string, Given>();
  readonly #takenKeys = new Set<Promise<void>>();
  #stopped = false;
  #watching: Promise<void> | undefined;

  constructor(private readonly controlUrl: string) {}

  /** Begins to look which faults are over. */
  start(): void {
    this.#watching = this.#watch();
  }

  /** Waits for keys to come back, and takes all faults away. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
    await Promise.all(this.#takenKeys);
    for (const key of [...this.#given.keys()]) await this.#take(key);
  }

  async add(scenario: string, planned: readonly PlannedFault[]): Promise<void> {
    for (const one of planned) {
      if (one.takenKey !== undefined)
        this.#takenKeys.add(this.#takeKey(one.takenKey, one.clearAfterMs));
      if (one.fault === undefined) continue;
      const { key } = (await this.#call("POST", "/faults", one.fault)) as { key: string };
      this.#given.set(key, { planned: one, scenario });
    }
  }

  /** Takes a scenario's faults away; keys come back in their own time. */
  async clear(scenario: string): Promise<void> {
    for (const [key, given] of [...this.#given])
      if (given.scenario === scenario) await this.#take(key);
  }

  async #takeKey(key: string, forMs = 0): Promise<void> {
    await this.#call("PUT", "/keys", { key, enabled: false });
    await elapse(forMs);
    await this.#call("PUT", "/keys", { key, enabled: true });
  }

  /** Those that hold something up are over a while after they have struck. */
  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await elapse(LOOK_EVERY_MS);
      const held = [...this.#given].filter(([, { planned }]) => planned.clearAfterMs !== undefined);
      if (held.length === 0) continue;
      const struck = await this.#struck();
      for (const [key, given] of held) {
        if ((struck.get(key) ?? 0) === 0) continue;
        given.endsAt ??= Date.now() + (given.planned.clearAfterMs ?? 0);
        if (Date.now() >= given.endsAt) await this.#take(key);
      }
    }
  }

  async #take(key: string): Promise<void> {
    const given = this.#given.get(key);
    if (given === undefined) return;
    this.#given.delete(key);
    const { kind, aside } = given.planned;
    const struck = (await this.#struck()).get(key) ?? 0;
    if (aside !== true) this.strikes.set(kind, (this.strikes.get(kind) ?? 0) + struck);
    await this.#call("DELETE", `/faults/${key}`);
  }

  async #struck(): Promise<Map<string, number>> {
    const { faults } = (await this.#call("GET", "/faults")) as {
      faults: { key: string; struck: number }[];
    };
    return new Map(faults.map(({ key, struck }) => [key, struck]));
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
