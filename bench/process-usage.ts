import { readdirSync, readFileSync } from "node:fs";

/** What a process has used since its start. */
export interface Usage {
  cpuSeconds: number;
  /** Most memory that it held at one time. */
  peakMb: number;
}

/** Linux counts processor time in these, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;
const KB_PER_MB = 1024;

/** Of a running process; undefined where the system doesn't tell (it is no Linux). */
export function usageOf(pid: number): Usage | undefined {
  const fields = statOf(pid);
  const status = read(`/proc/${pid}/status`);
  const peakKb = /^VmHWM:\s+(\d+) kB/m.exec(status ?? "")?.[1];
  if (fields === undefined || peakKb === undefined) return undefined;
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMb: Number(peakKb) / KB_PER_MB };
}

/** Processes that `pid` has started and that still run. */
export function childrenOf(pid: number): number[] {
  return runningPids().filter((child) => Number(statOf(child)?.[PARENT]) === pid);
}

/** Processor time of a process and of all below it that still run; undefined as for `usageOf`. */
export function cpuSecondsOfTree(pid: number): number | undefined {
  const own = usageOf(pid);
  if (own === undefined) return undefined;
  return childrenOf(pid).reduce(
    (sum, child) => sum + (cpuSecondsOfTree(child) ?? 0),
    own.cpuSeconds,
  );
}

/** Places in /proc/<pid>/stat, counted from the state: the name before it may hold anything. */
const PARENT = 1;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function runningPids(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
