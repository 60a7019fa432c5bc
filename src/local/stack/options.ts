import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartError } from "../program";
import { PARTS, readParts, type Part } from "./parts";

/** The command line of the stack. Paths are absolute. */
export interface StackOptions {
  /** The directory that holds `host.json`, `dist` and `samples`. */
  appDirectory: string;
  worldFile: string;
  serviceBusConfigFile: string | undefined;
  /** The document of schedules that is put into storage; undefined: none is. */
  schedulesFile: string | undefined;
  stateDirectory: string;
  /** Seconds of Azure per second; undefined: as the world file says. */
  speed: string | undefined;
  /** Forget what earlier runs left. */
  fresh: boolean;
  freePorts: boolean;
  /** The parts to be started; all unless chosen. */
  only: readonly Part[];
  /** Keep the bodies of Resource Manager's answers in its request log. */
  logAnswers: boolean;
  /** Durable timers fire up to a second early, as on Azure Storage. */
  earlyTimers: boolean;
  /** Print one line of JSON instead of the summary. */
  jsonReady: boolean;
  /** App settings beside, or instead of, those of the stack. */
  extraSettings: Record<string, string>;
}

export const STACK_USAGE = `usage: npm start -- [options]
  --world FILE         what exists in "Azure" (default samples/world.yaml)
  --state DIR          where state, keys and logs are kept (default .local)
  --fresh              start with an empty state
  --only PART[,PART]   start these parts alone: identity, arm, service-bus, storage, functions-host
  --free-ports         take any free ports instead of the fixed ones
  --speed N            seconds of Azure per second (default: as the world file says)
  --service-bus FILE   queues and topics (default samples/service-bus.yaml)
  --schedules FILE     the app's schedules (default samples/schedules.json)
  --app DIR            the function app (default: this one)
  --setting NAME=VALUE an app setting beside those of the stack; may be repeated
  --early-timers       durable timers fire up to a second early, as on Azure Storage
  --log-answers        keep answers of Resource Manager in logs/arm-requests.jsonl too
  --json-ready         print one line of JSON once all is up, instead of a summary
  --help               print this`;

/**
 * Reads the command line; `root` is the directory of the package.
 * @throws {StartError} for a value that can't be used.
 */
export function readStackOptions(args: string[], root: string): StackOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      world: { type: "string", default: join(root, "samples/world.yaml") },
      state: { type: "string", default: ".local" },
      fresh: { type: "boolean", default: false },
      "free-ports": { type: "boolean", default: false },
      only: { type: "string" },
      speed: { type: "string" },
      "service-bus": { type: "string" },
      schedules: { type: "string" },
      app: { type: "string", default: root },
      setting: { type: "string", multiple: true, default: [] },
      "log-answers": { type: "boolean", default: false },
      "early-timers": { type: "boolean", default: false },
      "json-ready": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return {
    appDirectory: resolve(values.app),
    worldFile: resolve(values.world),
    serviceBusConfigFile:
      values["service-bus"] === undefined ? undefined : resolve(values["service-bus"]),
    schedulesFile: schedulesOf(values.schedules, resolve(values.app)),
    stateDirectory: resolve(values.state),
    speed: values.speed === undefined ? undefined : speedOf(values.speed),
    fresh: values.fresh,
    freePorts: values["free-ports"],
    only: values.only === undefined ? PARTS : readParts(values.only),
    logAnswers: values["log-answers"],
    earlyTimers: values["early-timers"],
    jsonReady: values["json-ready"],
    extraSettings: Object.fromEntries(values.setting.map(nameAndValue)),
  };
}

function schedulesOf(given: string | undefined, app: string): string | undefined {
  if (given !== undefined) return resolve(given);
  const sample = join(app, "samples/schedules.json");
  return existsSync(sample) ? sample : undefined;
}

function speedOf(text: string): string {
  const speed = Number(text);
  if (text.trim() !== "" && Number.isFinite(speed) && speed > 0) return text;
  throw new StartError(`--speed must be a number greater than 0, not "${text}"`);
}

function nameAndValue(setting: string): [string, string] {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(setting) ?? [];
  if (name === undefined || value === undefined)
    throw new StartError(`--setting must be NAME=VALUE, not "${setting}"`);
  return [name, value];
}
