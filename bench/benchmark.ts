/** What one run measured, by column; a column that could not be measured here is left out. */
export type Measurement = Record<string, number>;

/** One row of a table: something that is run several times. */
export interface Case {
  name: string;
  /** Not more runs than this, however many are asked for. */
  maxRuns?: number;
  /** Long: left out by `--quick`. */
  isLong?: boolean;
  measure(): Promise<Measurement>;
}

/** One table. */
export interface Benchmark {
  /** As it is called on the command line. */
  name: string;
  title: string;
  /** What is measured, and how: a paragraph of Markdown. */
  explanation: string;
  cases: Case[];
}
