import { isAlive } from "../leftovers";
import { PARTS, type Part } from "../parts";
import { armControl } from "./arm-control";
import type { Command, FoundStack } from "./command";
import { EXIT } from "./failure";
import { endpointsOf } from "./find-stack";
import { probesOf, type Probe } from "./probes";
import { columns } from "./table";

/** `restarting`: its process is gone, and the stack starts another one. */
type PartState = "up" | "restarting" | "no answer" | "not started";

interface PartStatus {
  part: Part;
  state: PartState;
  pid: number | null;
  where: string;
}

export const status: Command = {
  usage: "status",
  about: "what runs where; exit code 1 when a part of it doesn't answer",
  async run(stack) {
    const { pids, ...endpoints } = endpointsOf(stack);
    const probes = probesOf({ pids, ...endpoints });
    const parts = await Promise.all(PARTS.map((part) => look(part, pids[part], probes[part])));
    const inArm = await azureTime(stack);
    const fine = parts.every(({ state }) => state === "up" || state === "not started");
    return {
      lines: [
        `The stack in ${stack.directory} runs as pid ${stack.pid}.`,
        "",
        ...columns([
          ["  part", "state", "pid", "where"],
          ...parts.map(({ part, state, pid, where }) => [
            `  ${part}`,
            state,
            pid === null ? "–" : String(pid),
            where,
          ]),
        ]),
        "",
        ...(inArm === undefined
          ? []
          : [
              `  clock: ${inArm.speed} seconds of Azure per second`,
              `  faults: ${inArm.faults === 0 ? "none" : `${inArm.faults} (npm run stack -- faults)`}`,
            ]),
        `  logs: ${endpoints.logDirectory}`,
      ],
      json: { pid: stack.pid, parts, ...inArm, logDirectory: endpoints.logDirectory },
      exitCode: fine ? EXIT.ok : EXIT.failed,
    };
  },
};

async function look(part: Part, pid: number | undefined, probe?: Probe): Promise<PartStatus> {
  if (pid === undefined || probe === undefined)
    return { part, state: "not started", pid: null, where: "" };
  const state = !isAlive(pid) ? "restarting" : (await probe.answers()) ? "up" : "no answer";
  return { part, state, pid, where: probe.where };
}

/** Undefined when Resource Manager can't say: the status of the others is still worth showing. */
async function azureTime(
  stack: FoundStack,
): Promise<{ speed: number; faults: number } | undefined> {
  try {
    const { speed } = await armControl<{ speed: number }>(stack, "GET", "/clock");
    const { faults } = await armControl<{ faults: unknown[] }>(stack, "GET", "/faults");
    return { speed, faults: faults.length };
  } catch {
    return undefined;
  }
}
