import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "../program";

/** Where one stack keeps everything; held by one process at a time. */
export interface StateDirectory {
  root: string;
  certificates: string;
  logs: string;
  arm: string;
  serviceBus: string;
  storage: string;
  functionsHost: string;
  endpointsFile: string;
  /** Lets another stack have the directory. */
  release(): void;
}

/** What a run leaves behind; keys and certificates aren't state, people may have copied them. */
const STATE = ["arm", "service-bus", "storage", "functions-host", "logs", "endpoints.json"];

const LOCK_FILE = "stack.lock";
const PID_FILE = "stack.pid";
const LOOK_MS = 500;

/**
 * Makes the directory and takes it for this process.
 * @throws {StartError} when it can't be written, belongs to something else, or is in use.
 */
export function openStateDirectory(root: string, fresh: boolean): StateDirectory {
  const path = (name: string): string => join(root, name);
  refuseForeignDirectory(root);
  const lock = takeLock(root);
  if (fresh) for (const name of STATE) rmSync(path(name), { recursive: true, force: true });
  const logs = path("logs");
  mkdirSync(logs, { recursive: true });
  writeFileSync(path(PID_FILE), String(process.pid));
  return {
    root,
    certificates: path("certificates"),
    logs,
    arm: path("arm"),
    serviceBus: path("service-bus"),
    storage: path("storage"),
    functionsHost: path("functions-host"),
    endpointsFile: path("endpoints.json"),
    release: () => lock.close(),
  };
}

/** `--fresh` removes directories by name: in a directory that isn't ours it must never do so. */
function refuseForeignDirectory(root: string): void {
  if (!existsSync(root)) return;
  let names: string[];
  try {
    names = readdirSync(root);
  } catch (error) {
    throw unusable(root, error);
  }
  if (names.length > 0 && !names.includes(LOCK_FILE))
    throw new StartError(
      `${root} holds files that the stack didn't make; give it a directory of its own with --state`,
    );
}

/**
 * A lock of the operating system on an SQLite file: unlike a file with a process id in it, it is
 * gone when its holder is, however that ended.
 */
function takeLock(root: string): DatabaseSync {
  let lock: DatabaseSync;
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    // Whoever looks whether a stack runs here holds the file for a moment.
    lock = new DatabaseSync(join(root, LOCK_FILE), { timeout: LOOK_MS });
  } catch (error) {
    throw unusable(root, error);
  }
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (!(error as Error).message.includes("locked")) throw unusable(root, error);
    throw new StartError(
      `${root} is in use by another stack (pid ${holder(root)}); stop it, or choose another directory with --state`,
    );
  }
}

/** The process id of the stack that runs in this directory; undefined when none does. */
export function runningIn(root: string): number | undefined {
  if (!existsSync(join(root, LOCK_FILE))) return undefined;
  const look = new DatabaseSync(join(root, LOCK_FILE), { readOnly: true });
  try {
    look.prepare("SELECT count(*) FROM sqlite_master").get();
    return undefined;
  } catch (error) {
    if (!(error as Error).message.includes("locked")) throw unusable(root, error);
    return Number(holder(root));
  } finally {
    look.close();
  }
}

function unusable(root: string, error: unknown): StartError {
  return new StartError(`can't write to ${root}: ${(error as Error).message}`);
}

function holder(root: string): string {
  const file = join(root, PID_FILE);
  return existsSync(file) ? readFileSync(file, "utf8") : "unknown";
}
