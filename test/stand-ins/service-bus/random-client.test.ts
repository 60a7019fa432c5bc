import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import { startBroker } from "../../../src/local/service-bus/broker";
import { SqliteStore } from "../../../src/local/service-bus/store/sqlite-store";
import { VirtualClock } from "../../unit/service-bus/virtual-clock";
import { connect, queueNamed } from "./local-namespace";
import { runServiceBus, type RunningProgram } from "./program";
import { LOCK_MS, MAX_DELIVERIES } from "./random-client/queue-model";
import { QUEUE, RandomClient, type BrokerUnderTest } from "./random-client/random-client";
import { deadlyStep, timedStep, type Step } from "./random-client/steps";

/** RANDOM_CLIENT_SEED and RANDOM_CLIENT_RUNS choose other and longer runs, and print what happened. */
const { RANDOM_CLIENT_SEED, RANDOM_CLIENT_RUNS } = process.env;
const seed = Number(RANDOM_CLIENT_SEED ?? 20_260_131);
const runs = Number(RANDOM_CLIENT_RUNS ?? 8);
const STEPS_PER_RUN = 80;
const STEPS_PER_KILLED_RUN = 30;
/** Starting a program costs as much as many steps. */
const RUNS_PER_KILLED_RUN = 4;
const TIMEOUT_MS = 30_000 + runs * 5_000;
/** Or the test would time out before it tells the seed and the steps. */
const ENOUGH_SHRINKING = { interruptAfterTimeLimit: TIMEOUT_MS / 2, markInterruptAsFailure: true };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A broker in this process whose clock only the test moves; a restart opens its file anew. */
async function brokerWithClock(): Promise<BrokerUnderTest> {
  const clock = new VirtualClock();
  const file = join(mkdtempSync(join(directory, "run-")), "messages.sqlite");
  const settings = {
    queues: [queueNamed(QUEUE, { lockDurationMs: LOCK_MS, maxDeliveryCount: MAX_DELIVERIES })],
    topics: [],
  };
  const start = async () => {
    const store = new SqliteStore(file);
    const broker = await startBroker(settings, { store, clock }, 0, pino({ level: "silent" }));
    return { store, broker, client: connect(broker.port) };
  };
  let running = await start();
  const end = async (): Promise<void> => {
    await running.client.close();
    await running.broker.stop();
    running.store.close();
  };
  return {
    get nowMs() {
      return clock.now();
    },
    get client() {
      return running.client;
    },
    pass: (ms: number) => clock.advance(ms),
    async restart() {
      await end();
      running = await start();
    },
    close: end,
  };
}

/** The program itself; a restart kills it. */
async function killedProgram(): Promise<BrokerUnderTest> {
  const state = mkdtempSync(join(directory, "run-"));
  const config = join(state, "config.yaml");
  const queue = { name: QUEUE, maxDeliveryCount: MAX_DELIVERIES };
  writeFileSync(config, JSON.stringify({ queues: [queue] }));
  const start = (): Promise<RunningProgram> => runServiceBus("--state", state, "--config", config);
  let program = await start();
  const under = {
    nowMs: Date.now(),
    client: connect(program.ready.port, 0, 1500),
    pass: () => undefined,
    async restart() {
      await program.end("SIGKILL");
      await under.client.close();
      program = await start();
      under.client = connect(program.ready.port, 0, 1500);
    },
    async close() {
      await under.client.close();
      await program.end("SIGKILL");
    },
  };
  return under;
}

/** Lets fast-check think up what happens; on failure it finds the shortest way there. */
async function letItHappen(
  step: fc.Arbitrary<Step>,
  start: () => Promise<BrokerUnderTest>,
  { numRuns, maxLength }: { numRuns: number; maxLength: number },
): Promise<string[]> {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const steps = fc.array(step, { minLength: maxLength / 2, maxLength, size: "max" });
  await fc.assert(
    fc.asyncProperty(steps, async (one) => RandomClient.run(await start(), one, count)),
    { seed, numRuns, ...ENOUGH_SHRINKING },
  );
  if (RANDOM_CLIENT_RUNS !== undefined)
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...counts].sort()), null, 1)}\n`);
  return [...counts.keys()];
}

describe("a client that sends, receives, settles, schedules and lets locks expire at random", () => {
  test(
    "finds the queue as a few plain rules say after every step, also over restarts",
    async () => {
      const seen = await letItHappen(timedStep, brokerWithClock, {
        numRuns: runs,
        maxLength: STEPS_PER_RUN,
      });
      const all = [
        "cancel",
        "lock lost",
        "receiveDeferred",
        "renew",
        "reopen",
        "restart",
        "schedule",
      ];
      expect(seen).toEqual(expect.arrayContaining(all));
    },
    TIMEOUT_MS,
  );

  test(
    "finds it so when the program is killed, also in the middle of a step",
    async () => {
      const seen = await letItHappen(deadlyStep, killedProgram, {
        numRuns: Math.ceil(runs / RUNS_PER_KILLED_RUN),
        maxLength: STEPS_PER_KILLED_RUN,
      });
      // Whether the broker still answers or not is up to the machine.
      expect(seen).toContain("dieIn");
    },
    TIMEOUT_MS,
  );
});
