import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { STATE_ALONE, StartError } from "../program";
import type { GivenKeys } from "./keys";
import { required, wholeNumber } from "../stack/command-line";

/** The command line of the Functions host. */
export interface HostOptions {
  appDirectory: string;
  port: number;
  /** Where orchestrations, timers and keys are kept; undefined: nowhere. */
  stateDirectory: string | undefined;
  keys: GivenKeys;
  logFile: string | undefined;
  /** Where a line is written for each thing that ran; undefined: the terminal, if there is one. */
  runLogFile: string | undefined;
  fireTimersEarly: boolean;
  /** As Azure does when the entry file throws: go on, and answer 404 for every function. */
  goOnWithoutApp: boolean;
}

const DEFAULT_STATE = join(STATE_ALONE, "functions-host");

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
      "run-log": { type: "string" },
      "fire-timers-early": { type: "boolean", default: false },
      "go-on-without-app": { type: "boolean", default: false },
    },
  });
  const inMemory = values["in-memory"];
  if (inMemory && values.state !== undefined)
    throw new StartError("--state and --in-memory exclude each other");
  return {
    appDirectory: resolve(required(values.app, "--app")),
    port: wholeNumber(values.port, "--port", 0, 65_535),
    stateDirectory: inMemory ? undefined : resolve(values.state ?? DEFAULT_STATE),
    keys: readKeys(values["function-key"], values["master-key"]),
    logFile: values.log,
    runLogFile: values["run-log"],
    fireTimersEarly: values["fire-timers-early"],
    goOnWithoutApp: values["go-on-without-app"],
  };
}

function readKeys(functionKey: string | undefined, masterKey: string | undefined): GivenKeys {
  return {
    ...(functionKey === undefined ? {} : { function: functionKey }),
    ...(masterKey === undefined ? {} : { master: masterKey }),
  };
}
