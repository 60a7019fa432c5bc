import type { ChaosResult } from "./drive/run-chaos";
import type { ArmCall, Evidence } from "./evidence";
import { fateOf } from "./drive/fates";
import { isAccepted, isDisk, isOurs } from "./invariants/writes-of-versions";
import { FAULT_KINDS } from "./plan/faults";
import { TAKEN_KEY } from "./plan/world";
import type { ChaosPlan } from "./plan/plan";

/** From so many publications on every kind of fault and of kill is planned often enough to strike. */
export const ENOUGH_RUNS = 50;

/** How often each planned kind has struck, also those that haven't. */
export function strikesOf(plan: ChaosPlan, result: ChaosResult) {
  const { faults, kills, terminated, evidence } = result;
  const planned = new Set(plan.scenarios.flatMap((one) => one.faults.map(({ kind }) => kind)));
  return {
    faults: Object.keys(FAULT_KINDS)
      .filter((kind) => planned.has(kind))
      .map(
        (kind) =>
          [
            kind,
            kind === "key taken away" ? refusedKeys(evidence.log) : (faults.get(kind) ?? 0),
          ] as const,
      ),
    kills: [...new Set(plan.kills.map(({ kind }) => kind))].map(
      (kind) => [kind, kills.get(kind) ?? 0] as const,
    ),
    // Without them what is looked for in the end couldn't be found.
    others: [
      ["run terminated", terminated.length] as const,
      ["disk made to verify a region", disksMade(evidence.log)] as const,
    ],
  };
}

/** The key's own name is in Azure's words. */
function refusedKeys(log: readonly ArmCall[]): number {
  return log.filter(({ answer }) => {
    const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
    return error?.code === "KeyVaultAccessForbidden" && error.message?.includes(TAKEN_KEY);
  }).length;
}

const disksMade = (log: readonly ArmCall[]): number =>
  log.filter((call) => call.method === "PUT" && isDisk(call) && isAccepted(call)).length;

/** What was done and what came of it, for people. */
export function summaryOf(plan: ChaosPlan, result: ChaosResult): string {
  const { evidence, seconds } = result;
  const { faults, kills, others } = strikesOf(plan, result);
  const scenarios = countBy(plan.scenarios.map(({ kind }) => kind));
  const ours = evidence.log.filter((call) => isOurs(call) || call.caller.oid === undefined);
  const writes = ours.filter(({ method }) => method !== "GET");
  return [
    `seed ${plan.seed}: ${plan.scenarios.length} publications, ${evidence.accepted.length} requests accepted, ${seconds.toFixed(0)} s`,
    table("scenarios", scenarios),
    table("strikes of faults", faults),
    table("strikes of kill -9", kills),
    table("also", others),
    table("ends of runs", countBy(evidence.rows.runs.map(({ state }) => state))),
    table("fates of requests", countBy(fates(evidence))),
    table("Resource Manager", [
      ["reads", ours.length - writes.length],
      ["writes", writes.length],
      ["versions in the end", evidence.versions.length],
    ]),
  ].join("\n");
}

function fates({ accepted, rows }: Evidence): string[] {
  const ids = new Set(accepted.map(({ requestId }) => requestId));
  return [...ids].map((id) => {
    const { run, refused } = fateOf(rows, id);
    if (run === undefined) return refused === undefined ? "lost" : "refused, in the ledger";
    return run.requestId === id ? run.state : `joined: ${run.state}`;
  });
}

function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

const table = (title: string, rows: readonly (readonly [string, number])[]): string =>
  [`${title}:`, ...rows.map(([name, count]) => `${String(count).padStart(7)}  ${name}`)].join("\n");
