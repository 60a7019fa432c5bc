import type { Answer } from "./answer-check";
import type { Example } from "./examples";
import { isObject } from "./swagger-files";

/** What the specification's example answers have, and answers of the stand-in needn't. */
const LACKING_ON_PURPOSE: { member: RegExp; why: string }[] = [
  { member: /\.policyViolations/, why: "nobody reports images here" },
  { member: /\.sharingProfile/, why: "galleries aren't shared here" },
  { member: /\.previousKeys\[\]/, why: "a key rotation is over with its operation here" },
  { member: /\.targetExtendedLocations/, why: "the example's request doesn't name any" },
];

/** Paths of all members of a body; elements of a list are one. */
function memberPaths(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => memberPaths(element, `${path}[]`));
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([name, member]) => [
    `${path}.${name}`,
    ...memberPaths(member, `${path}.${name}`),
  ]);
}

/**
 * Members that the specification's example of an answer has and none of the stand-in's answers on
 * the way has. Texts aren't compared: they are examples.
 */
export function lackingMembers(example: Example, answers: Answer[]): string[] {
  const ours = new Set(answers.flatMap(({ body }) => memberPaths(body)));
  // Ids are names of members where identities are listed, and hold placeholders.
  const expected = new Set(
    example.answers.flatMap(([, body]) => memberPaths(body)).filter((path) => !path.includes("{")),
  );
  return [...expected]
    .filter(
      (path) => !ours.has(path) && !LACKING_ON_PURPOSE.some(({ member }) => member.test(path)),
    )
    .map((path) => `lacks ${path}, which the example answer has`);
}
