import type { Store, Write } from "../../src/local/durable-engine/store/store";

/** Whether what was to be committed is in the store when the crash comes. */
export type CrashMoment = "before" | "after";

/** The end of the process, as the engine sees it. */
export class SimulatedCrash extends Error {}

/** A store that does what another does, and counts its commits. */
export class CountingStore implements Store {
  commits = 0;
  readonly #inner: Store;

  constructor(inner: Store) {
    this.#inner = inner;
  }

  commit(writes: readonly Write[]): void {
    this.#inner.commit(writes);
    this.commits++;
  }
  instance: Store["instance"] = (instanceId) => this.#inner.instance(instanceId);
  instances: Store["instances"] = (filter) => this.#inner.instances(filter);
  history: Store["history"] = (instanceId) => this.#inner.history(instanceId);
  messages: Store["messages"] = (instanceId, now) => this.#inner.messages(instanceId, now);
  instancesDue: Store["instancesDue"] = (after, upTo) => this.#inner.instancesDue(after, upTo);
  nextDue: Store["nextDue"] = (after) => this.#inner.nextDue(after);
  work: Store["work"] = () => this.#inner.work();
  hasWork: Store["hasWork"] = (work) => this.#inner.hasWork(work);
  close: Store["close"] = () => this.#inner.close();
}

class CrashingStore extends CountingStore {
  #crashed = false;
  readonly #isTheOne: (writes: readonly Write[], number: number) => boolean;
  readonly #moment: CrashMoment;

  constructor(
    inner: Store,
    isTheOne: (writes: readonly Write[], number: number) => boolean,
    moment: CrashMoment,
  ) {
    super(inner);
    this.#isTheOne = isTheOne;
    this.#moment = moment;
  }

  override commit(writes: readonly Write[]): void {
    if (this.#crashed) throw new SimulatedCrash("the process is gone");
    const crashesNow = this.#isTheOne(writes, this.commits + 1);
    if (!crashesNow || this.#moment === "after") super.commit(writes);
    if (!crashesNow) return;
    this.#crashed = true;
    throw new SimulatedCrash(`simulated crash ${this.#moment} commit ${this.commits}`);
  }
}

/** Crashes at commit number `k` (from 1): default after it was made. Nothing can be committed later. */
export function crashingStore(inner: Store, k: number, moment: CrashMoment = "after"): Store {
  return new CrashingStore(inner, (_, number) => number === k, moment);
}

/** Crashes at the first commit that `isTheOne`, e.g. `completesActivity("writeVersion")`. */
export function crashWhen(
  inner: Store,
  isTheOne: (writes: readonly Write[]) => boolean,
  moment: CrashMoment,
): Store {
  return new CrashingStore(inner, isTheOne, moment);
}

/** The commit by which the end of an activity is kept: the activity has run by then. */
export function completesActivity(name: string): (writes: readonly Write[]) => boolean {
  return (writes) =>
    writes.some((write) => write.kind === "removeWork" && write.work.name === name);
}
