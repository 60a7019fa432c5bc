import { OrchestrationRuntimeStatus } from "durable-functions";
import { admit, type Admission, type Arrival } from "../../../src/functions/admit";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { fingerprint, imageVersionId, publicationId } from "../../../src/domain/run/identity";
import { createFakeFunctionApp, type FakeFunctionApp } from "../../support/fake-function-app";
import { accepted, managedImageExample } from "../../support/request-factory";

const request = accepted(managedImageExample());
const ID = publicationId(request.image);
const wire = (requestId: string, change: Record<string, unknown> = {}) =>
  managedImageExample({ requestId, ...change });
const OTHER = { replicaCount: 7 };

const arrive = (
  app: FakeFunctionApp,
  raw: unknown,
  change: Partial<Arrival> = {},
): Promise<Admission> =>
  admit(app.dependencies, app.durable.client, {
    raw,
    trigger: "queue",
    fallbackRequestId: "message-1",
    ...change,
  });

/** The run's own end, as its last activity records it. */
const finish = async (app: FakeFunctionApp, runId: string, requestId: string): Promise<void> => {
  await app.records.finish({
    publicationId: ID,
    runId,
    requestId,
    fingerprint: fingerprint(request),
    trigger: "queue",
    state: "published",
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: "2026-11-24T13:00:00.000Z",
    updatedAt: "2026-11-24T13:00:00.000Z",
  });
  app.durable.end(ID);
};

test("a sound request is kept, reserved and started", async () => {
  const app = createFakeFunctionApp();
  expect(await arrive(app, wire("a"))).toEqual({
    kind: "accepted",
    publicationId: ID,
    runId: "run-1",
    requestId: "a",
  });
  const print = fingerprint(request);
  expect(app.documents.stored.get(documentPaths.request(ID, print))).toEqual(request);
  expect((await app.records.publication(ID))?.row).toMatchObject({
    state: "accepted",
    runId: "run-1",
    requestId: "a",
    location: "westus",
    trigger: "queue",
  });
  expect(await app.records.runs(ID)).toMatchObject([{ runId: "run-1", state: "accepted" }]);
  expect(app.durable.started).toEqual([
    {
      name: "publishImageVersion",
      instanceId: ID,
      input: {
        publicationId: ID,
        runId: "run-1",
        requestId: "a",
        fingerprint: print,
        trigger: "queue",
        accepted: {
          imageId: imageVersionId(request.image),
          startedAt: "2026-11-24T12:00:00.000Z",
        },
      },
    },
  ]);
});

test("a refused request leaves no trace of a run", async () => {
  const app = createFakeFunctionApp();
  expect(await arrive(app, {})).toMatchObject({
    kind: "invalid",
    requestId: "message-1",
    problems: expect.arrayContaining([expect.objectContaining({ path: "$.image" })]),
  });
  expect(app.documents.stored.size).toBe(0);
  expect(app.durable.started).toEqual([]);
});

test("a request without an id takes that of its delivery", async () => {
  const app = createFakeFunctionApp();
  expect(await arrive(app, managedImageExample())).toMatchObject({ requestId: "message-1" });
});

test("the same delivery again joins the run that is going on", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  expect(await arrive(app, wire("a"))).toEqual({
    kind: "joined",
    publicationId: ID,
    runId: "run-1",
    requestId: "a",
    state: "accepted",
  });
  expect(app.durable.started).toHaveLength(1);
});

test("the same content under another request id joins the run that is going on", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  expect(await arrive(app, wire("b"))).toMatchObject({
    kind: "joined",
    runId: "run-1",
    requestId: "b",
  });
  expect(app.durable.started).toHaveLength(1);
});

test("other content for a version in flight is refused and says who holds it", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  expect(await arrive(app, wire("b", OTHER))).toEqual({
    kind: "conflict",
    publicationId: ID,
    requestId: "b",
    message: expect.stringContaining('another request, "a", is publishing'),
  });
  expect(app.durable.started).toHaveLength(1);
  // By the refused request's id another one's publication must not be found.
  expect((await app.records.publications({ requestId: "b" })).rows).toEqual([]);
  expect((await app.records.publications({ requestId: "a" })).rows).toHaveLength(1);
});

