import { ClientOperations } from "../../../src/local/durable-engine/client-operations";
import {
  ProcessLostError,
  type Decision,
  type Episode,
  type FunctionExecutor,
} from "../../../src/local/durable-engine/decision";
import { DurableEngine } from "../../../src/local/durable-engine/engine";
import { MemoryStore } from "../../../src/local/durable-engine/store/memory-store";
import { VirtualClock } from "../../support/durable-virtual-clock";

/** One process that runs orchestrators: what `exits` runs beside is lost with it. */
class Process implements FunctionExecutor {
  calls: string[] = [];
  #lose: ((error: Error) => void)[] = [];

  kindOf(): "orchestrator" {
    return "orchestrator";
  }

  runActivity(): never {
    throw new Error("no activity is called");
  }

  async runOrchestrator({ instance }: Episode): Promise<Decision> {
    this.calls.push(instance.id);
    const lost = new Promise<never>((_, reject) => this.#lose.push(reject));
    const answered = new Promise<Decision>((resolve) =>
      setImmediate(() => resolve({ scheduled: [], ending: { kind: "completed", output: null } })),
    );
    if (instance.name === "exits") queueMicrotask(() => this.#end());
    return Promise.race([lost, answered]);
  }

  #end(): void {
    for (const lose of this.#lose.splice(0)) lose(new ProcessLostError("node exited"));
  }
}

function createEngine(strict: boolean) {
  const process = new Process();
  const engine = new DurableEngine({
    store: new MemoryStore(),
    clock: new VirtualClock(),
    executor: process,
    options: { strict, maxConcurrentActivities: 10, maxConcurrentOrchestrators: 10 },
    log: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const client = new ClientOperations(engine);
  const start = (name: string, instanceId: string) =>
    client.start({ name, instanceId, input: null });
  return { process, engine, client, start };
}

test("of orchestrators that lose their process together, the one that ends it fails, and the others come through", async () => {
  const { process, engine, start } = createEngine(true);
  for (const id of ["a", "b", "c"]) start("answers", id);
  start("exits", "x");
  for (const id of ["d", "e"]) start("answers", id);
  engine.start();
  await engine.whenIdle();
  for (const id of ["a", "b", "c", "d", "e"])
    expect(engine.store.instance(id)?.status).toBe("Completed");
  expect(engine.store.instance("x")).toMatchObject({
    status: "Failed",
    output: expect.stringContaining("the app's process ended 5 times in a row"),
  });
  expect(process.calls.filter((id) => id === "x")).toHaveLength(5);
});

test("an orchestrator that never comes to an answer can be terminated, without being called again", async () => {
  const { process, engine, client, start } = createEngine(false);
  const instance = start("exits", "x");
  engine.start();
  await turnsUntil(() => process.calls.length >= 20);
  client.terminate(instance, "enough");
  const calls = process.calls.length;
  await engine.whenIdle();
  expect(engine.store.instance("x")).toMatchObject({ status: "Terminated", output: '"enough"' });
  expect(process.calls.length - calls).toBeLessThanOrEqual(1);
});

async function turnsUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
