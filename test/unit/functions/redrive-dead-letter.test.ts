import { listFailures } from "../../../src/functions/read-failures";
import { redriveDeadLetter } from "../../../src/functions/redrive-dead-letter";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
} from "../../support/fake-function-app";

const ADA = { who: "Ada", why: "storage is back" };

/** What is kept of it, and where. */
const SAID = { sequenceNumber: "7", ...ADA, at: "2026-11-24T12:00:00.000Z" };
const PATH = `dead-letters/7/${SAID.at}.json`;

const send = async (
  answer: () => Promise<"sent" | "held" | "gone">,
  { number = "7", body = ADA }: { number?: string; body?: object } = {},
) => {
  const asked: string[] = [];
  const app = createFakeFunctionApp();
  app.dependencies.deadLetters.sendBack = (sequenceNumber) => {
    asked.push(sequenceNumber);
    return answer();
  };
  const request = httpRequest("dead-letters/7/redrive", {
    method: "POST",
    body: JSON.stringify(body),
    params: { sequenceNumber: number },
  });
  const { status } = readAnswer(await redriveDeadLetter(app.dependencies)(request, invocation()));
  const kept = [...app.documents.stored];
  return { status, asked, kept };
};

test.each([
  ["sent", 202],
  ["held", 409],
  ["gone", 404],
] as const)(
  "a dead letter that is %s is answered %d, and who said so is kept",
  async (answer, status) => {
    const kept = [[PATH, { ...SAID, result: answer }]];
    expect(await send(async () => answer)).toEqual({ status, asked: ["7"], kept });
  },
);

test("while Service Bus is away nothing is lost, and that is told; what was said is kept", async () => {
  const away = () => Promise.reject(new Error("away"));
  expect(await send(away)).toEqual({ status: 503, asked: ["7"], kept: [[PATH, SAID]] });
});

test.each([
  [{ number: "seven" }, 404],
  [{ body: { who: "Ada" } }, 400],
])("%j isn't asked of Service Bus", async (change, status) => {
  expect(await send(async () => "sent", change)).toEqual({ status, asked: [], kept: [] });
});

test("the ledger's first page links each dead letter to its way back", async () => {
  const app = createFakeFunctionApp();
  app.dependencies.deadLetters.peek = async () => [
    { sequenceNumber: "7", deliveryCount: 10, body: "{}" },
  ];
  const { body } = readAnswer(
    await listFailures(app.dependencies)(httpRequest("failures"), invocation()),
  );
  expect(body["deadLetters"]).toMatchObject([
    { sequenceNumber: "7", links: { redrive: "/api/dead-letters/7/redrive" } },
  ]);
});
