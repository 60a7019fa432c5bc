import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../program";
import { provideCertificates } from "./certificates";
import { launchProgram, type ProgramEnd, type ProgramSpec } from "./child-program";
import { readLeftPids, writeEndpoints, type Endpoints } from "./endpoints-file";
import { endpointsOf, surroundings, type ReadFact } from "./endpoints";
import { provideKeys } from "./keys";
import { waitForLeftovers } from "./leftovers";
import type { StackOptions } from "./options";
import { choosePorts } from "./ports";
import { putSchedules } from "./put-schedules";
import { functionsHost, surroundingPrograms, type StackSetup } from "./programs";
import { openStateDirectory, type StateDirectory } from "./state-directory";
import { MAX_QUICK_DEATHS, SupervisedProgram, whyItEnded } from "./supervised-program";
import { readWorldNames } from "./world-names";

/** What the stack tells whoever runs it. */
export interface StackEvents {
  say(line: string): void;
  /** A program can't be kept alive: the stack is of no use any more. */
  failed(why: string): void;
}

/** The programs of the embedded stack, from the first to the last moment. */
export class Stack {
  readonly #programs: SupervisedProgram[] = [];
  readonly #state: StateDirectory;
  readonly #leftPids: number[];
  #endpoints: (() => Endpoints) | undefined;
  #stopping = false;

  /** @throws {StartError} when the state directory can't be used. */
  constructor(
    private readonly options: StackOptions,
    private readonly programsDirectory: string,
    private readonly events: StackEvents,
  ) {
    this.#leftPids = readLeftPids(join(options.stateDirectory, "endpoints.json"));
    this.#state = openStateDirectory(options.stateDirectory, options.fresh);
  }

  /**
   * Starts all programs; what the function app needs first and side by side, then its host.
   * @throws {StartError} with the message of the program that can't start.
   */
  async start(): Promise<Endpoints> {
    rmSync(this.#state.endpointsFile, { force: true });
    await waitForLeftovers(this.#leftPids);
    const setup = await this.#prepare();
    const { only } = this.options;
    const isWanted = ({ name }: ProgramSpec): boolean => (only as string[]).includes(name);
    await this.#startAll(surroundingPrograms(setup).filter(isWanted));
    const fact: ReadFact = (part, name) => this.#fact(part, name);
    await this.#putSchedules(endpointsOf(setup, fact, this.#pids()));
    await this.#startAll([functionsHost(setup, surroundings(setup, fact))].filter(isWanted));
    this.#endpoints = () => endpointsOf(setup, fact, this.#pids());
    const endpoints = this.#endpoints();
    writeEndpoints(this.#state.endpointsFile, endpoints);
    return endpoints;
  }

  /** Ends all programs, the function app's host before what it stands on. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const isHost = (program: SupervisedProgram): boolean => program.name === "functions-host";
    const stop = (program: SupervisedProgram): Promise<void> => program.stop();
    await Promise.all(this.#programs.filter(isHost).map(stop));
    await Promise.all(this.#programs.filter((program) => !isHost(program)).map(stop));
    rmSync(this.#state.endpointsFile, { force: true });
    this.#state.release();
  }

  async #prepare(): Promise<StackSetup> {
    const { certificates } = this.#state;
    const [ports, files, keys] = await Promise.all([
      choosePorts(this.options.freePorts),
      provideCertificates(certificates),
      provideKeys(certificates),
    ]);
    return {
      options: this.options,
      state: this.#state,
      ports,
      certificates: files,
      keys,
      names: readWorldNames(this.options.worldFile),
    };
  }

  async #putSchedules(endpoints: Endpoints): Promise<void> {
    const { schedulesFile, only } = this.options;
    if (schedulesFile === undefined || !only.includes("storage")) return;
    await putSchedules(endpoints, schedulesFile);
  }

  async #startAll(specs: ProgramSpec[]): Promise<void> {
    if (this.#stopping) throw new StartError("stopped while starting");
    const started = specs.map((spec) => this.#supervise(spec));
    this.#programs.push(...started);
    await Promise.all(started.map((program) => program.firstReady()));
  }

  #supervise(spec: ProgramSpec): SupervisedProgram {
    const launch = () => launchProgram(spec, this.programsDirectory, this.#state.logs);
    return new SupervisedProgram(spec.name, launch, {
      say: (line) => this.#say(line),
      replaced: () => this.#rewriteEndpoints(),
      gaveUp: (name, end) => this.#giveUp(name, end),
    });
  }

  #rewriteEndpoints(): void {
    if (this.#stopping || this.#endpoints === undefined) return;
    writeEndpoints(this.#state.endpointsFile, this.#endpoints());
  }

  #giveUp(name: string, end: ProgramEnd): void {
    const why = `${name} ended ${MAX_QUICK_DEATHS} times in a row (${end.reason}), the stack ends`;
    this.#say(why);
    this.events.failed(`${why}: ${whyItEnded(name, end)}\nlogs: ${this.#state.logs}`);
  }

  #say(line: string): void {
    const time = new Date().toISOString();
    appendFileSync(join(this.#state.logs, "stack.log"), `${time} ${line}\n`);
    this.events.say(line);
  }

  #pids(): Record<string, number> {
    const pids = this.#programs.map(({ name, pid }) => [name, pid] as const);
    return { stack: process.pid, ...Object.fromEntries(pids) };
  }

  #fact(name: string, fact: string): string | undefined {
    const program = this.#programs.find((one) => one.name === name);
    if (program === undefined) return undefined;
    const value = program.facts[fact];
    if (typeof value !== "string")
      throw new StartError(`${name} did not say its "${fact}" when it was ready`);
    return value;
  }
}
