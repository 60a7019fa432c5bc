import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface RunningProgram {
  process: ChildProcess;
  ready: { port: number; connectionString: string };
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Runs the bundled program until it is ready. */
export async function runServiceBus(...args: string[]): Promise<RunningProgram> {
  // With an IPC channel the program ends with this process, whatever happens here.
  const child = spawn(process.execPath, ["dist/local/service-bus.js", ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  if (!child.stdout) throw new Error("no stdout");
  const line = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exited.then(([code]) => {
      throw new Error(`the program ended with ${String(code)} before it was ready`);
    }),
  ]);
  return {
    process: child,
    ready: JSON.parse(String(line[0])) as RunningProgram["ready"],
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** Runs the bundled program when it is expected to refuse to start. */
export async function failToStart(...args: string[]): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, ["dist/local/service-bus.js", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, stderr };
}
