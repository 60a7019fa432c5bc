import { join } from "node:path";
import { DemoError } from "./demo-error";
import { renderResult, type DemoResult } from "./demo-result";
import {
  createLiveScreen,
  createPlainScreen,
  createSilentScreen,
  type Screen,
} from "./live-screen";
import { DEMO_USAGE, readDemoOptions, type DemoOptions } from "./options";
import { listOf, readRehearsals } from "./rehearsals";
import { runDemo } from "./run-demo";

const PACKAGE_ROOT = join(__dirname, "../..");
const STACK_PROGRAM = join(__dirname, "../local/stack.js");
const SAME_INTERRUPT_MS = 500;

void main();

async function main(): Promise<void> {
  // A proxy of the company would be asked for 127.0.0.1 too, if the environment names one.
  process.env["NO_PROXY"] = [process.env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  try {
    const options = readDemoOptions(process.argv.slice(2), PACKAGE_ROOT);
    if (options === "help") return print(DEMO_USAGE);
    if (options.fault === "list")
      return print(listOf(readRehearsals(options.faultsFile, "")).join("\n"));
    process.exitCode = await demo(options);
  } catch (error) {
    process.exitCode = complain(error);
  }
}

async function demo(options: DemoOptions): Promise<number> {
  const screen = chooseScreen(options.json);
  const interrupted = new AbortController();
  let interruptedAt = 0;
  const interrupt = (): void => {
    // The second Ctrl-C doesn't wait; the stack notices the end of this process. One that comes at
    // once is the same: npm passes on what the terminal has sent here already.
    if (interrupted.signal.aborted && Date.now() - interruptedAt > SAME_INTERRUPT_MS)
      process.exit(130);
    interruptedAt = Date.now();
    interrupted.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const result = await runDemo(options, {
      stackProgram: STACK_PROGRAM,
      screen,
      report: (result) => report(result, options.json),
      interrupted: interrupted.signal,
    });
    return (result.rehearsal?.asTold ?? result.state === "published") ? 0 : 1;
  } finally {
    screen.finish();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function chooseScreen(json: boolean): Screen {
  if (json) return createSilentScreen();
  // A terminal without a size can't be drawn on.
  if (process.stdout.isTTY && process.stdout.columns > 0) return createLiveScreen(process.stdout);
  return createPlainScreen((text) => process.stdout.write(text));
}

function report(result: DemoResult, json: boolean): void {
  print(json ? JSON.stringify(result, null, 2) : renderResult(result).join("\n"));
}

function complain(error: unknown): number {
  if (error instanceof DemoError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  return 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
