import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "../program";
import type { ChildProgram, Facts, ProgramEnd } from "./child-program";

/** What the supervisor tells the stack. */
export interface SupervisorEvents {
  /** For people and the log. */
  say(line: string): void;
  /** A new process took the place of another and is ready. */
  replaced(): void;
  /** A program keeps dying; it won't be started again. */
  gaveUp(name: string, end: ProgramEnd): void;
}

/** A program is given up after this many deaths in a row that came at once. */
export const MAX_QUICK_DEATHS = 5;

/** A crash that soon after the start is counted: it would only come again. */
const QUICK_MS = 3000;

/** Pause before a program that died at once is started again, times the number of deaths. */
const PAUSE_MS = 200;

/** Exit code of a program that can't start because of a mistake of its user. */
const CANT_START = 2;

/** Keeps one program alive: whenever its process ends by itself, another one is started. */
export class SupervisedProgram {
  facts: Facts = {};
  /** Of the process that was ready last: the one that takes its place counts once it is ready. */
  pid = 0;
  #child: ChildProgram;
  #stopping = false;
  #quickDeaths = 0;

  /** Starts the first process; `firstReady` tells when it is up, or why it isn't. */
  constructor(
    readonly name: string,
    private readonly launch: () => ChildProgram,
    private readonly events: SupervisorEvents,
    private readonly pause: (ms: number) => Promise<unknown> = delay,
  ) {
    this.#child = launch();
  }

  /**
   * Waits until the program is ready for the first time, and keeps it alive from then on.
   * @throws {StartError} with what it printed, when it can't start.
   */
  async firstReady(): Promise<void> {
    for (;;) {
      const first = await Promise.race([this.#child.ready, this.#child.ended]);
      if (!isEnd(first)) {
        this.facts = first;
        this.pid = this.#child.pid;
        break;
      }
      if (this.#stopping) throw new StartError(`${this.name} was stopped`);
      this.#count(first);
      if (first.code === CANT_START || this.#quickDeaths >= MAX_QUICK_DEATHS)
        throw new StartError(whyItEnded(this.name, first));
      await this.#replace(first);
    }
    void this.#keepAlive();
  }

  /** Ends the program for good. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#child.stop();
  }

  async #keepAlive(): Promise<void> {
    for (;;) {
      const end = await this.#child.ended;
      if (this.#stopping) return;
      this.#count(end);
      if (this.#quickDeaths >= MAX_QUICK_DEATHS) return this.events.gaveUp(this.name, end);
      await this.#replace(end);
    }
  }

  async #replace(end: ProgramEnd): Promise<void> {
    if (this.#quickDeaths > 1) await this.pause(PAUSE_MS * this.#quickDeaths);
    if (this.#stopping) return;
    const old = this.#child.pid;
    const child = this.launch();
    this.#child = child;
    this.events.say(
      `${this.name}: pid ${old} ended by ${end.reason}, started again as pid ${child.pid}`,
    );
    void child.ready.then((facts) => {
      this.facts = facts;
      this.pid = child.pid;
      this.events.replaced();
    });
  }

  /** Whoever kills or stops a running program from outside doesn't show that it can't run. */
  #count(end: ProgramEnd): void {
    const byItself = end.signal === null && end.code !== 0;
    const quick = !end.wasReady || (byItself && end.livedMs < QUICK_MS);
    this.#quickDeaths = quick ? this.#quickDeaths + 1 : 0;
  }
}

/** What a person needs to know of a program that ended. */
export function whyItEnded(name: string, end: ProgramEnd): string {
  const printed = end.stderr.trim();
  return printed === "" ? `${name} ended by ${end.reason} and printed nothing` : printed;
}

function isEnd(first: Facts | ProgramEnd): first is ProgramEnd {
  return "livedMs" in first && "wasReady" in first;
}
