import { createScene } from "../../test/replay/publishing/run";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SqliteStore } from "../../src/local/durable-engine/store/sqlite-store";
import type { Write } from "../../src/local/durable-engine/store/store";
import { CountingStore } from "../../test/support/durable-crashing-store";

const BYTES_PER_KB = 1024;

/** Counts all that is ever appended to a history: what the watcher cuts off was written too. */
class WeighingStore extends CountingStore {
  events = 0;
  bytes = 0;
  episodes = 0;

  override commit(writes: readonly Write[]): void {
    super.commit(writes);
    for (const write of writes) {
      if (write.kind !== "appendHistory") continue;
      this.episodes++;
      this.events += write.events.length;
      for (const event of write.events) this.bytes += JSON.stringify(event).length;
    }
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} isn't set: run this by npm run bench`);
  return value;
}

async function publish(regions: number): Promise<Record<string, number>> {
  const file = join(setting("BENCH_DIRECTORY"), `${regions}-${process.hrtime.bigint()}.db`);
  const inner = new SqliteStore(file);
  const store = new WeighingStore(inner);
  const names = Array.from({ length: regions - 1 }, (_, index) => `testregion${index}`);
  const scene = createScene({ regions: ["westus", ...names], store });
  const before = process.cpuUsage();
  const { state } = await scene.run();
  const { user, system } = process.cpuUsage(before);
  await scene.harness.stop();
  inner.close();
  expect(state).toBe("published");
  const cpuMs = (user + system) / 1000;
  const kb = store.bytes / BYTES_PER_KB;
  return {
    events: store.events,
    "events per region": store.events / regions,
    KB: kb,
    "KB per region": kb / regions,
    episodes: store.episodes,
    "CPU ms": cpuMs,
    "CPU ms per region": cpuMs / regions,
  };
}

test("one publish, weighed", async () => {
  const regions = Number(setting("BENCH_REGIONS"));
  await publish(regions);
  writeFileSync(setting("BENCH_RESULT"), JSON.stringify(await publish(regions)));
});
