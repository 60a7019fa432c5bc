import type { Benchmark } from "./benchmark";
import { durableBenchmarks } from "./durable";
import { historyBenchmark } from "./history";
import { publishBenchmark } from "./publish";
import { startBenchmark } from "./start";

/** All tables, in the order of the page; `root` is the directory of the package. */
export function allBenchmarks(root: string): Benchmark[] {
  return [
    publishBenchmark(root),
    ...durableBenchmarks(root),
    historyBenchmark(root),
    startBenchmark(root),
  ];
}
