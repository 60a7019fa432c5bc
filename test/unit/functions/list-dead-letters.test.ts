import type { DeadLetter } from "../../../src/azure/dead-letters";
import { listDeadLetters } from "../../../src/functions/list-dead-letters";
import { listFailures } from "../../../src/functions/read-failures";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
} from "../../support/fake-function-app";

/** A dead-letter queue of so many messages, which gives at most 30 at a time, as Service Bus may. */
function withLetters(count: number) {
  const app = createFakeFunctionApp();
  const letters = Array.from({ length: count }, (_, index): DeadLetter => ({
    sequenceNumber: String(index + 1),
    deliveryCount: 10,
    body: "",
  }));
  app.dependencies.deadLetters.peek = async (limit, from = "0") =>
    letters
      .filter(({ sequenceNumber }) => BigInt(sequenceNumber) >= BigInt(from))
      .slice(0, Math.min(limit, 30));
  return app;
}

const list = async (app: ReturnType<typeof withLetters>, path: string) =>
  readAnswer(await listDeadLetters(app.dependencies)(httpRequest(path), invocation()));

test("every dead letter is found, page by page, with the link that sends it back", async () => {
  const app = withLetters(119);
  const found: string[] = [];
  for (let path: string | undefined = "dead-letters"; path !== undefined;) {
    const { body } = await list(app, path);
    const { items, links } = body as {
      items: { sequenceNumber: string; links: { redrive: string } }[];
      links?: { next: string };
    };
    found.push(...items.map((item) => item.sequenceNumber));
    expect(items[0]?.links.redrive).toBe(`/api/dead-letters/${items[0]?.sequenceNumber}/redrive`);
    path = links?.next.replace("/api/", "");
  }
  expect(found).toEqual(Array.from({ length: 119 }, (_, index) => String(index + 1)));
});

test("the ledger's first page says where the other dead letters are", async () => {
  const ledger = async (count: number) =>
    readAnswer(
      await listFailures(withLetters(count).dependencies)(httpRequest("failures"), invocation()),
    ).body;
  expect(await ledger(31)).toMatchObject({ moreDeadLetters: "/api/dead-letters?from=31" });
  expect(await ledger(30)).not.toHaveProperty("moreDeadLetters");
});

test.each(["x", "-1", "9223372036854775808"])(
  "from %s is a mistake, and nothing is asked",
  async (from) => {
    const app = withLetters(1);
    app.dependencies.deadLetters.peek = () => Promise.reject(new Error("asked"));
    expect((await list(app, `dead-letters?from=${from}`)).status).toBe(400);
  },
);

test("while Service Bus doesn't answer it is said that a repetition may help", async () => {
  const app = withLetters(1);
  app.dependencies.deadLetters.peek = () => Promise.reject(new Error("no answer"));
  expect((await list(app, "dead-letters")).status).toBe(503);
});
