import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Benchmark, Measurement } from "./benchmark";
import { runToEnd } from "./child-program";
import { inTemporaryDirectory } from "./temporary-directory";

/** How history and processor time of one publish grow with its regions. */
export function historyBenchmark(root: string): Benchmark {
  return {
    name: "history",
    title: "History and processor time against regions",
    explanation:
      "One publish by the real orchestrators and activities on the local engine with the SQLite store, over an in-memory Azure and in virtual time, in a process of its own after a run to warm up. Counted is everything that was ever appended to a history, of the run and of its watcher. Linear means that the numbers per region stay the same, or fall.",
    cases: [10, 40, 100].map((regions) => ({
      name: `${regions} regions`,
      measure: () => measure(root, regions),
    })),
  };
}

async function measure(root: string, regions: number): Promise<Measurement> {
  return inTemporaryDirectory(async (directory) => {
    const result = join(directory, "result.json");
    const jest = createRequire(join(root, "package.json")).resolve("jest/bin/jest");
    await runToEnd(
      [jest, "--config", join(root, "bench/history/jest.config.cjs"), "--runInBand"],
      {
        ...process.env,
        BENCH_REGIONS: String(regions),
        BENCH_DIRECTORY: directory,
        BENCH_RESULT: result,
      },
      root,
    );
    return JSON.parse(readFileSync(result, "utf8")) as Measurement;
  });
}
