import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./answer-check";

/** A line of a request log that was written with `--log-answers`. */
interface Line {
  number: number;
  method: string;
  path: string;
  status: number;
  answer?: unknown;
}

/** An answer, and where it was recorded. */
export interface RecordedAnswer {
  answer: Answer;
  /** `arm-x1y2.jsonl:17`, the call's number. */
  where: string;
}

/**
 * Every answer in a directory of request logs. Calls that were cut off had none.
 * @throws when there is none at all
 */
export function readAnswers(directory: string): RecordedAnswer[] {
  const answers = readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) =>
      readFileSync(join(directory, name), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line)
        .filter(({ status }) => status !== 0)
        .map(({ number, method, path, status, answer: body }) => ({
          answer: { method, path, status, ...(body === undefined ? {} : { body }) },
          where: `${name}:${number}`,
        })),
    );
  if (answers.length === 0) throw new Error(`${directory} holds no recorded answer`);
  return answers;
}
