import { fork, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { InvocationResponse } from "./core-module";
import type { AppLogEntry, FunctionDefinition, InvokeOptions } from "./function-app";
import type { TypedData } from "./typed-data";
import type { FromWorker, ToWorker } from "./worker-protocol";

/** What a worker process is started with. */
export interface WorkerSetup {
  appDirectory: string;
  /** The app settings: the whole environment of the process. */
  env: NodeJS.ProcessEnv;
  /** The value of every `durableClient` input at this moment. */
  durableClient(): TypedData;
  onLog(entry: AppLogEntry): void;
  /** A line that the app printed. */
  onPrinted(line: string, stream: "stdout" | "stderr"): void;
}

/** The process that ran an invocation ended before it could answer. */
export class WorkerExitError extends Error {}

/** The app can't be loaded; the message is what its entry file threw. */
export class AppLoadError extends Error {}

/** An app that takes longer hangs; whoever started the host may wait half a minute for it. */
const LOAD_TIMEOUT_MS = 25_000;

/** Of what the process printed to stderr, so many lines tell why it ended. */
const KEPT_LINES = 20;

/** What a process printed is waited for that long after its end: its own children may hold the pipe. */
const PRINT_MS = 200;

const PROGRAM = join(__dirname, "functions-worker.js");

interface Pending {
  resolve: (response: InvocationResponse) => void;
  reject: (error: Error) => void;
}

/** One process that runs the app, from its start to its end. */
export class WorkerProcess {
  /** Why it ended, in the words of Azure's host. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #setup: WorkerSetup;
  readonly #pending = new Map<number, Pending>();
  #onLoaded: (message: FromWorker & { kind: "loaded" | "failedToLoad" }) => void = () => undefined;
  readonly #lastErrors: string[] = [];
  #nextId = 1;
  #hasExited = false;
  #hasAnswered = false;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
    this.#child = fork(PROGRAM, [], {
      cwd: setup.appDirectory,
      env: setup.env,
      // The settings by which Core Tools, too, choose the app's Node and hand it options (--inspect).
      execPath: setup.env.languageWorkers__node__defaultExecutablePath ?? process.execPath,
      execArgv: (setup.env.languageWorkers__node__arguments ?? "").split(" ").filter(Boolean),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Bytes stay bytes.
      serialization: "advanced",
    });
    for (const stream of ["stdout", "stderr"] as const) this.#readLines(stream);
    this.#child.on("message", (message) => this.#handle(message as FromWorker));
    this.exited = whenExited(this.#child).then((why) => {
      this.#end(why);
      return why;
    });
  }

  /** Whether it has brought any invocation to its end. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Loads the app. @throws {AppLoadError | WorkerExitError} */
  async load(): Promise<FunctionDefinition[]> {
    const answer = new Promise<FromWorker & { kind: "loaded" | "failedToLoad" }>((resolve) => {
      this.#onLoaded = resolve;
    });
    this.#send({ kind: "load", appDirectory: this.#setup.appDirectory });
    const ended = this.exited.then((why): never => {
      throw new WorkerExitError([why, ...this.#lastErrors].join("\n"));
    });
    const late = delay(LOAD_TIMEOUT_MS, undefined, { ref: false }).then((): never => {
      throw new AppLoadError(`it was not loaded after ${LOAD_TIMEOUT_MS / 1000} s`);
    });
    const message = await Promise.race([answer, ended, late]);
    if (message.kind === "failedToLoad") throw new AppLoadError(message.text);
    return message.functions;
  }

  /** @throws what the function threw, by message and stack, or {@link WorkerExitError}. */
  invoke(
    target: FunctionDefinition,
    data: TypedData,
    options: InvokeOptions,
  ): Promise<InvocationResponse> {
    if (this.#hasExited) return Promise.reject(new WorkerExitError("node has exited"));
    const id = this.#nextId++;
    const call = { id, name: target.name, data, options };
    const durableClient = usesDurableClient(target) ? this.#setup.durableClient() : undefined;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ kind: "invoke", ...call, durableClient });
    });
  }

  /** Lets the app run its `appTerminate` hooks, for at most `graceMs`, and ends the process. */
  async terminate(graceMs: number): Promise<void> {
    const force = setTimeout(() => this.kill(), graceMs);
    this.#send({ kind: "terminate" });
    await this.exited;
    clearTimeout(force);
  }

  /** Ends the process at once; its invocations fail. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #send(message: ToWorker): void {
    // A channel that closes meanwhile is no news: `exited` tells it.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #handle(message: FromWorker): void {
    switch (message.kind) {
      case "log":
        return this.#setup.onLog(message.entry);
      case "returned":
        return this.#take(message.id)?.resolve(message.response);
      case "threw": {
        const error = new Error(message.message);
        error.stack = message.stack;
        return this.#take(message.id)?.reject(error);
      }
      case "loaded":
      case "failedToLoad":
        return this.#onLoaded(message);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#hasAnswered = true;
    return pending;
  }

  #end(why: string): void {
    this.#hasExited = true;
    for (const { reject } of this.#pending.values()) reject(new WorkerExitError(why));
    this.#pending.clear();
  }

  #readLines(stream: "stdout" | "stderr"): void {
    const input = this.#child[stream];
    if (!input) return;
    createInterface({ input }).on("line", (line) => {
      this.#setup.onPrinted(line, stream);
      if (stream !== "stderr") return;
      this.#lastErrors.push(line);
      if (this.#lastErrors.length > KEPT_LINES) this.#lastErrors.shift();
    });
  }
}

function usesDurableClient(target: FunctionDefinition): boolean {
  return Object.values(target.bindings).some(({ type }) => type.toLowerCase() === "durableclient");
}

function whenExited(child: ChildProcess): Promise<string> {
  const notStarted = new Promise<string>((resolve) => {
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(`node can't be run: ${error.message}`);
    });
  });
  return Promise.race([notStarted, afterExit(child)]);
}

/** Settles after the end of its channel: nothing that it still answered is lost. */
async function afterExit(child: ChildProcess): Promise<string> {
  const disconnected = new Promise<void>((resolve) => child.once("disconnect", resolve));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const why = await new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(describeExit(code, signal)));
  });
  if (child.connected) await disconnected;
  await Promise.race([closed, delay(PRINT_MS, undefined, { ref: false })]);
  return why;
}

/** `node exited with code 137 (0x89)`: a signal counts as 128 and its number, as shells do. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  const shown = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  return `node exited with code ${shown} (0x${shown.toString(16).toUpperCase()})`;
}
