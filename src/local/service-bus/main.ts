import { join } from "node:path";
import { parseArgs } from "node:util";
import { requireFreePort, runProgram, STATE_ALONE, StartError } from "../program";
import { connectionString, startBroker } from "./broker";
import { systemClock } from "./core/clock";
import { readConfig } from "./read-config";
import { MemoryStore } from "./store/memory-store";
import type { MessageStore } from "./store/message-store";
import { SqliteStore } from "./store/sqlite-store";

const DEFAULT_STATE = join(STATE_ALONE, "service-bus");
const USAGE =
  "usage: service-bus [--port N] [--state DIR | --in-memory] [--config FILE] [--world FILE] [--log FILE]";

interface Options {
  port: number;
  /** Absent: nothing outlives the process. */
  stateDirectory: string | undefined;
  config: string | undefined;
  /** The stack's world file, whose section `serviceBus` adds entities. */
  world: string | undefined;
  log: string | undefined;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "0" },
      state: { type: "string" },
      "in-memory": { type: "boolean", default: false },
      config: { type: "string" },
      world: { type: "string" },
      log: { type: "string" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(`--port ${values.port} is not a port`);
  if (values["in-memory"] && values.state !== undefined)
    throw new StartError("--state and --in-memory exclude each other");
  return {
    port,
    stateDirectory: values["in-memory"] ? undefined : (values.state ?? DEFAULT_STATE),
    config: values.config,
    world: values.world,
    log: values.log,
  };
}

function openStore(directory: string | undefined): MessageStore {
  if (directory === undefined) return new MemoryStore();
  try {
    return new SqliteStore(join(directory, "messages.sqlite"));
  } catch (error) {
    throw new StartError(
      `can't open the messages in ${directory}: ${(error as Error).message}; does another Service Bus use them?`,
    );
  }
}

function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  return runProgram({
    name: "service-bus",
    logFile: options.log,
    async start(log) {
      const settings = readConfig(options);
      await requireFreePort(options.port, "--port");
      const store = openStore(options.stateDirectory);
      const broker = await startBroker(settings, { store, clock: systemClock }, options.port, log);
      return {
        facts: { port: broker.port, connectionString: connectionString(broker.port) },
        async stop() {
          await broker.stop();
          store.close();
        },
      };
    },
  });
}

try {
  void main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`service-bus: ${(error as Error).message}\n${USAGE}\n`);
  process.exit(2);
}
