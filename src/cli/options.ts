import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DemoError } from "./demo-error";

/** The command line of the demo. Paths are absolute. */
export interface DemoOptions {
  requestFile: string;
  worldFile: string;
  /** One JSON document at the end instead of a live picture. */
  json: boolean;
  /** Leave the stack running at the end, until Ctrl-C. */
  keep: boolean;
  timeoutMs: number;
  /** A failure of Azure to rehearse, by its name in `faultsFile`; "list" shows all. */
  fault?: string;
  faultsFile: string;
}

export const DEMO_USAGE = `usage: npm run demo -- [options]
  --request FILE     what to publish (default samples/request.json)
  --world FILE       what exists in "Azure" (default samples/world.yaml)
  --fail             show a recorded failure: a world without one disk encryption set
  --fault NAME       let a failure of Azure strike the publication; without a NAME: lists them
  --json             print one JSON document at the end
  --keep             leave the stack running afterwards, until Ctrl-C
  --timeout SECONDS  how long to wait for the end (default 120)
  --help             print this`;

/**
 * Reads the command line; `root` is the directory of the package.
 * @throws {DemoError} with exit code 2 for a wrong command line.
 */
export function readDemoOptions(args: string[], root: string): DemoOptions | "help" {
  const values = parse(args);
  if (values.help === true) return "help";
  if (values.fail === true && values.world !== undefined)
    throw mistake("--fail brings its own world: leave out --world");
  if (values.fail === true && values.fault !== undefined)
    throw mistake("--fail and --fault exclude each other");
  const sample = (name: string): string => join(root, "samples", name);
  const world = values.fail === true ? sample("world-missing-des.yaml") : sample("world.yaml");
  return {
    requestFile: resolve(values.request ?? sample("request.json")),
    worldFile: resolve(values.world ?? world),
    json: values.json === true,
    keep: values.keep === true,
    faultsFile: sample("faults.yaml"),
    ...(values.fault === undefined ? {} : { fault: values.fault }),
    timeoutMs: 1000 * seconds(values.timeout ?? "120"),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args: args.at(-1) === "--fault" ? [...args, "list"] : args,
      options: {
        request: { type: "string" },
        world: { type: "string" },
        fail: { type: "boolean" },
        fault: { type: "string" },
        json: { type: "boolean" },
        keep: { type: "boolean" },
        timeout: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw mistake((error as Error).message);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw mistake(`--timeout must be a number of seconds greater than 0, not "${text}"`);
}

function mistake(message: string): DemoError {
  return new DemoError(`${message}\n${DEMO_USAGE}`, 2);
}
