import { createHash } from "node:crypto";
import { createRecords } from "../../../src/azure/records";
import type { FailureRow, PublicationRow, RunRow } from "../../../src/domain/run/records";
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
const partitionOf = (requestId: string) => createHash("sha256").update(requestId).digest("hex");
const noteOfBefore = { requestId: "r-1", publicationId: "p-1" };
const asked = (requestId: string) => ({ requestId, publicationId: "p-1", fingerprint: "f00" });
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
  await records.noteRequest({ ...asked(ended.requestId), runId: "run-1" });
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
  await records.noteRequest({ ...asked(requestId), runId: "run-1" });
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
  await records.noteRequest({ ...asked("r-1"), runId: "run-1" });
  await records.noteRequest({ ...asked("joined"), runId: "run-1" });
  await records.tables.requests.upsert(partitionOf("r-1"), "p-1", noteOfBefore);
  await records.reserve(row({ requestId: "second", runId: "run-2", state: "rejected" }), undefined);
  await records.beginRun("p-1", ended);
  for (const requestId of ["r-1", "joined"])
    expect((await records.publications({ requestId })).rows).toMatchObject([
      { id: "p-1", runId: "run-1", state: "published" },
    ]);
});

test("a note of before runs were kept finds the run by the request that started it", async () => {
  const records = createFakeRecords();
  await records.tables.requests.upsert(partitionOf("r-1"), "p-1", noteOfBefore);
  await records.reserve(row({ requestId: "second", runId: "run-2" }), undefined);
  await records.beginRun("p-1", ended);
  const { rows } = await records.publications({ requestId: "r-1" });
  expect(rows).toMatchObject([{ runId: "run-1", state: "published" }]);
});

test("of a request id that was used for two contents each finds its own run, and the list shows the newest", async () => {
  const records = createFakeRecords();
  await records.reserve(row({ runId: "run-3" }), undefined);
  for (const [runId, fingerprint] of [
    ["run-1", "f00"],
    ["run-2", "f11"],
  ] as const) {
    await records.beginRun("p-1", { ...ended, runId, fingerprint, requestId: "another" });
    await records.noteRequest({ ...asked("r-1"), fingerprint, runId });
  }
  expect(await records.notedRequest(asked("r-1"))).toMatchObject({ runId: "run-1" });
  const { rows } = await records.publications({ requestId: "r-1" });
  expect(rows).toMatchObject([{ id: "p-1", runId: "run-2" }]);
});

test("a request that is forgotten isn't found, and one that was never noted can be forgotten", async () => {
  const records = createFakeRecords();
  await records.reserve(row(), undefined);
  await records.noteRequest({ ...asked("r-1"), runId: "run-1" });
  await records.forgetRequest({ ...asked("never noted"), runId: "run-1" });
  await records.forgetRequest({ ...asked("r-1"), runId: "run-1" });
  expect(await records.notedRequest(asked("r-1"))).toBeUndefined();
  expect((await records.publications({ requestId: "r-1" })).rows).toEqual([]);
});

test.each([
  ["is there: it may begin yet", true, "run-1"],
  ["is gone", false, undefined],
])("a refused delivery's request whose other run %s", async (_, isThere, noted) => {
  const records = createFakeRecords();
  if (isThere) await records.beginRun("p-1", { ...ended, state: "accepted" });
  await records.noteRequest({ ...asked("r-1"), runId: "run-1" });
  await records.forgetRequest({ ...asked("r-1"), runId: "run-2" });
  expect((await records.notedRequest(asked("r-1")))?.runId).toBe(noted);
});

