import type { Answer, AnswerCheck } from "./answer-check";
import type { Json } from "./swagger-files";

const GALLERY =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Compute/galleries/g";
const VERSION = `${GALLERY}/images/i/versions/1.0.0`;

/** A right answer; each wrong one differs from it in one thing. */
const rightAnswer = (): { answer: Answer; body: Json; profile: Json; region: Json } => {
  const region: Json = { name: "East US 2", regionalReplicaCount: 2, excludeFromLatest: false };
  const profile: Json = {
    targetRegions: [{ name: "West US", storageAccountType: "Standard_LRS" }, region],
    publishedDate: "2026-01-31T12:00:00.0000000Z",
  };
  const body: Json = {
    id: VERSION,
    name: "1.0.0",
    type: "Microsoft.Compute/galleries/images/versions",
    location: "westus",
    properties: {
      publishingProfile: profile,
      storageProfile: { source: { id: GALLERY } },
      provisioningState: "Succeeded",
    },
  };
  return { answer: { method: "GET", path: VERSION, status: 200, body }, body, profile, region };
};

/** What is made wrong, how, and the beginning of what must be said about it. */
const WRONG: [string, (right: ReturnType<typeof rightAnswer>) => void, string][] = [
  [
    "a member that the definition doesn't have",
    ({ region }) => (region["replicas"] = 2),
    "$.properties.publishingProfile.targetRegions[1].replicas: is unknown",
  ],
  [
    "a member of the wrong type",
    ({ region }) => (region["regionalReplicaCount"] = "2"),
    "$.properties.publishingProfile.targetRegions[1].regionalReplicaCount: must be integer",
  ],
  [
    "a required member left out",
    ({ region }) => delete region["name"],
    "$.properties.publishingProfile.targetRegions[1]: must have required property 'name'",
  ],
  [
    "a value that the enumeration doesn't have",
    ({ region }) => (region["storageAccountType"] = "standard_lrs"),
    "$.properties.publishingProfile.targetRegions[1].storageAccountType: must be equal to one of",
  ],
  [
    "regions as texts instead of objects",
    ({ profile }) => (profile["targetRegions"] = ["West US"]),
    "$.properties.publishingProfile.targetRegions[0]: must be object",
  ],
  [
    "a date that isn't one",
    ({ profile }) => (profile["publishedDate"] = "31.01.2026"),
    "$.properties.publishingProfile.publishedDate: must match format",
  ],
  [
    "a number that doesn't fit in 32 bits",
    ({ region }) => (region["regionalReplicaCount"] = 2 ** 31),
    "$.properties.publishingProfile.targetRegions[1].regionalReplicaCount: must match format",
  ],
  [
    "a resource without its type",
    ({ body }) => delete body["type"],
    "$: must have required property 'type'",
  ],
  [
    "a status that the operation doesn't have",
    ({ answer }) => (answer.status = 206),
    "status 206 isn't one of the operation's",
  ],
  [
    "an error without a message",
    ({ answer }) => Object.assign(answer, { status: 409, body: { error: { code: "Conflict" } } }),
    "$.error: must have required property 'message'",
  ],
  [
    "a body in the answer to a delete",
    ({ answer }) => Object.assign(answer, { method: "DELETE", status: 202 }),
    "$: a body where there is none",
  ],
];

/**
 * Feeds wrong answers to the check.
 * @returns what was made wrong, and what the check said
 * @throws when the right answer is refused or a wrong one isn't refused for what is wrong with it
 */
export function feedWrongAnswers(check: AnswerCheck): { wrong: string; said: string }[] {
  const { failures } = check.check(rightAnswer().answer);
  if (failures.length > 0) throw new Error(`a right answer is refused: ${failures.join("; ")}`);
  return WRONG.map(([wrong, spoil, expected]) => {
    const right = rightAnswer();
    spoil(right);
    const said = check.check(right.answer).failures.find((one) => one.startsWith(expected));
    if (said === undefined) throw new Error(`${wrong} isn't refused with "${expected}"`);
    return { wrong, said };
  });
}
