import type { PublicationRow, RunRow } from "../../../src/domain/run/records";
import { createFakeRecords } from "../../support/fake-records";

const row = (change: Partial<PublicationRow> = {}): PublicationRow => ({
  id: "p-1",
  imageId: "/image",
  location: "westus",
  state: "accepted",
  runId: "run-1",
  requestId: "r-1",
  fingerprint: "f00",
  trigger: "queue",
  startedAt: "2026-11-24T12:00:00.000Z",
  updatedAt: "2026-11-24T12:00:00.000Z",
  ...change,
});
const ended: RunRow = {
  runId: "run-1",
  requestId: "r-1",
  fingerprint: "f00",
  trigger: "queue",
  state: "published",
  startedAt: "2026-11-24T12:00:00.000Z",
  endedAt: "2026-11-24T13:00:00.000Z",
};
const finish = { ...ended, publicationId: "p-1", updatedAt: "2026-11-24T13:00:00.000Z" };

test("a version is reserved once: the second to come is told so", async () => {
  const records = createFakeRecords();
  expect(await records.reserve(row(), undefined)).toBe(true);
  expect(await records.reserve(row({ runId: "run-2" }), undefined)).toBe(false);
  expect((await records.publication("p-1"))?.row.runId).toBe("run-1");
});

test("a reservation is taken over only by whoever read it last", async () => {
  const records = createFakeRecords();
  await records.reserve(row(), undefined);
  const { etag } = (await records.publication("p-1")) ?? { etag: "" };
  expect(await records.reserve(row({ runId: "run-2" }), etag)).toBe(true);
  expect(await records.reserve(row({ runId: "run-3" }), etag)).toBe(false);
  expect((await records.publication("p-1"))?.row.runId).toBe("run-2");
});

test("the end of a run is written to the run and to its publication", async () => {
  const records = createFakeRecords();
  await records.reserve(row(), undefined);
  await records.finish(finish);
  await records.finish(finish);
  expect(await records.runs("p-1")).toEqual([ended]);
  expect((await records.publication("p-1"))?.row).toEqual(
    row({
      state: "published",
      endedAt: "2026-11-24T13:00:00.000Z",
      updatedAt: "2026-11-24T13:00:00.000Z",
    }),
  );
});

test("the end of a run leaves a publication alone that a later run has taken over", async () => {
  const records = createFakeRecords();
  await records.reserve(row({ runId: "run-2" }), undefined);
  await records.finish(finish);
  expect(await records.runs("p-1")).toEqual([ended]);
  expect((await records.publication("p-1"))?.row).toEqual(row({ runId: "run-2" }));
});

test("the end of a run is written though somebody changed the row in between", async () => {
  const records = createFakeRecords();
  await records.reserve(row(), undefined);
  const table = records.tables.publications;
  const replace = table.replace.bind(table);
  let races = 2;
  table.replace = async (...change) => (races-- > 0 ? false : replace(...change));
  await records.finish(finish);
  expect((await records.publication("p-1"))?.row.state).toBe("published");
});

test("who sees by its request that a run has ended finds its publication ended, too", async () => {
  const records = createFakeRecords();
  await records.noteRequest({ requestId: ended.requestId, publicationId: "p-1" });
  await records.reserve(row(), undefined);
  const { publications } = records.tables;
  const replace = publications.replace.bind(publications);
  publications.replace = async (...change) => {
    const [seen] = (await records.publications({ requestId: ended.requestId })).rows;
    expect(seen?.endedAt).toBeUndefined();
    return replace(...change);
  };
  await records.finish(finish);
  const [seen] = (await records.publications({ requestId: ended.requestId })).rows;
  expect(seen?.endedAt).toBe(ended.endedAt);
});

test("publications are found by any request that asked for them and by state, whatever a request id holds", async () => {
  const records = createFakeRecords();
  const requestId = "it's nightly / #1";
  await records.noteRequest({ requestId, publicationId: "p-1" });
  await records.reserve(row({ requestId: "a later one" }), undefined);
  await records.reserve(row({ id: "p-2", state: "failed" }), undefined);
  const ids = async (filter: Parameters<typeof records.publications>[0]) =>
    (await records.publications(filter)).rows.map(({ id }) => id);
  expect(await ids({})).toEqual(["p-1", "p-2"]);
  expect(await ids({ requestId })).toEqual(["p-1"]);
  expect(await ids({ state: "failed" })).toEqual(["p-2"]);
  expect(await ids({ requestId, state: "failed" })).toEqual([]);
});

test("a request's state is that of its own run, also after a later request has run", async () => {
  const records = createFakeRecords();
  await records.noteRequest({ requestId: "first", publicationId: "p-1" });
  await records.reserve(row({ requestId: "second", runId: "run-2", state: "rejected" }), undefined);
  await records.putRun("p-1", {
    runId: "run-1",
    requestId: "first",
    fingerprint: "f",
    trigger: "queue",
    state: "published",
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: "2026-11-24T12:10:00.000Z",
  });
  const [found] = (await records.publications({ requestId: "first" })).rows;
  expect(found).toMatchObject({ id: "p-1", runId: "run-1", state: "published" });
});

test("the end of a run whose row is gone is written anew", async () => {
  const records = createFakeRecords();
  await records.finish({
    publicationId: "p-1",
    runId: "run-1",
    requestId: "first",
    fingerprint: "f",
    trigger: "queue",
    state: "published",
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: "2026-11-24T12:10:00.000Z",
    updatedAt: "2026-11-24T12:10:00.000Z",
    imageId: "image",
    location: "westus",
  });
  expect((await records.publication("p-1"))?.row).toMatchObject({ id: "p-1", state: "published" });
});
