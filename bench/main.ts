import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Case, Measurement } from "./benchmark";
import { allBenchmarks } from "./benchmarks";
import { withSection } from "./document";
import { machineLines } from "./machine";
import { readOptions, UsageError, type BenchOptions } from "./options";
import { table, type CaseRuns } from "./table";

const USAGE = `usage: npm run bench -- [NAME ...] [--runs N] [--quick] [--write]
  NAME      publish, fan-out, chain, history, start (default: all)
  --runs N  runs of each case (default 5; a long case has a limit of its own)
  --quick   one run of each case that isn't long
  --write   put machine and tables into docs/benchmarks.md`;

/** From dist/bench. */
const ROOT = join(__dirname, "../..");
const DOCUMENT = join(ROOT, "docs/benchmarks.md");

// Programs that were started end with this one, temporary directories by its exit handlers.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
void main();

async function main(): Promise<void> {
  const benchmarks = allBenchmarks(ROOT);
  const known = benchmarks.map(({ name }) => name);
  try {
    await run(benchmarks, readOptions(process.argv.slice(2), known));
  } catch (error) {
    const isMistake = error instanceof UsageError;
    process.stderr.write(isMistake ? `${error.message}\n${USAGE}\n` : `${String(error)}\n`);
    process.exitCode = isMistake ? 2 : 1;
  }
}

async function run(benchmarks: readonly Benchmark[], options: BenchOptions): Promise<void> {
  const { names, write } = options;
  const sections = new Map<string, string[]>();
  const show = (section: string, lines: string[]): void => {
    process.stdout.write(`${lines.join("\n")}\n\n`);
    sections.set(section, lines);
  };
  show(
    "machine",
    machineLines(ROOT).map((line) => `- ${line}`),
  );
  for (const benchmark of benchmarks)
    if (names.length === 0 || names.includes(benchmark.name))
      show(benchmark.name, await tableOf(benchmark, options));
  if (write) writeSections(sections);
}

async function tableOf(benchmark: Benchmark, options: BenchOptions): Promise<string[]> {
  const cases: CaseRuns[] = [];
  for (const one of benchmark.cases)
    if (!options.quick || one.isLong !== true)
      cases.push({ name: one.name, runs: await measure(benchmark, one, options) });
  return [`## ${benchmark.title}`, "", benchmark.explanation, "", ...table(cases)];
}

async function measure(
  benchmark: Benchmark,
  one: Case,
  options: BenchOptions,
): Promise<Measurement[]> {
  const runs: Measurement[] = [];
  const count = Math.min(options.runs, one.maxRuns ?? Infinity);
  while (runs.length < count) {
    // To stderr: what is on stdout can be pasted.
    process.stderr.write(`${benchmark.name}: ${one.name}, run ${runs.length + 1} of ${count}\n`);
    runs.push(await one.measure());
  }
  return runs;
}

/** In the end, all at once: half a page would mix two machines. */
function writeSections(sections: ReadonlyMap<string, string[]>): void {
  let document = readFileSync(DOCUMENT, "utf8");
  for (const [name, lines] of sections) document = withSection(document, name, lines);
  writeFileSync(DOCUMENT, document);
}
