import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** A program of the embedded stack, from its ready line to its end. */
export interface ChildProgram {
  pid: number;
  /** What the ready line says. */
  facts: Record<string, unknown>;
  /** From the start of the process to the ready line. */
  readyMs: number;
  end(): Promise<void>;
}

/**
 * Starts a program and waits until it is ready.
 * @throws Error with what it wrote to stderr when it ends instead.
 */
export async function startProgram(program: string, args: string[]): Promise<ChildProgram> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    // With the channel it ends when this process does, however that ends.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ended = exited.then((): never => {
    throw new Error(`${program} ended: ${stderr}`);
  });
  const facts = await Promise.race([readyLine(child), ended]);
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    facts,
    readyMs: performance.now() - startedAt,
    async end() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function readyLine(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error("the program has no output"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("{")) resolve(JSON.parse(line) as Record<string, unknown>);
    });
  });
}

/** Runs a Node program to its end. @throws Error with its output when it fails. */
export async function runToEnd(args: string[], env: NodeJS.ProcessEnv, cwd: string): Promise<void> {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${String(code)}: ${output}`);
}
