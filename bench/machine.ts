import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

const BYTES_PER_GB = 2 ** 30;

/** On what, and of what, the numbers are: a sentence for each. */
export function machineLines(root: string): string[] {
  const [cpu] = cpus();
  const cores = availableParallelism();
  const memory = (totalmem() / BYTES_PER_GB).toFixed(1);
  const [load = 0] = loadavg();
  return [
    `${cpu?.model.trim() ?? "unknown processor"}, ${cores} cores, ${memory} GB, ${platform()} ${release()}`,
    `Node ${process.version}, commit ${commit(root)}`,
    `load average before the first run: ${load.toFixed(2)}${load > cores / 4 ? " (something else ran: the numbers are worse than the machine)" : ""}`,
  ];
}

function commit(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short", "HEAD").trim()}${isChanged ? " with changes" : ""}`;
  } catch {
    return "unknown (no Git here)";
  }
}
