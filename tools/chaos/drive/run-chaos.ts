import type { Evidence } from "../evidence";
import type { ChaosPlan, Scenario } from "../plan/plan";
import { LogTail } from "./arm-log";
import { ChaosStack } from "./chaos-stack";
import { terminate } from "./durable-state";
import { FaultControl } from "./fault-control";
import { gather } from "./gather";
import { Killer } from "./killer";
import { play, type Cast } from "./play";
import { Records } from "./records";
import { Sender } from "./sender";
import { Tables } from "./tables";

export interface ChaosOptions {
  /** The stack's program. */
  program: string;
  /** Seconds of Azure per second. */
  speed: number;
  /** Publications that go on at the same time, at most. */
  atOnce: number;
  say: (line: string) => void;
}

export interface ChaosResult {
  evidence: Evidence;
  /** How often each kind of fault and kill has struck. */
  faults: ReadonlyMap<string, number>;
  kills: ReadonlyMap<string, number>;
  /** Requests whose runs were terminated. */
  terminated: readonly string[];
  seconds: number;
}

/** Longest wait for a request's end, and for all to be quiet in the end. */
const PATIENCE_MS = 240_000;

/**
 * Plays the plan on a stack of its own, and gathers what can be held against the product.
 * @param judge is told while the stack is still there; state and logs are kept where it says
 */
export async function runChaos(
  plan: ChaosPlan,
  options: ChaosOptions,
  judge: (result: ChaosResult) => { keepIn?: string },
): Promise<void> {
  const startedAt = performance.now();
  const stack = new ChaosStack();
  let keepIn: string | undefined;
  try {
    await stack.start(options.program, options.speed);
    const { endpoints } = stack;
    const cast: Cast = {
      sender: new Sender(endpoints),
      faults: new FaultControl(endpoints.armControlUrl),
      records: new Records(new Tables(endpoints), PATIENCE_MS),
      accepted: [],
      terminate: (instanceId) => terminate(endpoints, instanceId),
      terminated: [],
      say: options.say,
    };
    const kills = await playAll(plan, cast, stack, options);
    const evidence = await gather(
      endpoints,
      { accepted: cast.accepted, scenarios: plan.scenarios },
      PATIENCE_MS,
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const { terminated, faults } = cast;
    ({ keepIn } = judge({ evidence, kills, terminated, faults: faults.strikes, seconds }));
  } finally {
    await stack.stop(keepIn);
  }
}

/** @returns how often each kind of kill has struck */
async function playAll(
  { scenarios, kills }: ChaosPlan,
  cast: Cast,
  stack: ChaosStack,
  { atOnce, say }: ChaosOptions,
): Promise<ReadonlyMap<string, number>> {
  const { sender, records, faults } = cast;
  const tail = new LogTail(stack.endpoints.armRequestLog);
  const killer = new Killer(kills, { stack, tail, sender, say });
  records.start();
  faults.start();
  killer.start();
  try {
    const left = [...scenarios];
    await Promise.all(Array.from({ length: atOnce }, () => playSome(left, cast)));
  } finally {
    await killer.stop();
    await faults.stop();
    await records.stop();
    await sender.close();
    tail.close();
  }
  return killer.strikes;
}

/** One after the other, of those that nobody plays yet. */
async function playSome(left: Scenario[], cast: Cast): Promise<void> {
  for (let next = left.shift(); next !== undefined; next = left.shift()) await play(next, cast);
}
