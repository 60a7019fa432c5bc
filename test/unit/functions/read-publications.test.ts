import { OrchestrationRuntimeStatus } from "durable-functions";
import { admit } from "../../../src/functions/admit";
import { listPublications } from "../../../src/functions/list-publications";
import { readPublication } from "../../../src/functions/read-publications";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { publicationId, watcherId } from "../../../src/domain/run/identity";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import { packRegions, type RegionProgress, type RunStatus } from "../../../src/domain/run/progress";
import { azureFault } from "../../support/azure-fault";
import {
  createFakeFunctionApp,
  httpRequest,
  MANAGEMENT_URL,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { accepted, managedImageExample, SUBSCRIPTION } from "../../support/request-factory";

const request = accepted(managedImageExample());
const ID = publicationId(request.image);
const START = Date.parse("2026-11-24T12:00:00Z");

async function publishing(): Promise<FakeFunctionApp> {
  const app = createFakeFunctionApp();
  await admit(app.dependencies, app.durable.client, {
    raw: managedImageExample({ requestId: "a" }),
    trigger: "http",
    fallbackRequestId: "x",
  });
  return app;
}

async function read(app: FakeFunctionApp, id = ID) {
  const answer = readAnswer(
    await readPublication(app.dependencies)(
      httpRequest(`publications/${id}?code=secret`, { params: { id } }),
      app.durable.client,
    ),
  );
  expect(answer.text).not.toMatch(MANAGEMENT_URL);
  return answer;
}

const progress = (name: string, change: Partial<RegionProgress> = {}): RegionProgress => ({
  name,
  state: "prepared",
  progress: 0,
  wave: 1,
  startedAt: START,
  lastChangeAt: START,
  ...change,
});
const status = (change: Partial<RunStatus>): RunStatus => ({
  phase: "planning",
  runId: "run-1",
  regions: packRegions([progress("westus"), progress("eastus2")]),
  ...change,
});

test("an accepted publication is shown with its image and nothing that isn't known yet", async () => {
  const { status: code, body, headers } = await read(await publishing());
  expect(code).toBe(200);
  expect(headers["cache-control"]).toBe("no-store");
  expect(body).toMatchObject({
    id: ID,
    requestId: "a",
    runId: "run-1",
    trigger: "http",
    state: "accepted",
    image: {
      subscriptionId: SUBSCRIPTION,
      resourceGroup: "MyResourceGroup",
      gallery: "MyGallery",
      definition: "MyImage",
      version: "1.0.0",
      location: "westus",
    },
    regions: [],
    plan: null,
    outcome: null,
    problems: [],
    runs: [{ runId: "run-1", state: "accepted" }],
    links: { self: `/api/publications/${ID}` },
  });
  expect((await read(await publishing())).body).not.toHaveProperty("links.consume");
});

test("an id is found in any case", async () => {
  expect((await read(await publishing(), ID.toUpperCase())).status).toBe(200);
});

test("an unknown publication is a 404 that names it", async () => {
  expect(await read(createFakeFunctionApp(), "nobody")).toMatchObject({
    status: 404,
    body: { detail: 'there is no publication "nobody"' },
  });
});

test("while the plan is made the run's own progress is shown", async () => {
  const app = await publishing();
  app.durable.show(ID, status({}));
  expect((await read(app)).body).toMatchObject({
    state: "planning",
    regions: [
      { name: "westus", state: "prepared", progress: 0, wave: 1 },
      { name: "eastus2", state: "prepared" },
    ],
  });
});

test("while regions replicate the watcher's progress is shown, with its times", async () => {
  const app = await publishing();
  const watcher = watcherId(ID, "run-1", START, 1);
  const lastChangeAt = START + 90_000;
  app.durable.show(ID, status({ phase: "publishing", watcher }));
  app.durable.show(watcher, {
    regions: packRegions([
      progress("westus", { state: "replicating", progress: 40, lastChangeAt }),
      progress("eastus2"),
    ]),
  });
  expect((await read(app)).body).toMatchObject({
    state: "publishing",
    regions: [
      {
        name: "westus",
        state: "replicating",
        progress: 40,
        startedAt: "2026-11-24T12:00:00.000Z",
        lastChangeAt: "2026-11-24T12:01:30.000Z",
      },
      { name: "eastus2", state: "prepared" },
    ],
  });
});

test("since when a region stands still is shown with it", async () => {
  const app = await publishing();
  const watcher = watcherId(ID, "run-1", START, 1);
  app.durable.show(ID, status({ phase: "publishing", watcher }));
  const replicating = { state: "replicating", progress: 40 } as const;
  app.durable.show(watcher, {
    regions: packRegions([
      progress("westus", { ...replicating, stalledSince: START + 90_000 }),
      progress("eastus2", replicating),
    ]),
  });
  const { body } = await read(app);
  expect(body).toMatchObject({
    regions: [{ ...replicating, stalledSince: "2026-11-24T12:01:30.000Z" }, replicating],
  });
  expect(body).not.toHaveProperty("regions.1.stalledSince");
});

test("an ended run is shown as it ended, also when its row still says accepted", async () => {
  const app = await publishing();
  app.durable.show(ID, status({ phase: "ended" }));
  app.durable.end(ID, undefined, { state: "published" });
  expect((await read(app)).body).toMatchObject({ state: "published" });
});

test("a run that has ended without a word is shown as lost, and waits for nobody's word any more", async () => {
  const app = await publishing();
  app.durable.show(ID, status({ phase: "awaitingApproval", awaits: 2 }));
  expect((await read(app)).body).toMatchObject({ awaitingApproval: { wave: 2 } });
  app.durable.end(ID, OrchestrationRuntimeStatus.Terminated);
  const { body } = await read(app);
  expect(body).toMatchObject({ state: "accepted", lost: true, regions: [{ name: "westus" }, {}] });
  expect(body).not.toHaveProperty("awaitingApproval");
});

test("the progress of an earlier run isn't taken for this one's", async () => {
  const app = await publishing();
  app.durable.show(ID, status({ runId: "run-0", phase: "publishing" }));
  expect((await read(app)).body).toMatchObject({ state: "accepted", regions: [] });
});

test("after the end the outcome of every region is shown, with the plan and the service's words", async () => {
  const app = await publishing();
  const why = azureFault("KeyVaultAccessForbidden", "operator", "grant it", "grant it");
  const outcome: OutcomeDocument = {
    publicationId: ID,
    runId: "run-1",
    requestId: "a",
    state: "partlyPublished",
    image: request.image,
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: "2026-11-24T13:00:00.000Z",
    regions: [
      { region: "westus", kind: "completed" },
      {
        ...{ region: "eastus2", kind: "failed", fault: why, attempts: 1 },
        stalledSince: "2026-11-24T12:01:30.000Z",
      },
    ],
  };
  await app.documents.write(documentPaths.outcome(ID, "run-1"), outcome);
  await app.documents.write(documentPaths.plan(ID, "run-1"), {
    plan: { kind: "create", waves: [] },
    bodies: [{ location: "westus" }],
  });
  const [run] = await app.records.runs(ID);
  if (run === undefined) throw new Error("there is no run");
  await app.records.finish({
    ...run,
    state: "partlyPublished",
    endedAt: outcome.endedAt,
    failureId: "0001-ab",
    publicationId: ID,
    updatedAt: outcome.endedAt,
  });
  await app.documents.write(documentPaths.failure("0001-ab"), {
    problems: [{ code: "X" }],
  });
  app.durable.end(ID);
  expect((await read(app)).body).toMatchObject({
    state: "partlyPublished",
    endedAt: outcome.endedAt,
    failureId: "0001-ab",
    regions: [
      { name: "westus", state: "completed", progress: 100 },
      {
        ...{ name: "eastus2", state: "failed", fault: why, attempts: 1 },
        stalledSince: "2026-11-24T12:01:30.000Z",
      },
    ],
    plan: { kind: "create", bodies: [{ location: "westus" }] },
    outcome: { state: "partlyPublished" },
    problems: [{ code: "X" }],
    links: { failure: "/api/failures/0001-ab", consume: `/api/publications/${ID}/consume` },
  });
});

describe("the list of publications", () => {
  const list = async (app: FakeFunctionApp, query: string) =>
    readAnswer(
      await listPublications(app.dependencies)(
        httpRequest(`publications${query}`),
        app.durable.client,
      ),
    );

  async function three(): Promise<FakeFunctionApp> {
    const app = createFakeFunctionApp();
    for (const version of ["1.0.0", "1.0.1", "1.0.2"])
      await admit(app.dependencies, app.durable.client, {
        raw: managedImageExample({
          requestId: `r-${version}`,
          image: { ...(managedImageExample()["image"] as object), version },
        }),
        trigger: "queue",
        fallbackRequestId: "x",
      });
    return app;
  }

  test("shows each with its state and leads to it", async () => {
    const { status: code, body } = await list(await three(), "");
    expect(code).toBe(200);
    expect(body["items"]).toHaveLength(3);
    expect(body).not.toHaveProperty("nextPageToken");
    expect((body["items"] as unknown[])[0]).toMatchObject({
      state: "accepted",
      links: { self: expect.stringMatching(/^\/api\/publications\/mygallery-myimage-1\.0\.\d-/) },
    });
  });

  test("is filtered by request and state", async () => {
    const app = await three();
    const items = async (query: string) => (await list(app, query)).body["items"];
    expect(await items("?requestId=r-1.0.1")).toMatchObject([{ requestId: "r-1.0.1" }]);
    expect(await items("?state=published")).toEqual([]);
  });

  test("finds the versions that wait for an approval, whose rows say accepted, with the links to give it", async () => {
    const app = await three();
    const { rows } = await app.records.publications({});
    const [waits, other] = rows;
    const show = (row: typeof waits, change: Partial<RunStatus>): void =>
      app.durable.show(row?.id ?? "", status({ runId: row?.runId ?? "", ...change }));
    show(waits, { phase: "awaitingApproval", awaits: 2 });
    show(other, { phase: "publishing" });
    const items = async (state: string) => (await list(app, `?state=${state}`)).body["items"];
    expect(await items("awaitingApproval")).toEqual([
      expect.objectContaining({
        id: waits?.id,
        state: "awaitingApproval",
        awaitingApproval: {
          wave: 2,
          links: expect.objectContaining({
            approve: `/api/publications/${waits?.id}/approve?run=${waits?.runId}&wave=2`,
          }),
        },
      }),
    ]);
    expect(await items("publishing")).toEqual([
      expect.objectContaining({ id: other?.id, state: "publishing" }),
    ]);
    expect(await items("accepted")).toHaveLength(3);
    // The next page goes on where this one has looked.
    expect(await list(app, "?state=compensating&limit=2")).toMatchObject({
      body: { items: [], nextPageToken: "2" },
    });
  });

  test("refuses a state that there is none of", async () => {
    expect(await list(await three(), "?state=bogus")).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^state is one of accepted, .*, not "bogus"$/) },
    });
  });

  test("is read page by page; no link carries the function key", async () => {
    const app = await three();
    const first = await list(app, "?limit=2&state=accepted&code=secret");
    expect(first.body["items"]).toHaveLength(2);
    expect(first.text).not.toMatch(MANAGEMENT_URL);
    const next = (first.body["links"] as { next: string }).next;
    expect(next).toBe("/api/publications?limit=2&state=accepted&pageToken=2");
    const second = await list(app, new URL(next, "https://app.test").search);
    expect(second.body["items"]).toHaveLength(1);
    expect(second.body).not.toHaveProperty("links");
  });

  test.each(["0", "201", "1.5", "many", ""])("refuses the limit %j", async (limit) => {
    expect(await list(createFakeFunctionApp(), `?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { detail: `limit is a number from 1 to 200, not "${limit}"` },
    });
  });
});
