import { requireFreePort } from "../program";
import { findFreePorts } from "./free-ports";

/** Where each part of the stack listens, always on 127.0.0.1. */
export interface StackPorts {
  functions: number;
  arm: number;
  armControl: number;
  identity: number;
  login: number;
  serviceBus: number;
  blob: number;
  queue: number;
  table: number;
}

/** The usual ports where there are any: those of Core Tools, AMQP and Azurite. */
export const FIXED_PORTS: StackPorts = {
  functions: 7071,
  arm: 8443,
  armControl: 8444,
  identity: 7075,
  login: 7076,
  serviceBus: 5672,
  blob: 10000,
  queue: 10001,
  table: 10002,
};

/**
 * The ports for one run. They are fixed before anything starts: a program that is started again gets
 * the same, so that what others were told stays true.
 * @throws {import("../program").StartError} when a fixed port is taken.
 */
export async function choosePorts(anyFree: boolean): Promise<StackPorts> {
  if (!anyFree) {
    for (const port of Object.values(FIXED_PORTS) as number[])
      await requireFreePort(port, "--free-ports");
    return FIXED_PORTS;
  }
  const names = Object.keys(FIXED_PORTS) as (keyof StackPorts)[];
  const free = await findFreePorts(names.length);
  const chosen = { ...FIXED_PORTS };
  names.forEach((name, index) => (chosen[name] = free[index] ?? 0));
  return chosen;
}