test("a delivery whose run has ended joins it and starts nothing", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await finish(app, "run-1", "a");
  expect(await arrive(app, wire("a"))).toMatchObject({
    kind: "joined",
    runId: "run-1",
    state: "published",
  });
  expect(app.durable.started).toHaveLength(1);
});

test("the same content asked for anew after the end gets a run of its own", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await finish(app, "run-1", "a");
  expect(await arrive(app, wire("b"))).toMatchObject({ kind: "accepted", runId: "run-2" });
  expect((await app.records.publication(ID))?.row).toMatchObject({
    runId: "run-2",
    state: "accepted",
  });
  const late = await arrive(app, wire("a"));
  expect(late).toMatchObject({ kind: "joined" });
  expect(app.durable.started).toHaveLength(2);
});

test("a request whose run has ended is answered with that run, also while another one holds the version", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await finish(app, "run-1", "a");
  expect(await arrive(app, wire("h", OTHER))).toMatchObject({ kind: "accepted", runId: "run-2" });
  expect(await arrive(app, wire("a"))).toMatchObject({
    kind: "joined",
    runId: "run-1",
    state: "published",
  });
  expect(await arrive(app, wire("new"))).toMatchObject({ kind: "conflict" });
});

test("a request that joined a run is answered with it after its end, and found by its own id", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await arrive(app, wire("x"));
  await finish(app, "run-1", "a");
  await arrive(app, wire("h", OTHER));
  const told = { kind: "joined", runId: "run-1", requestId: "x", state: "published" };
  expect(await arrive(app, wire("x"))).toMatchObject(told);
  app.durable.end(ID);
  expect(await arrive(app, wire("x"))).toMatchObject(told);
  expect(app.durable.started).toHaveLength(2);
  const { rows } = await app.records.publications({ requestId: "x" });
  expect(rows).toMatchObject([{ runId: "run-1", state: "published" }]);
});

test("the id of a request that joined is no answer to other contents", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await arrive(app, wire("x"));
  await finish(app, "run-1", "a");
  expect(await arrive(app, wire("x", OTHER))).toMatchObject({ kind: "accepted", runId: "run-3" });
});

test("a run that ends while a request arrives isn't started again", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  const getStatus = app.durable.client.getStatus.bind(app.durable.client);
  app.durable.client.getStatus = async (...asked) => {
    app.durable.client.getStatus = getStatus;
    // Rows are read by now, if they are read before the instance.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await finish(app, "run-1", "a");
    return getStatus(...asked);
  };
  expect(await arrive(app, wire("a"))).toMatchObject({ kind: "joined", state: "published" });
  expect(app.durable.started).toHaveLength(1);
});

test("a run is found by its request before it starts, though the starter dies right after", async () => {
  const app = createFakeFunctionApp();
  const startNew = app.durable.client.startNew.bind(app.durable.client);
  let found: unknown[] = [];
  app.durable.client.startNew = async (...start) => {
    found = (await app.records.publications({ requestId: "a" })).rows;
    await startNew(...start);
    throw new Error("killed");
  };
  await expect(arrive(app, wire("a"))).rejects.toThrow("killed");
  expect(found).toMatchObject([{ id: ID, runId: "run-1", requestId: "a" }]);
});

test("a starter that was taken for dead and is refused isn't found by its request", async () => {
  const app = createFakeFunctionApp();
  const startNew = app.durable.client.startNew.bind(app.durable.client);
  app.durable.client.startNew = async (...start) => {
    app.durable.client.startNew = startNew;
    app.pass(60_000);
    expect((await arrive(app, wire("b", OTHER))).kind).toBe("accepted");
    return startNew(...start);
  };
  expect((await arrive(app, wire("a"))).kind).toBe("conflict");
  expect((await app.records.publications({ requestId: "a" })).rows).toEqual([]);
  expect((await app.records.publications({ requestId: "b" })).rows).toHaveLength(1);
});

test("two starters at the same moment start exactly one run", async () => {
  const app = createFakeFunctionApp();
  const admissions = await Promise.all([
    arrive(app, wire("a")),
    arrive(app, wire("a")),
    arrive(app, wire("b")),
    arrive(app, wire("c", OTHER)),
  ]);
  expect(app.durable.started).toHaveLength(1);
  const runIds = admissions.flatMap((found) => ("runId" in found ? [found.runId] : []));
  expect(new Set(runIds).size).toBe(1);
  expect(admissions.map((found) => found.kind).filter((kind) => kind === "conflict")).toHaveLength(
    1,
  );
});

