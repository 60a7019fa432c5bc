import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runChaos, type ChaosResult } from "./drive/run-chaos";
import { violationsIn } from "./invariants/all";
import { planChaos, type ChaosPlan } from "./plan/plan";
import { ENOUGH_RUNS, strikesOf, summaryOf } from "./report";

const USAGE = `usage: npm run chaos -- [options]
  --runs N      publications (default 50)
  --seed N      what is sent, and which faults and kills there are, follow from it (default: by the clock)
  --at-once N   publications that go on at the same time (default 20)
  --speed N     seconds of Azure per second (default 300)
  --plan        print what is planned, and do nothing
exit codes: 0 everything holds, 1 something doesn't, 2 it could not be tried`;

main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 2;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "50" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      "at-once": { type: "string", default: "20" },
      speed: { type: "string", default: "300" },
      plan: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(USAGE);
  const plan = planChaos(Number(values.seed), Number(values.runs));
  if (values.plan) return say(JSON.stringify(plan, null, 2));
  const startedAt = performance.now();
  say(`seed ${plan.seed}`);
  const options = {
    program: resolve(__dirname, "../local/stack.js"),
    speed: Number(values.speed),
    atOnce: Number(values["at-once"]),
    say: (line: string) =>
      say(`[${((performance.now() - startedAt) / 1000).toFixed(1)} s] ${line}`),
  };
  await runChaos(plan, options, (result) => {
    const wrong = wrongIn(plan, result);
    say(summaryOf(plan, result));
    if (wrong.length === 0) {
      say("everything holds");
      return {};
    }
    process.exitCode = 1;
    const keepIn = join(tmpdir(), `gallery-publisher-chaos-${plan.seed}-${process.pid}`);
    say([`${wrong.length} violations; state and logs are in ${keepIn}`, ...wrong].join("\n"));
    return { keepIn };
  });
}

function wrongIn(plan: ChaosPlan, result: ChaosResult): string[] {
  const { faults, kills, others } = strikesOf(plan, result);
  const idle = [...faults, ...kills, ...others]
    .filter(([, count]) => count === 0)
    .map(([kind]) => kind);
  return [
    ...violationsIn(result.evidence),
    // Of a few publications not every kind has its chance.
    ...(plan.scenarios.length < ENOUGH_RUNS ? [] : idle.map((kind) => `never struck: ${kind}`)),
  ];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
