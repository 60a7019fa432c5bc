import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartError } from "../program";
import { required, wholeNumber } from "../stack/command-line";

/** The command line of the Functions host. */
export interface HostOptions {
  appDirectory: string;
  port: number;
  /** Where orchestrations, timers and keys are kept; undefined: nowhere. */
  stateDirectory: string | undefined;
  functionKey: string | undefined;
  masterKey: string | undefined;
  logFile: string | undefined;
  fireTimersEarly: boolean;
}

const DEFAULT_STATE = ".local/functions-host";

/** @throws {StartError} for a value that can't be used. */
export function readHostOptions(args: string[]): HostOptions {
  const { values } = parseArgs({
    args,
    options: {
      app: { type: "string" },
      port: { type: "string", default: "0" },
      state: { type: "string" },
      "in-memory": { type: "boolean", default: false },
      "function-key": { type: "string" },
      "master-key": { type: "string" },
      log: { type: "string" },
      "fire-timers-early": { type: "boolean", default: false },
    },
  });
  const inMemory = values["in-memory"];
  if (inMemory && values.state !== undefined)
    throw new StartError("--state and --in-memory exclude each other");
  return {
    appDirectory: resolve(required(values.app, "--app")),
    port: wholeNumber(values.port, "--port", 0, 65_535),
    stateDirectory: inMemory ? undefined : resolve(values.state ?? DEFAULT_STATE),
    functionKey: values["function-key"],
    masterKey: values["master-key"],
    logFile: values.log,
    fireTimersEarly: values["fire-timers-early"],
  };
}
