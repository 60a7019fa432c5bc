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

export type Moment = "before" | "after";

/** A run to crash: how many regions it has and what its Azure is like. */
export interface CrashCase {
  regions: string[];
  prepare: (world: World) => void;
}

/** What a run left behind, in the parts that no crash may change. */
export interface RunEnd {
  traces: unknown;
  puts: number;
}

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

/** A run whose process dies at one chosen point, gone on with by a second process. */
async function crashAt(
  { regions, prepare }: CrashCase,
  arm: (world: World, store: Store) => Store,
): Promise<RunEnd> {
  const clock = new VirtualClock();
  const world = createWorld(clock);
  prepare(world);
  const store = new MemoryStore();
  const firstEnd = await live(createScene({ regions, world, clock, store: arm(world, store) }));
  world.behaviour.onWrite = () => undefined;
  const end = firstEnd ?? (await live(createScene({ regions, world, clock, store })));
  return { traces: traces(world, end), puts: world.log.puts.length };
}

/** The run crashed at commit `k` (from 1) of the engine's store. */
export const crashedAtCommit = (run: CrashCase, k: number, moment: Moment): Promise<RunEnd> =>
  crashAt(run, (_, store) => {
    let commits = 0;
    return crashWhen(store, () => ++commits === k, moment);
  });

/** The run crashed at external write `k` (from 1): nothing that happens afterwards in the process is kept. */
export const crashedAtWrite = (run: CrashCase, k: number, moment: Moment): Promise<RunEnd> =>
  crashAt(run, (world, store) => {
    let dead = false;
    world.behaviour.onWrite = (_, at, number) => {
      if (dead || (number === k && at === moment)) {
        dead = true;
        throw new SimulatedCrash(`at external write ${k}`);
      }
    };
    return crashWhen(store, () => dead, "before");
  });

/** The same run without a crash, and how many points it can crash at. */
export async function undisturbed({
  regions,
  prepare,
}: CrashCase): Promise<{ end: RunEnd; commits: number; writes: number }> {
  const clock = new VirtualClock();
  const world = createWorld(clock);
  prepare(world);
  const scene = createScene({ regions, world, clock });
  const end = await live(scene);
  return {
    end: { traces: traces(world, end), puts: world.log.puts.length },
    commits: scene.harness.commits,
    writes: world.writes,
  };
}
