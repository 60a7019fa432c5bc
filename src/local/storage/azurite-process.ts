import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { StartError } from "../program";

/** Where Azurite listens and what it works on. All ports are on 127.0.0.1. */
export interface AzuriteOptions {
  blobPort: number;
  queuePort: number;
  tablePort: number;
  dataDirectory: string;
  /** PEM files; bearer tokens are accepted over TLS only. */
  certificateFile: string;
  keyFile: string;
}

/** A running Azurite. */
export interface Azurite {
  pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<string>;
  /** Lets Azurite save what it holds and waits for its end. */
  stop(): Promise<void>;
}

/** Azurite's last line of its start; every service listens by then. */
const READY_LINE = /Table service is successfully listening/;

/** How long Azurite may take to save and close before it is ended by force. */
const STOP_TIMEOUT_MS = 2500;

/**
 * Runs inside Azurite's process before it: without it, Azurite would outlive a parent that was
 * killed. The timer ends what a client's open connection would keep alive.
 */
const END_WITH_PARENT = `
process.on("disconnect", () => {
  setTimeout(() => process.exit(0), ${STOP_TIMEOUT_MS}).unref();
  process.kill(process.pid, "SIGTERM");
});
process.channel?.unref();
`;

/**
 * Starts Azurite in its own process and waits until all three services listen.
 * @throws {StartError} with what Azurite printed, when it ends instead.
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  const child = spawn(process.execPath, commandLine(options), {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const reason = await Promise.race([listening(child), ended]);
  if (reason !== undefined)
    throw new StartError(`Azurite did not start (${reason}): ${output.trim()}`);
  return { pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
}

function commandLine(options: AzuriteOptions): string[] {
  const azurite = createRequire(__filename).resolve("azurite/dist/src/azurite.js");
  return [
    "--import",
    `data:text/javascript,${encodeURIComponent(END_WITH_PARENT)}`,
    azurite,
    ...["--blobHost", "127.0.0.1", "--blobPort", String(options.blobPort)],
    ...["--queueHost", "127.0.0.1", "--queuePort", String(options.queuePort)],
    ...["--tableHost", "127.0.0.1", "--tablePort", String(options.tablePort)],
    ...["--location", options.dataDirectory],
    ...["--oauth", "basic", "--cert", options.certificateFile, "--key", options.keyFile],
    ...["--silent", "--disableTelemetry", "--skipApiVersionCheck"],
  ];
}

function listening(child: ChildProcess): Promise<undefined> {
  return new Promise((resolve) => {
    const { stdout } = child;
    if (stdout === null) return;
    createInterface({ input: stdout }).on("line", (line) => {
      if (READY_LINE.test(line)) resolve(undefined);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(force);
}