test("a crash between reservation and start goes on with the same run", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(arrive(app, wire("a"))).rejects.toThrow("startNew is away");
  app.away.clear();
  expect(await arrive(app, wire("a"))).toMatchObject({ kind: "accepted", runId: "run-1" });
  expect(app.durable.started).toMatchObject([{ input: { runId: "run-1" } }]);
});

test("the same content by another sender starts a run that was reserved and never started", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(arrive(app, wire("a"), { trigger: "http" })).rejects.toThrow();
  app.away.clear();
  // This delivery is completed when it is told "joined", so the run must be going by then.
  expect(await arrive(app, wire("b"))).toMatchObject({
    kind: "joined",
    runId: "run-1",
    requestId: "b",
  });
  expect(app.durable.started).toMatchObject([{ input: { runId: "run-1", requestId: "a" } }]);
});

test("an abandoned reservation holds its version for a minute, then it is taken over", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(arrive(app, wire("a"))).rejects.toThrow();
  app.away.clear();
  app.pass(59_999);
  expect((await arrive(app, wire("b", OTHER))).kind).toBe("conflict");
  app.pass(1);
  const taken = await arrive(app, wire("c", OTHER));
  expect(taken).toMatchObject({ kind: "accepted", requestId: "c" });
  expect(app.durable.started).toHaveLength(1);
});

test("a starter that was taken for dead and wakes up isn't mistaken for its successor", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  const { row, etag } = (await app.records.publication(ID)) ?? {};
  if (row === undefined) throw new Error("nothing was reserved");
  // Somebody took the row over just before the first starter's run began after all.
  await app.records.reserve({ ...row, runId: "run-9", requestId: "z", fingerprint: "f" }, etag);
  expect(await arrive(app, wire("b"))).toMatchObject({ kind: "joined", runId: "run-1" });
});

test("a run that ended without a record doesn't hold its version", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  app.durable.end(ID, OrchestrationRuntimeStatus.Failed);
  app.pass(60_000);
  expect(await arrive(app, wire("b", OTHER))).toMatchObject({ kind: "accepted" });
});

/** The run of "a" comes to nothing; another request takes the version over, and publishes it. */
async function overtaken(app: FakeFunctionApp): Promise<void> {
  app.pass(60_000);
  const { runId = "" } = (await arrive(app, wire("b", OTHER))) as { runId?: string };
  await finish(app, runId, "b");
}

test("a request whose run was lost without a record, and overtaken, has that run for its answer", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, wire("a"));
  await app.documents.write(documentPaths.inspected(ID, "run-1"), {});
  app.durable.end(ID, OrchestrationRuntimeStatus.Failed);
  await overtaken(app);
  expect(await arrive(app, wire("a"))).toEqual({
    kind: "joined",
    publicationId: ID,
    runId: "run-1",
    requestId: "a",
    state: "accepted",
  });
  expect(app.durable.started).toHaveLength(2);
  expect((await app.records.publication(ID))?.row).toMatchObject({ requestId: "b" });
});

test("a request whose run never began before it was overtaken gets one, and isn't lost", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(arrive(app, wire("a"))).rejects.toThrow();
  app.away.clear();
  await overtaken(app);
  expect(await arrive(app, wire("a"))).toMatchObject({ kind: "accepted", requestId: "a" });
  expect(app.durable.started).toHaveLength(2);
});

test.each(["documents", "publications", "runs", "requests", "getStatus", "startNew"] as const)(
  "while %s can't be reached the delivery is thrown back, and the next one starts the run",
  async (outside) => {
    const app = createFakeFunctionApp();
    app.away.add(outside);
    await expect(arrive(app, wire("a"))).rejects.toThrow(`${outside} is away`);
    app.away.clear();
    expect(await arrive(app, wire("a"))).toMatchObject({ kind: "accepted" });
    expect(app.durable.started).toHaveLength(1);
  },
);

test("a version that changes hands without end is thrown back", async () => {
  const app = createFakeFunctionApp();
  app.records.tables.publications.insert = async () => false;
  await expect(arrive(app, wire("a"))).rejects.toThrow("changed hands 20 times");
});
