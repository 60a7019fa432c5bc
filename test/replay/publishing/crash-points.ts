import {
  crashWhen,
  HarnessCrashedError,
  MemoryStore,
  VirtualClock,
} from "../../support/durable-harness";
import { SimulatedCrash } from "../../support/durable-crashing-store";
import type { Store } from "../../../src/local/durable-engine/store/store";
import { EngineHaltedError } from "../../../src/local/durable-engine/engine";
import type { LogLine } from "../../../src/domain/run/log-line";
import type { FailureDocument } from "../../../src/domain/run/records";
import type { SignalRow } from "../../../src/domain/run/signals";
import { createScene, type Scene } from "./run";
import { createWorld, type World } from "./world";

export type Moment = "before" | "after";

/** A run to crash: its regions, what else its request says, and what its Azure is like. */
export interface CrashCase {
  regions: string[];
  request?: Record<string, unknown>;
  prepare: (world: World) => void;
  /** What people have said to the run, before it comes to listen. */
  signals?: Omit<SignalRow, "runId">[];
  /** A cancellation is said once so many PUTs were sent; before the first when absent. */
  cancelledAfterPuts?: number;
  /** What has happened to the version before, in a process that didn't crash. */
  before?: (scene: Scene) => Promise<void>;
  /**
   * What is to crash, when it isn't the run of the request. Also called in the second process: it goes on with what
   * is there.
   */
  go?: (scene: Scene) => Promise<{ state: string }>;
}

/** What a run left behind, in the parts that no crash may change. */
export interface RunEnd {
  traces: unknown;
  puts: number;
  deletes: number;
}

/** How a run ended whose first process was to die. */
export interface Survival {
  end: RunEnd;
  /** It has died: else the point wasn't one. */
  died: boolean;
}

const endOf = (world: World, end: { state: string } | undefined): RunEnd => ({
  traces: traces(world, end),
  puts: world.log.puts.length,
  deletes: world.log.deletes,
});

/** Runs the scene until it ends or its process dies. */
async function live(
  scene: Scene,
  go: CrashCase["go"] = (one) => one.run(),
): Promise<{ state: string } | undefined> {
  try {
    return await go(scene);
  } catch (error) {
    if (error instanceof HarnessCrashedError || error instanceof EngineHaltedError)
      return undefined;
    throw error;
  } finally {
    await scene.harness.stop();
  }
}

/** What must be the same, whatever crashed. Events and documents may be written again, not anew. */
function traces(world: World, end: { state: string } | undefined): unknown {
  const bodies = new Set(world.log.puts.map((put) => JSON.stringify(put)));
  return {
    end: end?.state,
    version: world.version()?.body,
    distinctPuts: bodies.size,
    disks: [...world.disks.there.keys()],
    events: [...new Set(world.events.map((event) => `${event.id} ${event.type}`))],
    lines: [...new Set(world.lines.map(toldToPrograms))],
    documents: [...world.documents.keys()].filter((path) => !path.startsWith("failures/")).sort(),
    failures: [...world.documents]
      .filter(([path]) => path.startsWith("failures/"))
      .map(([, failure]) => told(failure as FailureDocument)),
  };
}

/** A line of the log, but for its times: written again it has the same. */
function toldToPrograms(line: LogLine): string {
  return JSON.stringify({ ...line, time: undefined, since: undefined });
}

/** What a failure tells, but for times. */
const told = ({ state, regions, undone, leftOver, fault }: FailureDocument): unknown => ({
  state,
  regions,
  undone,
  leftOver,
  fault,
});

/** The world of a crash case, and a scene in it for each process. */
async function setUp({
  regions,
  request,
  prepare,
  signals = [],
  cancelledAfterPuts = 0,
  before,
}: CrashCase) {
  const clock = new VirtualClock();
  const world = createWorld(clock);
  prepare(world);
  const { records } = world.dependencies;
  const read = records.signals.bind(records);
  records.signals = async (...of) => {
    const { cancel, ...said } = await read(...of);
    return cancel === undefined || world.log.puts.length < cancelledAfterPuts
      ? said
      : { ...said, cancel };
  };
  const scene = (store: Store): Scene =>
    createScene({ regions, world, clock, store, ...(request === undefined ? {} : { request }) });
  const store = new MemoryStore();
  const first = scene(store);
  const { publicationId, runId } = first.input;
  for (const signal of signals) await records.signal(publicationId, { runId, ...signal });
  await before?.(first);
  await first.harness.stop();
  return { world, scene, store };
}

/** A run whose process dies at one chosen point, gone on with by a second process. */
async function crashAt(
  run: CrashCase,
  arm: (world: World, store: Store) => Store,
): Promise<Survival> {
  const { world, scene, store } = await setUp(run);
  const firstEnd = await live(scene(arm(world, store)), run.go);
  world.behaviour.onWrite = () => undefined;
  return {
    end: endOf(world, firstEnd ?? (await live(scene(store), run.go))),
    died: firstEnd === undefined,
  };
}

/** The run crashed at commit `k` (from 1) of the engine's store. */
export const crashedAtCommit = (run: CrashCase, k: number, moment: Moment): Promise<Survival> =>
  crashAt(run, (_, store) => {
    let commits = 0;
    return crashWhen(store, () => ++commits === k, moment);
  });

/** The run crashed at external write `k` (from 1): nothing that happens afterwards in the process is kept. */
export const crashedAtWrite = (run: CrashCase, k: number, moment: Moment): Promise<Survival> =>
  crashAt(run, (world, store) => {
    let dead = false;
    let writes = 0;
    world.behaviour.onWrite = (_, at) => {
      if (at === "before") writes++;
      if (dead || (writes === k && at === moment)) {
        dead = true;
        throw new SimulatedCrash(`at external write ${k}`);
      }
    };
    return crashWhen(store, () => dead, "before");
  });

/** A run without a crash, and how many points it can crash at. */
export interface Undisturbed {
  end: RunEnd;
  commits: number;
  writes: number;
  world: World;
}

/** The same run without a crash. */
export async function undisturbed(run: CrashCase): Promise<Undisturbed> {
  const { world, scene, store } = await setUp(run);
  let writes = 0;
  world.behaviour.onWrite = (_, at) => void (at === "before" && writes++);
  const only = scene(store);
  const end = await live(only, run.go);
  return { end: endOf(world, end), commits: only.harness.commits, writes, world };
}
