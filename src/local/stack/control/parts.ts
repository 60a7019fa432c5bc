import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readEndpoints } from "../endpoints-file";
import { isAlive } from "../leftovers";
import { isPart, PARTS, type Part } from "../parts";
import { runningIn } from "../state-directory";
import type { Command, FoundStack, Result } from "./command";
import { ControlError, mistake } from "./failure";
import { endpointsOf } from "./find-stack";

const LOOK_EVERY_MS = 50;

/** Longer than the stack allows its programs for stopping and starting. */
const PATIENCE_MS = 40_000;

export const stop: Command = {
  usage: "stop",
  about: "ends every program of the stack",
  async run({ directory, pid }) {
    process.kill(pid, "SIGTERM");
    await until(() => runningIn(directory) === undefined, `the stack (pid ${pid}) doesn't end`);
    return { lines: [`The stack in ${directory} has stopped.`], json: { stopped: pid } };
  },
};

export const restart: Command = {
  usage: "restart PART",
  about: "lets a part end in order; the stack starts it again",
  run: (stack, args) => replace(stack, args, "SIGTERM"),
};

export const kill: Command = {
  usage: "kill PART",
  about: "ends a part by kill -9, as a power cut would; the stack starts it again",
  run: (stack, args) => replace(stack, args, "SIGKILL"),
};

async function replace(stack: FoundStack, args: string[], signal: NodeJS.Signals): Promise<Result> {
  const part = partOf(args);
  const before = endpointsOf(stack).pids[part];
  if (before === undefined)
    throw new ControlError(`${part} isn't one of the parts that were started`);
  if (!isAlive(before)) throw new ControlError(`${part} is being started again just now`);
  const startedAt = Date.now();
  process.kill(before, signal);
  // The stack writes the new process id once that process is ready.
  const file = join(stack.directory, "endpoints.json");
  const after = await until(() => {
    const pid = readEndpoints(file)?.pids[part];
    return pid !== before && pid !== undefined && pid;
  }, `${part} (pid ${before}) has got ${signal}, and no other process has taken its place`);
  const tookMs = Date.now() - startedAt;
  return {
    lines: [
      `${part}: pid ${before} ended by ${signal}, pid ${after} is ready after ${(tookMs / 1000).toFixed(1)} s`,
    ],
    json: { part, signal, before, after, tookMs },
  };
}

function partOf([name, ...more]: string[]): Part {
  if (name !== undefined && more.length === 0 && isPart(name)) return name;
  throw mistake(`name one part: ${PARTS.join(", ")}`);
}

/** Polls until `read` gives something; what it waits for is a file of another process. */
async function until<T>(read: () => T | false, otherwise: string): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = read();
    if (found !== false) return found;
    if (Date.now() > deadline) throw new ControlError(otherwise);
    await delay(LOOK_EVERY_MS);
  }
}
