import type { Kill } from "../plan/kills";
import { versionPath } from "../plan/world";
import type { LogTail } from "./arm-log";
import type { ChaosStack } from "./chaos-stack";
import { elapse } from "./elapse";
import type { Sender } from "./sender";

const LOOK_EVERY_MS = 20;

/** Kills parts of the stack, each at its moment; one that is being started again is let come up first. */
export class Killer {
  /** How often each kind has struck. */
  readonly strikes = new Map<string, number>();
  readonly #due: Kill[];
  readonly #busy = new Map<string, Promise<void>>();
  #stopped = false;
  #watching: Promise<void> | undefined;

  constructor(
    kills: readonly Kill[],
    private readonly parts: {
      stack: Pick<ChaosStack, "kill">;
      tail: LogTail;
      sender: Pick<Sender, "sent">;
      say: (line: string) => void;
    },
  ) {
    this.#due = [...kills];
  }

  start(): void {
    this.#watching = this.#watch();
  }

  /** Waits until everything that was killed is up again; what is still due isn't killed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
    await Promise.all(this.#busy.values());
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      this.parts.tail.read();
      for (const kill of this.#due.filter((one) => this.#isDue(one))) {
        this.#due.splice(this.#due.indexOf(kill), 1);
        const before = this.#busy.get(kill.part);
        this.#busy.set(kill.part, this.#carryOut(kill, before));
      }
      await elapse(LOOK_EVERY_MS);
    }
  }

  #isDue({ when }: Kill): boolean {
    const { tail, sender } = this.parts;
    if ("writes" in when) return tail.writes >= when.writes;
    if ("sent" in when) return sender.sent >= when.sent;
    return tail.putTo.has(versionPath(when.latePutOf).toLowerCase());
  }

  async #carryOut({ kind, part, delayMs }: Kill, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (delayMs > 0) await elapse(delayMs);
    this.parts.say(`kill -9: ${kind}`);
    this.strikes.set(kind, (this.strikes.get(kind) ?? 0) + 1);
    await this.parts.stack.kill(part);
  }
}
