import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DemoError } from "../demo-error";
import { startStack, type RunningStack } from "../stack-process";
import { ACTS, type Sample } from "./acts";
import { createStage } from "./stage";

const PACKAGE_ROOT = join(__dirname, "../..");
const STACK_PROGRAM = join(__dirname, "../local/stack.js");
/** For one run of twelve regions: three waves take half a minute. */
const TIMEOUT_MS = 180_000;

/** `npm run tour`: a rollout of twelve regions with everything that can become of it, on a stack of its own. */
async function main(): Promise<void> {
  process.env["NO_PROXY"] = [process.env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const sample = (name: string): string => join(PACKAGE_ROOT, "samples", name);
  const request = JSON.parse(readFileSync(sample("request-12-regions.json"), "utf8")) as Sample;
  const stack = await startStack(STACK_PROGRAM, sample("world-40-regions.yaml"), print);
  try {
    await Promise.race([play(stack, request, print, interrupted.signal), broken(stack)]);
  } finally {
    await stack.stop();
  }
}

async function play(
  stack: RunningStack,
  request: Sample,
  print: (line: string) => void,
  interrupted: AbortSignal,
): Promise<void> {
  const stage = createStage({ stack, timeoutMs: TIMEOUT_MS, print, interrupted });
  for (const [index, act] of ACTS.entries()) {
    print(`\n── ${index + 1}. ${act.title}\n`);
    await act.play(stage, request);
  }
  print("\nEverything ended as the tour says.");
}

async function broken(stack: RunningStack): Promise<never> {
  throw new DemoError(await stack.failed);
}

main().catch((error: unknown) => {
  const known = error instanceof DemoError;
  process.stderr.write(`${known ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = known ? error.exitCode : 1;
});
