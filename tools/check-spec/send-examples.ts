import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Answer, AnswerCheck } from "./answer-check";
import { ArmUnderTest, type ReceivedAnswer } from "./arm-under-test";
import { lackingMembers } from "./example-comparison";
import { corrected } from "./example-corrections";
import { deletedBefore, prepare } from "./example-preparations";
import { REFUSED_ON_PURPOSE } from "./example-refusals";
import type { Example } from "./examples";
import { isObject, type Json } from "./swagger-files";

/** How an example went. */
export interface ExampleResult {
  name: string;
  /** `PUT GalleryImageVersion`: the method, and what the answer was held against. */
  request: string;
  corrections: string[];
  /** Of every answer on the way: the call's, the operation's, the resource's when read back. */
  statuses: number[];
  outcome: "accepted" | "refused on purpose" | "wrong";
  /** Why it was refused on purpose, or what is wrong. */
  remarks: string[];
}

const ANY_VERSION = "api-version=2025-03-03";

/** Longer than any operation of the stand-in takes, in the service's seconds. */
const EVERYTHING_ENDS_SECONDS = 100_000;

/** Sends one example to a stand-in of its own, follows the operation, and checks every answer. */
export async function sendExample(
  example: Example,
  worldFile: string,
  check: AnswerCheck,
): Promise<ExampleResult & { answers: Answer[] }> {
  const { parameters, corrections } = corrected(example);
  const world = parse(readFileSync(worldFile, "utf8")) as Record<string, Json[]>;
  prepare(world, example.name);
  const arm = await ArmUnderTest.start(world);
  try {
    for (const id of deletedBefore(example.name)) await arm.call("DELETE", `${id}?${ANY_VERSION}`);
    await arm.passTime(EVERYTHING_ENDS_SECONDS);
    const { method, id } = example.operation;
    const answers = await exchange(arm, method, addressOf(example, parameters), {
      body: bodyOf(example, parameters),
    });
    const verdicts = answers.map((answer) => check.check(answer));
    return {
      name: example.name,
      request: `${method} ${verdicts[0]?.definition ?? id}`,
      corrections,
      statuses: answers.map(({ status }) => status),
      answers,
      ...judged(
        example,
        answers,
        verdicts.flatMap(({ failures }, index) =>
          failures.map((failure) => `answer ${index + 1}, ${failure}`),
        ),
      ),
    };
  } finally {
    await arm.stop();
  }
}

function judged(
  example: Example,
  answers: Answer[],
  remarks: string[],
): Pick<ExampleResult, "outcome" | "remarks"> {
  const onPurpose = REFUSED_ON_PURPOSE.find(({ examples }) => examples.test(example.name));
  if (onPurpose !== undefined) {
    if (answers[0]?.status !== onPurpose.status) remarks.push(`isn't refused any more`);
    return remarks.length === 0
      ? { outcome: "refused on purpose", remarks: [onPurpose.why] }
      : { outcome: "wrong", remarks };
  }
  remarks.push(...refusals(answers));
  if (remarks.length === 0) remarks.push(...lackingMembers(example, answers));
  return { outcome: remarks.length === 0 ? "accepted" : "wrong", remarks };
}

/** The call, its operation's end, and the resource as it is then. */
async function exchange(
  arm: ArmUnderTest,
  method: string,
  address: string,
  { body }: { body: unknown },
): Promise<ReceivedAnswer[]> {
  const first = await arm.call(method, address, body);
  if (first.operationUrl === undefined) return [first];
  await arm.passTime(EVERYTHING_ENDS_SECONDS);
  const operation = await arm.call("GET", first.operationUrl);
  return method === "DELETE"
    ? [first, operation]
    : [first, operation, await arm.call("GET", address)];
}

/** Refusals, and operations that didn't succeed. */
const refusals = (answers: Answer[]): string[] =>
  answers.flatMap(({ status, body }) => {
    if (status >= 400) return [`is refused with ${status} ${JSON.stringify(body)}`];
    const failed = isObject(body) && "startTime" in body && body["status"] !== "Succeeded";
    return failed ? [`its operation ends ${JSON.stringify(body)}`] : [];
  });

function addressOf({ operation }: Example, parameters: Json): string {
  const path = operation.parameters.path.reduce(
    (done, name) => done.replace(`{${name}}`, encodeURIComponent(String(parameters[name]))),
    operation.template,
  );
  const query = new URLSearchParams(
    operation.parameters.query
      .filter((name) => parameters[name] !== undefined)
      .map((name): [string, string] => [name, String(parameters[name])]),
  );
  return `${path}?${query.toString()}`;
}

const bodyOf = ({ operation }: Example, parameters: Json): unknown =>
  operation.parameters.body === undefined ? undefined : parameters[operation.parameters.body];
