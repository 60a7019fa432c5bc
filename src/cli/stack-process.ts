import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DemoError } from "./demo-error";

/** What the demo needs of the stack's endpoints file. */
export interface Endpoints {
  functionsUrl: string;
  functionsKey: string;
  armUrl: string;
  armCaFile: string;
  armControlUrl: string;
  armRequestLog: string;
  identityEndpoint: string;
  identityHeader: string;
  identityClientId: string;
  serviceBusConnectionString: string;
  pids: Record<string, number>;
}

/** A stack of the demo's own, on free ports and with a state that goes with it. */
export interface RunningStack {
  endpointsFile: string;
  endpoints(): Endpoints;
  /** Resolves with the reason when it ends by itself. */
  failed: Promise<string>;
  /** Ends every process of it and removes its state. */
  stop(): Promise<void>;
}

/** Longer than what the stack allows itself. */
const STOP_TIMEOUT_MS = 15_000;

/**
 * Starts the embedded stack as a program and waits until it is up; it ends with this process.
 * @throws {DemoError} with what it printed, when it can't start.
 */
export async function startStack(
  program: string,
  worldFile: string,
  onLine: (line: string) => void,
): Promise<RunningStack> {
  const directory = mkdtempSync(join(tmpdir(), "gallery-publisher-demo-"));
  const args = ["--free-ports", "--json-ready", "--state", directory, "--world", worldFile];
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A group of its own: on Ctrl-C this process decides when the stack stops.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const failed = whyItEnded(child);
  const stop = async (): Promise<void> => {
    await end(child, failed);
    rmSync(directory, { recursive: true, force: true });
  };
  const endpointsFile = await Promise.race([readyLine(child, onLine), failed.then(asError)]);
  if (endpointsFile instanceof DemoError) {
    await stop();
    throw endpointsFile;
  }
  return {
    endpointsFile,
    endpoints: () => JSON.parse(readFileSync(endpointsFile, "utf8")) as Endpoints,
    failed,
    stop,
  };
}

/** Resolves with the path of the endpoints file; other lines are news for people. */
function readyLine(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith('{"ready":true')) return onLine(line);
      resolve((JSON.parse(line) as { endpointsFile: string }).endpointsFile);
    });
  });
}

function whyItEnded(child: ChildProcess): Promise<string> {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(stderr.trim() || `the stack ended (${signal ?? `exit code ${code}`})`),
    );
  });
}

function asError(why: string): DemoError {
  return new DemoError(why);
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(force);
}