test("a run that has ended isn't begun again, one that was only prepared is", async () => {
  const records = createFakeRecords();
  const begun: RunRow = { ...ended, state: "accepted" };
  expect([await records.beginRun("p-1", begun), await records.beginRun("p-1", begun)]).toEqual([
    true,
    true,
  ]);
  await records.finish(finish);
  expect(await records.beginRun("p-1", begun)).toBe(false);
  expect(await records.runs("p-1")).toEqual([ended]);
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

describe("a cancellation and the run's own way into latest exclude each other", () => {
  const AT = "2026-11-24T12:30:00.000Z";
  const ada = { who: "Ada", why: "wrong image", at: AT };
  const cancellation = { runId: "run-1", about: "cancel" as const, ...ada };

  it("what somebody has cancelled isn't claimed any more: the claim is told who it was", async () => {
    const records = createFakeRecords();
    expect(await records.signal("p-1", cancellation)).toBe(true);
    expect(await records.claimLatest("p-1", "run-1", AT)).toEqual({ kind: "cancelled", by: ada });
    await records.releaseLatest("p-1", "run-1");
    expect(await records.signals("p-1", "run-1")).toEqual({ cancel: ada, decisions: {} });
  });

  it("what is claimed can't be cancelled, nor does anybody read the claim as a cancellation", async () => {
    const records = createFakeRecords();
    expect(await records.claimLatest("p-1", "run-1", AT)).toEqual({ kind: "made" });
    expect(await records.signal("p-1", cancellation)).toBe(false);
    expect(await records.signals("p-1", "run-1")).toEqual({ decisions: {} });
    // A redo finds it, and another run's is another.
    expect(await records.claimLatest("p-1", "run-1", AT)).toEqual({ kind: "held" });
    expect(await records.claimLatest("p-1", "run-2", AT)).toEqual({ kind: "made" });
    expect(
      await records.signal("p-1", { ...cancellation, about: "wave-1", decision: "approve" }),
    ).toBe(true);
  });

  it("a claim that is taken back leaves the run to be cancelled again", async () => {
    const records = createFakeRecords();
    await records.claimLatest("p-1", "run-1", AT);
    await records.releaseLatest("p-1", "run-1");
    expect(await records.signal("p-1", cancellation)).toBe(true);
  });
});

test("nothing is missed behind a page's end: runs, what was said to them, open flags", async () => {
  const pages = createFakeRecords().tables;
  for (const table of Object.values(pages)) {
    const { list } = table;
    // Table storage may answer an empty page with more to come.
    table.list = (async (partition: string, options: { continuation?: string }) =>
      options.continuation === undefined
        ? { rows: [], continuation: "0" }
        : list(partition, { limit: 1, ...options })) as typeof list;
  }
  const records = createRecords(pages);
  const ids = ["run-1", "run-2", "run-3"];
  const failure = { recordedAt: "", kind: "run", state: "failed", summary: "", status: "open" };
  for (const runId of ids) {
    await records.beginRun("p-1", { ...ended, runId });
    const said = { decision: "approve", who: "Ada", why: "fine", at: "" } as const;
    await records.signal("p-1", {
      runId: "run-1",
      about: `wave-${ids.indexOf(runId) + 1}`,
      ...said,
    });
    await records.putFailure({ ...failure, id: runId, flagOpen: "true" } as FailureRow);
  }
  expect((await records.runs("p-1")).map(({ runId }) => runId)).toEqual(ids);
  expect(Object.keys((await records.signals("p-1", "run-1")).decisions)).toHaveLength(3);
  expect((await records.openFlags()).map(({ id }) => id)).toEqual(ids);
});

test("entries that have left something behind are those that are open and count it", async () => {
  const records = createFakeRecords();
  const failure = { recordedAt: "", kind: "run", state: "failed", summary: "" };
  const rows = [
    { id: "two", status: "open", leftOverCount: "2" },
    { id: "eleven", status: "open", leftOverCount: "11" },
    { id: "nothing", status: "open" },
    { id: "dismissed", status: "dismissed", leftOverCount: "2" },
    { id: "redriven", status: "redriven", leftOverCount: "2" },
  ];
  for (const row of rows) await records.putFailure({ ...failure, ...row } as FailureRow);
  const found = await records.openLeftOvers();
  expect(found.map(({ id }) => id).sort()).toEqual(["eleven", "two"]);
});
