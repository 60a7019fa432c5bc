import {
  crashWhen,
  HarnessCrashedError,
  MemoryStore,
  VirtualClock,
} from "../../support/durable-harness";
import { SimulatedCrash } from "../../support/durable-crashing-store";
import type { Store } from "../../../src/local/durable-engine/store/store";
import { EngineHaltedError } from "../../../src/local/durable-engine/engine";
import { createScene, type Scene } from "./run";
import { createWorld, type World } from "./world";

type Prepare = (world: World) => void;

/** Runs the scene until it ends or its process dies. */
async function live(scene: Scene): Promise<unknown> {
  try {
    return await scene.run();
  } catch (error) {
    if (error instanceof HarnessCrashedError || error instanceof EngineHaltedError)
      return undefined;
    throw error;
  } finally {
    await scene.harness.stop();
  }
}

/** What must be the same, whatever crashed. Events and documents may be written again, not anew. */
function traces(world: World, end: unknown): unknown {
  const bodies = new Set(world.log.puts.map((put) => JSON.stringify(put)));
  return {
    end: (end as { state?: string } | undefined)?.state,
    regions: world.version()?.body.publishingProfile.targetRegions,
    distinctPuts: bodies.size,
    events: [...new Set(world.events.map((event) => `${event.id} ${event.type}`))],
    documents: [...world.documents.keys()].filter((path) => !path.startsWith("failures/")).sort(),
    failures: [...world.documents.keys()].filter((path) => path.startsWith("failures/")).length,
  };
}

interface Crashed {
  traces: unknown;
  puts: number;
}

/** A run whose process dies at one chosen point, gone on with by a second process. */
async function crashAt(
  prepare: Prepare,
  arm: (world: World, store: Store) => Store,
): Promise<Crashed> {
  const clock = new VirtualClock();
  const world = createWorld(clock);
  prepare(world);
  const store = new MemoryStore();
  const firstEnd = await live(createScene({ world, clock, store: arm(world, store) }));
  world.behaviour.onWrite = () => undefined;
  const end = firstEnd ?? (await live(createScene({ world, clock, store })));
  return { traces: traces(world, end), puts: world.log.puts.length };
}

const atCommit =
  (k: number, moment: "before" | "after") =>
  (_: World, store: Store): Store => {
    let commits = 0;
    return crashWhen(store, () => ++commits === k, moment);
  };

/** Dies at external write `k`: nothing that happens afterwards in the process is kept. */
const atWrite =
  (k: number, moment: "before" | "after") =>
  (world: World, store: Store): Store => {
    let dead = false;
    world.behaviour.onWrite = (_, at, number) => {
      if (dead || (number === k && at === moment)) {
        dead = true;
        throw new SimulatedCrash(`at external write ${k}`);
      }
    };
    return crashWhen(store, () => dead, "before");
  };

async function undisturbed(
  prepare: Prepare,
): Promise<{ crashed: Crashed; commits: number; writes: number }> {
  const clock = new VirtualClock();
  const world = createWorld(clock);
  prepare(world);
  const scene = createScene({ world, clock });
  const end = await live(scene);
  return {
    crashed: { traces: traces(world, end), puts: world.log.puts.length },
    commits: scene.harness.commits,
    writes: world.writes,
  };
}

describe.each<[string, Prepare, string]>([
  ["a run that is published", () => undefined, "published"],
  [
    "a run that is partly published",
    (world) => world.behaviour.failing.set("eastus2", "no capacity"),
    "partlyPublished",
  ],
  ["a run that is rejected", (world) => world.behaviour.withoutSet.add("eastus2"), "rejected"],
])("%s ends the same", (_name, prepare, state) => {
  const expected = undisturbed(prepare);

  it("when nothing happens", async () => {
    expect((await expected).crashed.traces).toMatchObject({ end: state });
    expect((await expected).crashed.puts).toBe(state === "rejected" ? 0 : 1);
  });

  it.each(["before", "after"] as const)("after a crash %s every commit", async (moment) => {
    const { crashed, commits } = await expected;
    expect(commits).toBeGreaterThan(10);
    for (let k = 1; k <= commits; k++)
      expect([k, await crashAt(prepare, atCommit(k, moment))]).toEqual([k, crashed]);
  });

  it.each(["before", "after"] as const)("after a crash %s every external write", async (moment) => {
    const { crashed, writes } = await expected;
    expect(writes).toBeGreaterThan(4);
    for (let k = 1; k <= writes; k++)
      expect([k, await crashAt(prepare, atWrite(k, moment))]).toEqual([k, crashed]);
  });
});
