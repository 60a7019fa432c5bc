import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** One program of `dist/local`, and how to start it. */
export interface ProgramSpec {
  name: string;
  args: string[];
  env: Record<string, string>;
}

/** What a program says of itself once it is ready: ports, URLs. */
export type Facts = Record<string, unknown>;

/** How a process ended. */
export interface ProgramEnd {
  /** "SIGKILL", "exit code 1". */
  reason: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  wasReady: boolean;
  livedMs: number;
  /** The end of what it wrote there. */
  stderr: string;
}

/** One process of a program. */
export interface ChildProgram {
  pid: number;
  /** Never rejects; stays pending when the process ends first. */
  ready: Promise<Facts>;
  ended: Promise<ProgramEnd>;
  /** SIGTERM, then SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Longer than what a program allows itself for stopping. */
const STOP_TIMEOUT_MS = 6000;

/** A program that says nothing for so long hangs. */
const READY_TIMEOUT_MS = 30_000;

const KEPT_STDERR = 8000;

/** Starts a program of `programsDirectory`; what it prints goes to `<name>.console.log`. */
export function launchProgram(
  spec: ProgramSpec,
  programsDirectory: string,
  logDirectory: string,
): ChildProgram {
  const startedAt = Date.now();
  const child = spawn(
    process.execPath,
    [join(programsDirectory, `${spec.name}.js`), ...spec.args],
    {
      env: spec.env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: Ctrl-C in a terminal reaches the stack alone, which stops them in order.
      detached: process.platform !== "win32",
      windowsHide: true,
    },
  );
  const console = createWriteStream(join(logDirectory, `${spec.name}.console.log`), { flags: "a" });
  let readyAt: number | undefined;
  const ready = readyLine(child.stdout).then((facts) => {
    readyAt = Date.now();
    return facts;
  });
  const giveUp = setTimeout(() => {
    if (readyAt === undefined) child.kill("SIGKILL");
  }, READY_TIMEOUT_MS);
  const stderr = keepTail(child.stderr);
  child.stdout?.pipe(console, { end: false });
  child.stderr?.pipe(console, { end: false });
  const ended = whenEnded(child).then(({ code, signal, failure }): ProgramEnd => {
    clearTimeout(giveUp);
    console.end();
    return {
      reason: failure ?? signal ?? `exit code ${code}`,
      code,
      signal,
      wasReady: readyAt !== undefined,
      livedMs: Date.now() - (readyAt ?? startedAt),
      stderr: stderr(),
    };
  });
  return { pid: child.pid ?? 0, ready, ended, stop: () => stop(child, ended) };
}

function readyLine(stdout: Readable | null): Promise<Facts> {
  return new Promise((resolve) => {
    if (stdout === null) return;
    createInterface({ input: stdout }).on("line", (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line) as Facts);
    });
  });
}

function keepTail(stream: Readable | null): () => string {
  let tail = "";
  stream?.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-KEPT_STDERR);
  });
  return () => tail;
}

function whenEnded(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; failure?: string }> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, failure: error.message }));
    // "close" and not "exit": by then everything it printed has arrived.
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

async function stop(child: ChildProcess, ended: Promise<ProgramEnd>): Promise<void> {
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(force);
}
