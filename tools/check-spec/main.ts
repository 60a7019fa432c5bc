import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AnswerCheck } from "./answer-check";
import { checkExampleAnswers } from "./example-answers";
import { readExamples } from "./examples";
import { STRICT } from "./json-schema";
import { readAnswers } from "./recorded-answers";
import { failuresOf, reportLines, type Findings } from "./report";
import { recordTests } from "./run-tests";
import { sendExample } from "./send-examples";
import { readSpecification } from "./specification";
import { Tally } from "./tally";
import { feedWrongAnswers } from "./wrong-answers";

const USAGE = `usage: npm run check:spec -- FOLDER [--recorded DIR]
  FOLDER          a copy of the REST specification of Microsoft.Compute (Swagger 2.0)
  --recorded DIR  answers that tests have kept there (RECORD_ARM_ANSWERS); absent: tests are run`;

/** From dist/tools. */
const ROOT = join(__dirname, "../..");
const EXAMPLE_WORLD = join(ROOT, "tools/check-spec/example-world.yaml");

void main();

async function main(): Promise<void> {
  const { folder, recorded } = commandLine();
  try {
    const findings = await find(folder, recorded);
    process.stdout.write(`${reportLines(findings).join("\n")}\n`);
    process.exitCode = failuresOf(findings).length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`check:spec: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}

function commandLine(): { folder: string; recorded?: string | undefined } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { recorded: { type: "string" } },
  });
  const [folder] = positionals;
  if (folder !== undefined && positionals.length === 1)
    return { folder, recorded: values.recorded };
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

async function find(folder: string, recorded: string | undefined): Promise<Findings> {
  const specification = readSpecification(folder, STRICT);
  const check = new AnswerCheck(specification);
  const wrongAnswers = feedWrongAnswers(check);
  const { examples, absent } = readExamples(folder, specification);
  const exampleAnswers = checkExampleAnswers(folder, examples);
  const results = [];
  const exampleTally = new Tally(check);
  for (const example of examples) {
    const { answers, ...result } = await sendExample(example, EXAMPLE_WORLD, check);
    for (const answer of answers) exampleTally.add(answer, example.name);
    results.push(result);
  }
  return {
    operations: specification.operations.length,
    wrongAnswers,
    exampleAnswers,
    examples: results,
    absentExamples: absent,
    tests: recorded === undefined ? tallyOfTests(check) : tallyOf(recorded, check),
    exampleTally,
  };
}

function tallyOfTests(check: AnswerCheck): Tally {
  const directory = mkdtempSync(join(tmpdir(), "answers-"));
  try {
    recordTests(ROOT, directory);
    return tallyOf(directory, check);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function tallyOf(directory: string, check: AnswerCheck): Tally {
  const tally = new Tally(check);
  for (const { answer, where } of readAnswers(directory)) tally.add(answer, where);
  return tally;
}
