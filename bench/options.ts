import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Empty: all. */
  names: string[];
  runs: number;
  /** One run of each that isn't long: to see that all of them work. */
  quick: boolean;
  /** Put the tables into docs/benchmarks.md. */
  write: boolean;
}

/** A mistake on the command line. */
export class UsageError extends Error {}

const DEFAULT_RUNS = 5;

/** @throws {UsageError} */
export function readOptions(args: string[], known: readonly string[]): BenchOptions {
  const { values, positionals: names } = parse(args);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`there is no ${unknown.join(", ")}; there are ${known.join(", ")}`);
  const { quick, write } = values;
  const runs = values.runs === undefined ? (quick ? 1 : DEFAULT_RUNS) : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new UsageError("--runs must be a whole number of at least 1");
  if (write && (quick || names.length > 0))
    throw new UsageError("--write needs all benchmarks in full: one page, one machine");
  return { names, runs, quick, write };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        runs: { type: "string" },
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
