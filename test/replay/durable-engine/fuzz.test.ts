/**
 * Random programs of all, any, retry, sub-orchestrations, timers and events, nested, through the real
 * durable-functions library; what each must come to is known without running it. Fixed seeds.
 */
import { createDurableHarness, HarnessCrashedError } from "../../support/durable-harness";
import type { Store, Write } from "../../../src/local/durable-engine/store/store";
import { MemoryStore } from "../../../src/local/durable-engine/store/memory-store";
import { hasEnded } from "../../../src/local/durable-engine/model";
import { EngineHaltedError } from "../../../src/local/durable-engine/engine";
import { CountingStore, crashingStore } from "../../support/durable-crashing-store";
import type { DurableHarness } from "../../support/durable-harness";
import {
  eventsOf,
  expectedResult,
  isExpected,
  randomProgram,
  registerPrograms,
  type Program,
} from "../../support/durable-programs";
import { randomFrom } from "../../support/random-from";
import { VirtualClock } from "../../support/durable-virtual-clock";

/** Counts the attempts whose end was kept: those lost in a crash don't count as attempts. */
class AttemptCountingStore extends CountingStore {
  readonly #attempts = new Map<string, number>();

  override commit(writes: readonly Write[]): void {
    super.commit(writes);
    for (const write of writes) {
      if (write.kind !== "removeWork") continue;
      const { key } = JSON.parse(write.work.input) as { key: string };
      this.#attempts.set(key, this.attemptsOf(key) + 1);
    }
  }

  attemptsOf(key: string): number {
    return this.#attempts.get(key) ?? 0;
  }
}

interface World {
  program: Program;
  random: (below: number) => number;
  store: AttemptCountingStore;
  clock: VirtualClock;
  /** Not raised yet. */
  events: { instanceId: string; name: string }[];
}

function newWorld(seed: number): World {
  const random = randomFrom(seed);
  const program = randomProgram(`p${seed}`, random);
  const store = new AttemptCountingStore(new MemoryStore());
  return { program, random, store, clock: new VirtualClock(), events: eventsOf(program) };
}

function openHarness(world: World, store: Store): DurableHarness {
  const slowness = world.random(3) * 100;
  return createDurableHarness({
    register: () => registerPrograms((key) => world.store.attemptsOf(key)),
    store,
    clock: world.clock,
    timersFireEarlyMs: world.random(2) * 1000,
    maxConcurrentActivities: 1 + world.random(5),
    episodeMs: () => world.random(1 + slowness),
  });
}

/** Raises one of the events for which somebody is there; those for an ended instance are dropped. */
async function raiseOne(world: World, harness: DurableHarness): Promise<boolean> {
  world.events = world.events.filter(({ instanceId }) => {
    const instance = world.store.instance(instanceId);
    return !instance || !hasEnded(instance);
  });
  const raisable = world.events.filter(({ instanceId }) => world.store.instance(instanceId));
  const event = raisable[world.random(Math.max(1, raisable.length))];
  if (!event) return false;
  await harness.raiseEvent(event.instanceId, event.name, { name: event.name });
  world.events.splice(world.events.indexOf(event), 1);
  return true;
}

/** Lets events come and time pass in a random order until the program has ended. */
async function runToEnd(world: World, harness: DurableHarness): Promise<void> {
  for (;;) {
    if (world.random(2) === 0) await raiseOne(world, harness);
    await harness.runUntilIdle();
    const instance = world.store.instance(world.program.key);
    if (instance && hasEnded(instance)) return;
    const next = world.clock.nextTimer;
    if (next !== undefined && world.random(3) > 0) world.clock.advanceTo(next);
    else if (!(await raiseOne(world, harness))) {
      if (next === undefined) throw new Error(`stuck: ${JSON.stringify(world.program)}`);
      world.clock.advanceTo(next);
    }
  }
}

function verify(world: World): void {
  const instance = world.store.instance(world.program.key);
  const output: unknown = JSON.parse(instance?.output ?? "null");
  const expected = expectedResult(world.program);
  if (instance?.status !== "Completed" || !isExpected(output, expected))
    throw new Error(
      `${instance?.status}: ${JSON.stringify(output)}, expected ${JSON.stringify(expected)}; program ${JSON.stringify(world.program)}`,
    );
}

const begin = (world: World, harness: DurableHarness): Promise<void> =>
  harness.ensureStarted("prog", { instanceId: world.program.key, input: world.program });

test("300 random programs come to what they must", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const world = newWorld(seed);
    const harness = openHarness(world, world.store);
    await begin(world, harness);
    await runToEnd(world, harness);
    await harness.stop();
    verify(world);
  }
});

test("100 random programs come to the same through crashes at random commits", async () => {
  let crashes = 0;
  for (let seed = 1001; seed <= 1100; seed++) {
    const world = newWorld(seed);
    for (let hasCrashed = true; hasCrashed;) {
      const moment = world.random(2) === 0 ? "before" : "after";
      const store = crashingStore(world.store, 1 + world.random(20), moment);
      const harness = openHarness(world, store);
      hasCrashed = await runIntoCrash(world, harness);
      if (hasCrashed) crashes++;
    }
    verify(world);
  }
  expect(crashes).toBeGreaterThan(100);
});

/** @returns whether it crashed before the program had ended. */
async function runIntoCrash(world: World, harness: DurableHarness): Promise<boolean> {
  try {
    await begin(world, harness);
    await runToEnd(world, harness);
    return false;
  } catch (error) {
    if (error instanceof HarnessCrashedError || error instanceof EngineHaltedError) return true;
    throw error;
  } finally {
    await harness.stop();
  }
}
