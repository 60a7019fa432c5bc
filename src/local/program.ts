import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { pino, type Logger } from "pino";

/**
 * What every program of the embedded stack has in common: one line of JSON on stdout once it is
 * ready, a clean end on SIGTERM, an end of its own when the process that started it is gone, and
 * one readable line on stderr (exit code 2) when it can't start.
 */
export interface Program {
  name: string;
  /** Starts everything; the returned facts (ports, URLs) are printed in the ready line. */
  start: (log: Logger) => Promise<{ facts: Record<string, unknown>; stop: () => Promise<void> }>;
  /** JSON-lines log file; stderr when absent. */
  logFile?: string | undefined;
}

/** A mistake of the person who starts the program: shown without a stack trace. */
export class StartError extends Error {}

/**
 * Where a program that is started alone keeps its state, unless told otherwise. Not in the stack's
 * own directory: the stack would take that for somebody else's, and refuse it.
 */
export const STATE_ALONE = ".local-alone";

/** How long a program may take to stop before it is ended by force. */
const STOP_TIMEOUT_MS = 4000;

/** Runs a program until SIGTERM, SIGINT or the end of its parent. */
export async function runProgram(program: Program): Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    (stop ?? (() => Promise.resolve()))().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${program.name}: could not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // With an IPC channel the parent's death, even by SIGKILL, is seen here: no process is left behind.
  process.on("disconnect", end);
  try {
    const started = await program.start(openLog(program.name, program.logFile));
    stop = started.stop;
    process.stdout.write(
      `${JSON.stringify({ ready: true, program: program.name, pid: process.pid, ...started.facts })}\n`,
    );
  } catch (error) {
    process.stderr.write(`${program.name}: ${describe(error)}\n`);
    process.exit(2);
  }
}

/**
 * Fails with a sentence for people when `port` is taken on loopback; 0 (any free port) always passes.
 * @throws {StartError} when the port is in use.
 */
export async function requireFreePort(port: number, option: string): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new StartError(
              `port ${port} on 127.0.0.1 is in use; stop what listens there, or choose another with ${option}`,
            )
          : error,
      ),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

function describe(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function openLog(name: string, file: string | undefined): Logger {
  if (file === undefined) return pino({ name, level: "warn" }, pino.destination(2));
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    throw new StartError(`can't write the log file ${file}: ${(error as Error).message}`);
  }
  return pino({ name }, pino.destination({ dest: file, sync: true }));
}
