import { health } from "../../../src/functions/health";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { listFailures, readFailure } from "../../../src/functions/read-failures";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  MANAGEMENT_URL,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";

async function withFailures(...requestIds: string[]): Promise<FakeFunctionApp> {
  const app = createFakeFunctionApp();
  for (const [index, requestId] of requestIds.entries())
    await publishFromQueue(app.dependencies)(
      { requestId },
      app.durable.client,
      invocation({ messageId: requestId, enqueuedTimeUtc: `2026-11-24T11:0${index}:00` }),
    );
  return app;
}

const list = async (app: FakeFunctionApp, query = "") =>
  readAnswer(await listFailures(app.dependencies)(httpRequest(`failures${query}`), invocation()));
const read = async (app: FakeFunctionApp, id: string) =>
  readAnswer(await readFailure(app.dependencies)(httpRequest("failures/x", { params: { id } })));

test("the ledger is listed newest first and by request", async () => {
  const app = await withFailures("a", "b");
  const requests = async (query: string) =>
    ((await list(app, query)).body["items"] as { requestId: string }[]).map(
      ({ requestId }) => requestId,
    );
  expect(await requests("")).toEqual(["b", "a"]);
  expect(await requests("?requestId=a")).toEqual(["a"]);
  expect(await requests("?publicationId=NOBODY")).toEqual([]);
});

test("a page of the ledger leads to the next, without the function key", async () => {
  const app = await withFailures("a", "b");
  const { body, text } = await list(app, "?limit=1&code=secret");
  expect(body).toMatchObject({
    items: [{ requestId: "b" }],
    nextPageToken: "1",
    links: { next: "/api/failures?limit=1&pageToken=1" },
  });
  expect(text).not.toMatch(MANAGEMENT_URL);
  expect((await list(app, "?limit=zero")).status).toBe(400);
  // Storage refuses it in a filter, and no request or publication is called so.
  for (const name of ["requestId", "publicationId"])
    expect((await list(app, `?${name}=%00`)).status).toBe(400);
});

test("a failure is read whole, with the message as it was delivered", async () => {
  const app = await withFailures("a");
  const [row] = (await app.records.failures({})).rows;
  const id = row?.id ?? "";
  expect(await read(app, id)).toMatchObject({
    status: 200,
    body: {
      id,
      kind: "message",
      state: "rejected",
      rawMessage: { body: { requestId: "a" }, messageId: "a" },
      links: { self: `/api/failures/${id}` },
    },
  });
});

test.each(["0001-ab", "../publications/p/runs/r/plan", "a b", ""])(
  "there is no failure %j",
  async (id) => {
    expect(await read(await withFailures("a"), id)).toMatchObject({ status: 404 });
  },
);

test("the app is healthy when its records can be read; when they can't, the reason is only logged", async () => {
  const app = createFakeFunctionApp();
  const ask = () => health(app.dependencies)(httpRequest("/api/health"), invocation());
  expect(readAnswer(await ask())).toMatchObject({ status: 200, body: { status: "healthy" } });
  app.dependencies.records.publications = () => Promise.reject(new Error("storage is away"));
  const answer = readAnswer(await ask());
  expect(answer).toMatchObject({ status: 503, body: { status: "unhealthy" } });
  expect(JSON.stringify(answer)).not.toContain("storage is away");
});
