import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as sendRequest } from "node:http";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = join(__dirname, "../../../dist/local/functions-host.js");
const APPS = join(__dirname, "../../fixtures/functions-apps");

/** What the ready line of the program says. */
export interface HostFacts {
  url: string;
  port: number;
  functionsKey: string;
  masterKey: string;
  functions: string[];
  pid: number;
  /** Of the process that runs the app. */
  workerPid: number;
  /** Why the app could not be loaded. */
  loadError?: string;
}

/** A running host; `npm test` builds the program first. */
export interface HostUnderTest {
  facts: HostFacts;
  /** What it has printed there so far. */
  stderr: () => string;
  /** Ends it and waits. @returns the exit code, null when a signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

export interface HostStart {
  /** Folder below test/fixtures/functions-apps. */
  app: string;
  args?: string[];
  settings?: Record<string, string>;
}

const running = new Set<ChildProcess>();
const directories: string[] = [];

/** Ends every host that is still running and removes the folders of this file's tests. */
export function cleanUp(): void {
  for (const child of running) child.kill("SIGKILL");
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
}

/** A folder of its own, removed by `cleanUp`. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "functions-host-"));
  directories.push(directory);
  return directory;
}

/** Starts a host and waits until it is ready; fails with its stderr when it ends instead. */
export async function startHost(start: HostStart): Promise<HostUnderTest> {
  const { child, stderr, exited } = spawnHost(start);
  const ready = new Promise<HostFacts>((resolve) => {
    if (child.stdout)
      createInterface({ input: child.stdout }).once("line", (line) => {
        resolve(JSON.parse(line));
      });
  });
  const facts = await Promise.race([
    ready,
    exited.then((code): never => {
      throw new Error(`the host ended with ${code}: ${stderr()}`);
    }),
  ]);
  return {
    facts,
    stderr,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs a host that is expected not to start. */
export async function runToEnd(start: HostStart): Promise<{ code: number | null; stderr: string }> {
  const { stderr, exited } = spawnHost(start);
  const code = await exited;
  return { code, stderr: stderr() };
}

function spawnHost({ app, args = ["--in-memory"], settings = {} }: HostStart): {
  child: ChildProcess;
  stderr: () => string;
  exited: Promise<number | null>;
} {
  const child = spawn(process.execPath, [PROGRAM, "--app", join(APPS, app), ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH: process.env.PATH, ...settings },
  });
  running.add(child);
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, stderr: () => text, exited };
}

/** Repeats a look until it is satisfied; fails after `timeoutMs` with what it saw last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isDone: (seen: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(seen)} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Whether a process with this id is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The lines of a file that an app writes; none when there is no file yet. */
export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request exactly as written: `fetch` would tidy up paths and repeated headers. */
export function send(
  url: string,
  {
    method = "GET",
    path = "/",
    headers = {},
    body = "",
  }: {
    method?: string;
    path?: string;
    headers?: Record<string, string | string[]>;
    body?: string;
  },
): Promise<RawAnswer> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = sendRequest(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
      },
    );
    sent.on("error", reject).end(body);
  });
}
