import { join } from "node:path";
import { StartError } from "../program";
import { readCommandLine } from "./command-line";
import type { Endpoints } from "./endpoints-file";
import { readStackOptions, STACK_USAGE, type StackOptions } from "./options";
import { Stack } from "./stack";
import { stackSummary } from "./summary";

const PROGRAMS = __dirname;
const PACKAGE_ROOT = join(__dirname, "../..");

const EXIT_FAILED = 1;
const EXIT_CANT_START = 2;

// Whoever read the output may be gone (`| head`); the stack still has to stop its programs.
process.stdout.on("error", () => undefined);
const options = readCommandLine("stack", (args) => readStackOptions(args, PACKAGE_ROOT));
if (options === "help") process.stdout.write(`${STACK_USAGE}\n`);
else void run(options);

/**
 * Not `runProgram`: people read what this program prints, it must wait for its children even when it
 * is ended in the middle of its start, and it can fail long after it was ready.
 */
async function run(chosen: StackOptions): Promise<void> {
  const startedAt = Date.now();
  let stack: Stack | undefined;
  let ending = false;
  const end = async (exitCode: number, why?: string): Promise<void> => {
    if (ending) return;
    ending = true;
    if (why !== undefined) process.stderr.write(`${why}\n`);
    await stack?.stop();
    process.exit(exitCode);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => void end(0));
  process.on("disconnect", () => void end(0));
  try {
    stack = new Stack(chosen, PROGRAMS, {
      say: (line) => process.stdout.write(`${line}\n`),
      failed: (why) => void end(EXIT_FAILED, why),
    });
    const endpoints = await stack.start();
    announce(chosen, endpoints, Date.now() - startedAt);
  } catch (error) {
    await end(EXIT_CANT_START, whyNot(error));
  }
}

function announce(chosen: StackOptions, endpoints: Endpoints, tookMs: number): void {
  const endpointsFile = join(chosen.stateDirectory, "endpoints.json");
  const ready = { ready: true, program: "stack", pid: process.pid, endpointsFile };
  process.stdout.write(
    chosen.jsonReady
      ? `${JSON.stringify(ready)}\n`
      : `${stackSummary(endpoints, endpointsFile, tookMs)}\n`,
  );
}

function whyNot(error: unknown): string {
  if (error instanceof StartError) return `stack: ${error.message}`;
  return `stack: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
