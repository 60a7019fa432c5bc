import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";

/** A program of `dist/local` that a test started; `npm test` builds it first. */
export interface ProgramUnderTest {
  facts: Record<string, string>;
  child: ChildProcess;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<Ended>;
  /** Ends it as its parent's death would (the IPC channel closes) and waits. */
  stop(): Promise<Ended>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a program and waits for its ready line; fails with its stderr when it ends instead. */
export async function startProgram(name: string, args: string[]): Promise<ProgramUnderTest> {
  const { child, ended } = spawnProgram(name, args);
  const ready = new Promise<Record<string, string>>((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line));
    });
  });
  const first = await Promise.race([ready, ended.then((end) => new Error(end.stderr))]);
  if (first instanceof Error) throw first;
  return {
    facts: first,
    child,
    ended,
    stop: () => {
      if (child.connected) child.disconnect();
      return ended;
    },
  };
}

/** Runs a program that is expected to end by itself. */
export function runToEnd(name: string, args: string[]): Promise<Ended> {
  return spawnProgram(name, args).ended;
}

function spawnProgram(
  name: string,
  args: string[],
): { child: ChildProcess; ended: Promise<Ended> } {
  const program = join(__dirname, "../../../dist/local", `${name}.js`);
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  // Not "close": it never comes once this side has closed the IPC channel.
  const exit = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  const ended = Promise.all([exit, texts]).then(([code, [stdout, stderr]]) => ({
    code,
    stdout,
    stderr,
  }));
  return { child, ended };
}

async function text(stream: Readable | null): Promise<string> {
  let all = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => (all += chunk));
  if (stream !== null) await finished(stream);
  return all;
}

/** Whether a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
