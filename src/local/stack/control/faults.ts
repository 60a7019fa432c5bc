import { parse } from "yaml";
import type { FaultRecord } from "../../arm/faults/fault-book";
import { FAULT_KINDS, type FaultKind } from "../../arm/world/fault-schema";
import { armControl } from "./arm-control";
import type { Command, FoundStack, Result } from "./command";
import { ControlError, mistake } from "./failure";
import { columns } from "./table";

type Action = (stack: FoundStack, args: string[]) => Promise<Result>;

const ACTIONS: Record<string, Action> = { list, add, clear, kinds };

export const faults: Command = {
  usage: "faults [list | kinds | add KIND NAME=VALUE … | add '{…}' | clear [KEY|KIND]]",
  about: "failures of Azure: what there is, how often each has struck, one more, or none any more",
  run(stack, [name = "list", ...args]) {
    const action = ACTIONS[name];
    if (action === undefined)
      throw mistake(`faults ${name}: there are ${Object.keys(ACTIONS).join(", ")}`);
    return action(stack, args);
  },
};

const read = async (stack: FoundStack): Promise<FaultRecord[]> =>
  (await armControl<{ faults: FaultRecord[] }>(stack, "GET", "/faults")).faults;

async function list(stack: FoundStack): Promise<Result> {
  const found = await read(stack);
  const rows = found.map(({ key, fault, seen, struck }) => [
    key,
    `${struck} of ${seen}`,
    oneLine(fault),
  ]);
  return {
    lines:
      rows.length === 0
        ? ["No faults. npm run stack -- faults kinds shows what there could be."]
        : columns([["key", "struck", "fault"], ...rows]),
    json: found,
  };
}

async function kinds(): Promise<Result> {
  const all = Object.entries(FAULT_KINDS).map(([kind, schema]) => ({
    kind,
    about: schema.description ?? "",
    members: Object.keys(schema.shape),
  }));
  return {
    lines: all.flatMap(({ kind, about, members }) => [
      `${kind}: ${about}`,
      `    ${members.join(", ")}`,
    ]),
    json: all,
  };
}

async function add(stack: FoundStack, args: string[]): Promise<Result> {
  const fault = await armControl<FaultRecord>(stack, "POST", "/faults", faultFrom(args));
  return { lines: [`${fault.key} ${oneLine(fault.fault)}`], json: fault };
}

/** `KIND NAME=VALUE …`, values as in YAML, or the whole fault as a world file has it. */
function faultFrom([first, ...rest]: string[]): unknown {
  if (first === undefined)
    throw mistake("faults add: name a kind, or give a fault as YAML or JSON");
  if (first.trimStart().startsWith("{")) return yaml([first, ...rest].join(" "));
  const settings = rest.map((text): [string, unknown] => {
    const [, name, value] = /^(\w+)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw mistake(`faults add: "${text}" is not NAME=VALUE`);
    return [name, yaml(value)];
  });
  return { [first]: Object.fromEntries(settings) };
}

function yaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw mistake(`"${text}" is not YAML: ${(error as Error).message}`);
  }
}

async function clear(stack: FoundStack, [which, ...more]: string[]): Promise<Result> {
  if (more.length > 0) throw mistake("faults clear: one key or kind, or nothing for all");
  const all = await read(stack);
  const doomed = which === undefined ? all : all.filter((record) => isMeant(record, which));
  if (which !== undefined && doomed.length === 0)
    throw new ControlError(`there is no fault ${which}`);
  for (const { key } of doomed) await armControl(stack, "DELETE", `/faults/${key}`);
  return {
    lines: [`${doomed.length} of ${all.length} faults cleared`],
    json: { cleared: doomed.map(({ key }) => key) },
  };
}

/** A key, the number that it begins with, or a kind. */
function isMeant({ key, fault }: FaultRecord, which: string): boolean {
  const number = String(Number.parseInt(key, 10));
  return key === which || number === which || fault[which as FaultKind] !== undefined;
}

const oneLine = (fault: FaultRecord["fault"]): string =>
  Object.entries(fault)
    .map(([kind, settings]) => `${kind} ${JSON.stringify(settings)}`)
    .join(" ");
