import { readFileSync } from "node:fs";

/** One call that reached Resource Manager. */
export interface ArmCall {
  method: string;
  path: string;
  status: number;
  errorCode?: string;
  caller?: { appid?: string };
  /** Made by another principal than the app's. */
  foreign?: boolean;
}

const WRITES: ReadonlySet<string> = new Set(["PUT", "PATCH", "DELETE", "POST"]);

/** Reads the request log of the Resource Manager stand-in: one JSON object a line. */
export function readArmCalls(logFile: string): ArmCall[] {
  return readFileSync(logFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ArmCall);
}

/** The calls that changed something, or tried to; the app is who called first. */
export function writesOf(calls: ArmCall[]): ArmCall[] {
  const own = calls.find(({ caller }) => caller?.appid !== undefined)?.caller?.appid;
  return calls
    .filter((call) => WRITES.has(call.method.toUpperCase()))
    .map(({ method, path, status, errorCode, caller }) => ({
      ...{ method, path, status },
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(caller?.appid === undefined || caller.appid === own ? {} : { foreign: true }),
    }));
}

/** What was asked of Resource Manager, for people; `reads` counts the other calls. */
export function renderArmCalls(writes: ArmCall[], reads: number): string[] {
  if (writes.length === 0) return [`Nothing was written to Resource Manager (${count(reads)}).`];
  return [
    `Written to Resource Manager (${count(reads)}):`,
    ...writes.map(
      ({ method, path, status, errorCode, foreign }) =>
        `  ${method} ${shortPath(path)}  ${outcome(status, errorCode)}${foreign === true ? "  by somebody else" : ""}`,
    ),
  ];
}

function outcome(status: number, errorCode: string | undefined): string {
  if (status === 0) return "no answer";
  return errorCode === undefined ? String(status) : `${status} ${errorCode}`;
}

/** Subscription and provider are the same everywhere: what differs comes after them. */
function shortPath(path: string): string {
  return path.replace(/^.*\/providers\/Microsoft\.Compute\//i, "…/");
}

function count(reads: number): string {
  return reads === 1 ? "1 read" : `${reads} reads`;
}
