import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRoles } from "../../roles/role-files";
import { serviceBusFile, VERIFICATION_GROUP, worldFile } from "../plan/world";
import { elapse } from "./elapse";

/** What the stack says of itself to everybody. */
export interface Endpoints {
  functionsUrl: string;
  functionsKey: string;
  masterKey: string;
  armUrl: string;
  armCaFile: string;
  armControlUrl: string;
  armRequestLog: string;
  /** Where, and as whom, programs other than the app log in. */
  loginUrl: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  serviceBusConnectionString: string;
  tableEndpoint: string;
  blobEndpoint: string;
  pids: Record<string, number>;
}

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 25;

/** The embedded stack in processes of its own, as `npm start` runs it; nothing of it is imported. */
export class ChaosStack {
  readonly #directory = mkdtempSync(join(tmpdir(), "gallery-publisher-chaos-"));
  /** A directory of its own, as the stack wants it. */
  readonly #state = join(this.#directory, "state");
  #process: ChildProcess | undefined;
  #ended: string | undefined;

  /** As it stands in the file now: process ids change with every kill. */
  get endpoints(): Endpoints {
    return JSON.parse(readFileSync(join(this.#state, "endpoints.json"), "utf8")) as Endpoints;
  }

  /**
   * Starts it with the world of chaos, and waits until it is up.
   * @param speed seconds of Azure per second
   * @throws with what it printed, when it doesn't come up
   */
  async start(program: string, speed: number): Promise<void> {
    const world = this.#write("world.json", worldFile(readRoles()));
    const bus = this.#write("service-bus.json", serviceBusFile);
    const args = [
      ...[program, "--state", this.#state, "--world", world, "--service-bus", bus],
      ...["--free-ports", "--json-ready", "--log-answers", "--speed", String(speed)],
      // Azure's pace is quickened, so looks at it must be, too.
      ...["--setting", "WATCH_MIN_INTERVAL_SECONDS=0.5"],
      ...["--setting", "WATCH_MAX_INTERVAL_SECONDS=2"],
      ...["--setting", `VERIFICATION_RESOURCE_GROUP=${VERIFICATION_GROUP}`],
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#process = child;
    let printed = "";
    const read = (chunk: Buffer): void => void (printed += chunk.toString());
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => (this.#ended = `the stack ended (${code}): ${printed}`));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!printed.includes('"ready":true')) {
      this.check();
      if (Date.now() > deadline) throw new Error(`the stack is not ready in time: ${printed}`);
      await elapse(LOOK_EVERY_MS);
    }
  }

  /** @throws when it has ended by itself */
  check(): void {
    if (this.#ended !== undefined) throw new Error(this.#ended);
  }

  /** Kills a part, and waits until another process has taken its place. */
  async kill(part: string): Promise<void> {
    const before = this.endpoints.pids[part];
    if (before === undefined) throw new Error(`the stack has no part "${part}"`);
    process.kill(before, "SIGKILL");
    while (this.endpoints.pids[part] === before) {
      this.check();
      await elapse(LOOK_EVERY_MS);
    }
  }

  /** @param copy where its state and logs are kept; without one they are gone */
  async stop(copy?: string): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      const force = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(force);
    }
    if (copy !== undefined) cpSync(this.#state, copy, { recursive: true });
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(name: string, content: object): string {
    const file = join(this.#directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }
}
