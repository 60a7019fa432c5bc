import { EXCEPTIONS } from "./exceptions";
import type { ExampleAnswers } from "./example-answers";
import type { ExampleResult } from "./send-examples";
import type { Tally } from "./tally";

/** Everything that the check found. */
export interface Findings {
  operations: number;
  wrongAnswers: { wrong: string; said: string }[];
  exampleAnswers: ExampleAnswers;
  examples: ExampleResult[];
  /** Examples that operations name and the folder lacks. */
  absentExamples: string[];
  tests: Tally;
  exampleTally: Tally;
}

const list = (lines: string[]): string[] => lines.map((line) => `  ${line}`);

/** The report, line by line. */
export function reportLines(findings: Findings): string[] {
  const { exampleAnswers, wrongAnswers } = findings;
  return [
    `specification: ${findings.operations} operations`,
    "",
    `wrong answers fed to the check: ${wrongAnswers.length}, all refused`,
    ...list(wrongAnswers.map(({ wrong, said }) => `${wrong}\n    ${said}`)),
    "",
    `the specification's own example answers: ${exampleAnswers.held} hold, ${exampleAnswers.slips.length} with a known slip`,
    ...list(exampleAnswers.slips),
    "",
    ...exampleLines(findings),
    "",
    `answers given in the tests: ${findings.tests.answers}`,
    ...tallyLines(findings.tests),
    "",
    "exceptions, and how many answers needed them (tests, examples):",
    ...list(EXCEPTIONS.map((one) => exceptionLine(one, findings))),
    ...failureLines(failuresOf(findings)),
  ];
}

/** What makes the check fail. */
export const failuresOf = ({ exampleAnswers, examples, tests }: Findings): string[] => [
  ...exampleAnswers.failures,
  ...examples
    .filter(({ outcome }) => outcome === "wrong")
    .flatMap(({ name, remarks }) => remarks.map((remark) => `example ${name} ${remark}`)),
  ...tests.failures,
];

function exampleLines({ examples, absentExamples }: Findings): string[] {
  const having = (outcome: ExampleResult["outcome"]) =>
    examples.filter((one) => one.outcome === outcome);
  const corrections = new Map<string, number>();
  for (const name of examples.flatMap((one) => one.corrections))
    corrections.set(name, (corrections.get(name) ?? 0) + 1);
  return [
    `examples sent: ${examples.length} (${absentExamples.length} more are named but not in the folder)`,
    ...list(
      examples.map(
        ({ name, request, statuses, outcome }) =>
          `${outcome.padEnd(18)} ${name}: ${request}, ${statuses.join(", ")}`,
      ),
    ),
    `accepted: ${having("accepted").length}, refused on purpose: ${having("refused on purpose").length}, wrong: ${having("wrong").length}`,
    ...list(having("refused on purpose").map(({ name, remarks }) => `${name}: ${remarks.join()}`)),
    "corrections of examples:",
    ...list([...corrections].map(([name, times]) => `${String(times).padStart(4)}  ${name}`)),
  ];
}

function tallyLines({ definitions, unspecified }: Tally): string[] {
  const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...list(
      sorted(definitions).map(
        ([name, { right, wrong }]) =>
          `${String(right).padStart(6)}  ${name}${wrong === 0 ? "" : ` (and ${wrong} wrong)`}`,
      ),
    ),
    "of which the specification in this folder says nothing:",
    ...list(sorted(unspecified).map(([type, times]) => `${String(times).padStart(6)}  ${type}`)),
  ];
}

function exceptionLine(
  { at, since }: (typeof EXCEPTIONS)[number],
  { tests, exampleTally }: Findings,
): string {
  const [inTests, inExamples] = [tests, exampleTally].map(
    ({ exceptions }) => exceptions.get(at) ?? 0,
  );
  return `${String(inTests).padStart(6)} ${String(inExamples).padStart(4)}  ${at} (${since})`;
}

/** The same failure is shown a few times only. */
function failureLines(failures: string[]): string[] {
  const SHOWN = 50;
  return [
    "",
    failures.length === 0 ? "nothing is wrong" : `wrong: ${failures.length}`,
    ...list(failures.slice(0, SHOWN)),
    ...(failures.length > SHOWN ? [`  and ${failures.length - SHOWN} more`] : []),
  ];
}
