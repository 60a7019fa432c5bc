import { join } from "node:path";
import type { Benchmark, Case, Measurement } from "./benchmark";
import { startProgram, type ChildProgram } from "./child-program";
import { childrenOf, cpuSecondsOfTree, usageOf } from "./process-usage";
import { inTemporaryDirectory } from "./temporary-directory";

/** Longer than any of these takes. */
const TIMEOUT_SECONDS = 600;

/** Activities per second in a fan-out, and in a chain of calls. */
export function durableBenchmarks(root: string): Benchmark[] {
  const cases = (orchestrator: string, sizes: [count: number, more?: Partial<Case>][]): Case[] =>
    sizes.map(([count, more]) => ({
      name: `${count.toLocaleString("en-US")} activities`,
      measure: () => measure(root, orchestrator, count),
      ...more,
    }));
  return [
    {
      name: "fan-out",
      title: "Activities per second in a fan-out",
      explanation:
        "One `Task.all` over so many trivial activities, ten at a time, in a fresh Functions host with the SQLite store. From the request that starts the orchestration to its output; processor time and memory include the start of the host.",
      cases: cases("fanOut", [[200], [1000], [2000], [10_000, { maxRuns: 3, isLong: true }]]),
    },
    {
      name: "chain",
      title: "Activities per second in a chain",
      explanation:
        "So many activities one after the other. Each episode replays all before it, in the library and in the host, so the time grows by the square, as in Azure; `continueAsNew` is the remedy.",
      cases: cases("chain", [[100], [300], [1000, { maxRuns: 3, isLong: true }]]),
    },
  ];
}

async function measure(root: string, orchestrator: string, count: number): Promise<Measurement> {
  return inTemporaryDirectory(async (directory) => {
    const app = join(root, "bench/apps/durable");
    const host = await startProgram(join(root, "dist/local/functions-host.js"), [
      ...["--app", app, "--state", join(directory, "state"), "--log", join(directory, "log")],
    ]);
    try {
      const startedAt = performance.now();
      const { episodes } = await run(host, orchestrator, count);
      const seconds = (performance.now() - startedAt) / 1000;
      return { "per second": count / seconds, seconds, episodes, ...usage(host) };
    } finally {
      await host.end();
    }
  });
}

async function run(
  { facts }: ChildProgram,
  orchestrator: string,
  count: number,
): Promise<{ episodes: number }> {
  const url = new URL(
    `${String(facts.url)}/runtime/webhooks/durabletask/orchestrators/${orchestrator}`,
  );
  url.search = String(
    new URLSearchParams({
      timeout: String(TIMEOUT_SECONDS),
      pollingInterval: "1",
      code: String(facts.masterKey),
    }),
  );
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ count }),
    headers: { "content-type": "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  });
  const output = (await answer.json()) as { sum?: number; episodes?: number };
  if (output.sum !== count * (count - 1) || output.episodes === undefined)
    throw new Error(`${orchestrator} answered ${answer.status} ${JSON.stringify(output)}`);
  return { episodes: output.episodes };
}

/** From the start of the host on; the app runs in a child of it. */
function usage({ pid }: ChildProgram): Measurement {
  const cpuSeconds = cpuSecondsOfTree(pid);
  const host = usageOf(pid);
  const [app] = childrenOf(pid).map(usageOf);
  if (cpuSeconds === undefined || !host || !app) return {};
  return { "CPU s": cpuSeconds, "peak MB host": host.peakMb, "peak MB app": app.peakMb };
}
