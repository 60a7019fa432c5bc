import { announceTransition } from "../../../src/activities/announce-transition";
import type { ActivityDependencies, RunRef } from "../../../src/activities/dependencies";
import { inspectLostRun } from "../../../src/activities/inspect-lost-run";
import { recordFailure } from "../../../src/activities/record-failure";
import type { PublishRequest } from "../../../src/domain/request/publish-request";
import type { RunRow } from "../../../src/domain/run/records";
import { RECONCILE } from "../../../src/domain/run/ended-run";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { fingerprint, imageVersionId, publicationId } from "../../../src/domain/run/identity";
import { admit, type Admission } from "../../../src/functions/admit";
import { startPromotion } from "../../../src/functions/promote-publication";
import { takeNumberAgain } from "../../../src/functions/take-number-again";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import type { PublishInput } from "../../../src/orchestrators/publish-image-version";
import { createFakeFunctionApp, type FakeFunctionApp } from "../../support/fake-function-app";
import { Interleaving } from "../../support/interleaving";
import { randomFrom } from "../../support/random-from";
import { accepted, imageBy, managedImageExample } from "../../support/request-factory";

const A = managedImageExample({ requestId: "a" });
const B = managedImageExample({ requestId: "b", replicaCount: 3 });
const ID = publicationId(accepted(A).image);
/** It gets the number 1.0.1 where there is 1.0.0. */
const NUMBERED = managedImageExample({ requestId: "a", image: imageBy("nextPatch") });
const NAMED = { ...B, image: { ...(B["image"] as object), version: "1.0.1" } };

/** What is known of a run that went on, once it was begun. */
interface Worked {
  publicationId: string;
  runId: string;
  requestId: string;
}

/** A world in which whoever starts a run plays it, too: its first activity, and if it goes on its record. */
function createWorld() {
  const app = createFakeFunctionApp();
  const { client, started } = app.durable;
  const clock = { pass: async (ms: number) => app.pass(ms) };
  const engine = { end: async (id: string) => app.durable.end(id) };
  const worked: Worked[] = [];
  const begin = announceTransition(app.dependencies as unknown as ActivityDependencies);
  const play = async ({ accepted: facts, trigger, ...run }: PublishInput): Promise<void> => {
    const { startedAt, ...about } = facts;
    const data = { trigger, ...about };
    const told = await begin({ ...run, state: "accepted", time: startedAt, data });
    if (told.kind === "announced") {
      worked.push(run);
      const endedAt = app.dependencies.now().toISOString();
      const end = { trigger, startedAt, endedAt, updatedAt: endedAt, state: "published" } as const;
      await app.records.finish({ ...run, ...end });
    }
    await engine.end(run.publicationId);
  };
  /** A delivery of a request, and the run that it starts. */
  const deliver = async (
    raw: unknown,
    afterMs = 0,
    dependencies = app.dependencies,
  ): Promise<Admission> => {
    if (afterMs > 0) await clock.pass(afterMs);
    const before = client.startNew.bind(client);
    const own: PublishInput[] = [];
    const mine = Object.create(client) as typeof client;
    mine.startNew = async (...parameters) => {
      const id = await before(...parameters);
      own.push(started.at(-1)?.input as PublishInput);
      return id;
    };
    const arrival = { raw, trigger: "queue", fallbackRequestId: "m" } as const;
    const admission = await admit(dependencies, mine, arrival);
    for (const run of own) await play(run);
    return admission;
  };
  const interleaving = new Interleaving();
  for (const table of Object.values(app.records.tables))
    interleaving.gate(table, ["get", "insert", "replace", "upsert", "remove", "list"]);
  interleaving.gate(app.numbers.table, ["get", "changeTogether", "list"]);
  interleaving.gate(client, ["getStatus", "startNew"]);
  interleaving.gate(engine, ["end"]);
  interleaving.gate(clock, ["pass"]);
  return { app, begin, deliver, interleaving, worked };
}

type Actor = 0 | 1 | 2;

type TurnOf = (step: number, hasEnded: (actor: number) => boolean) => Actor;

/** The actors one after another, each for so many steps; those that are left, to their ends. For one play. */
function phases(...parts: [Actor, number][]): TurnOf {
  let begunAt = 0;
  return (step, hasEnded) => {
    for (let [part] = parts; part !== undefined; [part] = parts) {
      const [actor, steps] = part;
      if (step - begunAt < steps && !hasEnded(actor)) return actor;
      parts.shift();
      begunAt = step;
    }
    return 0;
  };
}
const ALL = 1_000;
/** As many steps as a delivery makes that finds nothing, to its start. */
const BEFORE_START = 7;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const randomly = (seed: number) => {
  const below = randomFrom(seed + 1);
  return (): Actor => below(3) as Actor;
};

/** The first delivery of `a` stands still; `b` takes the version over; `a` is delivered once more. */
const ORDERS: [string, TurnOf[]][] = [
  [
    "and wakes when the others' runs have ended",
    upTo(14).map((first) => phases([0, first], [1, ALL], [2, ALL])),
  ],
  [
    "and wakes while another one takes over",
    upTo(14).flatMap((first) =>
      upTo(7).map((second) => phases([0, first], [1, 3 * second], [0, ALL], [1, ALL])),
    ),
  ],
  [
    "and wakes while it is delivered again",
    upTo(14).flatMap((first) =>
      upTo(7).map((second) => phases([0, first], [1, ALL], [2, 3 * second], [0, ALL], [2, ALL])),
    ),
  ],
  [
    "and begins its run while another one takes over",
    upTo(7).flatMap((first) =>
      upTo(6).flatMap((second) =>
        upTo(5).map((third) =>
          phases([0, BEFORE_START], [1, 1 + first], [0, second], [1, third], [0, 3], [1, ALL]),
        ),
      ),
    ),
  ],
  [
    "and wakes when it was delivered again while the other one goes on",
    upTo(9).flatMap((first) =>
      upTo(24).map((second) => phases([0, first], [1, second], [2, ALL], [1, ALL], [0, ALL])),
    ),
  ],
  ["and all go on as it comes", upTo(60).map(randomly)],
];

/** Ids of the runs that `reconcile` would record as lost, whether they have a row of their own or only the version's. */
async function lostRuns({ dependencies, records }: FakeFunctionApp): Promise<string[]> {
  const imageVersions = { get: async () => undefined };
  const look = inspectLostRun({
    ...dependencies,
    imageVersions,
  } as unknown as ActivityDependencies);
  const open = [];
  for await (const run of records.openRuns()) open.push(run);
  open.push(...(await records.publications({ state: "accepted" })).rows);
  const lost: string[] = [];
  for (const { action, id: publicationId, ...run } of open) {
    const promotes = action === "promote" ? { action } : {};
    const { kind } = await look({ ...run, ...promotes, publicationId });
    if (kind !== "recorded") lost.push(run.runId);
  }
  return lost;
}

/** What the three deliveries come to, and what that has to be. */
async function outcome([a, b]: [unknown, unknown], turnOf: TurnOf) {
  const { app, deliver, interleaving, worked } = createWorld();
  app.inAzure.add("1.0.0");
  const { results } = await interleaving.run(
    [() => deliver(a), () => deliver(b, 60_000), () => deliver(a, 60_000)],
    turnOf,
  );
  const [first, other, again] = results.map(({ kind }) => kind);
  const runsOf = (requestId: string) => worked.filter((run) => run.requestId === requestId).length;
  const told = { a: [first, again], b: [other] };
  const { rows } = await app.records.publications({});
  const newest = rows.map(({ id }) => worked.findLast((run) => run.publicationId === id)?.runId);
  const runsOfTaken = (kinds: unknown[]) => (kinds.some((kind) => kind !== "conflict") ? 1 : 0);
  const byId = async (requestId: string) =>
    (await app.records.publications({ requestId })).rows.map(({ id, runId }) => [id, runId]);
  const publishedBy = (requestId: string) =>
    worked
      .filter((run) => run.requestId === requestId)
      .map((run) => [run.publicationId, run.runId]);
  return {
    found: {
      byId: [await byId("a"), await byId("b")],
      told,
      a: runsOf("a"),
      b: runsOf("b"),
      rows: rows.map(({ runId, state }) => [runId, state]),
      lost: await lostRuns(app),
    },
    due: {
      byId: [publishedBy("a"), publishedBy("b")],
      told,
      a: runsOfTaken(told.a),
      b: runsOfTaken(told.b),
      rows: newest.map((runId) => [runId, "published"]),
      lost: [],
    },
  };
}

test.each(ORDERS)(
  "a delivery that is overtaken before its start, %s: each request has one run that works and is found by its id, or is refused, and none is taken for lost",
  async (_, orders) => {
    for (const [order, turnOf] of orders.entries()) {
      const { found, due } = await outcome([A, B], turnOf);
      expect({ order, ...found }).toEqual({ order, ...due });
    }
  },
);

test("a delivery whose request was given another number while it stood still before its start begins no second run", async () => {
  const orders = upTo(20).flatMap((first) =>
    upTo(3).map((second) => phases([0, first], [1, 10 + second], [2, ALL], [1, ALL], [0, ALL])),
  );
  for (const [order, turnOf] of orders.entries()) {
    const { found, due } = await outcome([NUMBERED, NAMED], turnOf);
    expect({ order, ...found }).toEqual({ order, ...due });
  }
});

test("a delivery whose request was passed on by one that died before it came to a run has its number again, and one run", async () => {
  const orders = upTo(20).flatMap((first) =>
    upTo(6).map((second) => phases([0, first], [1, 8 + second], [2, ALL], [1, ALL], [0, ALL])),
  );
  for (const [order, turnOf] of orders.entries()) {
    const { app, deliver, interleaving, worked } = createWorld();
    app.inAzure.add("1.0.0");
    const { documents } = app.dependencies;
    // The request with its second number is the first that is written of it.
    const write: typeof documents.write = async (path, document) => {
      const { version } = (document as { image?: { version?: string } }).image ?? {};
      if (version === "1.0.2") throw new Error("killed");
      return documents.write(path, document);
    };
    const dying = { ...app.dependencies, documents: { ...documents, write } };
    const { results } = await interleaving.run<Admission | undefined>(
      [
        () => deliver(NUMBERED),
        () => deliver(NAMED, 60_000),
        () => deliver(NUMBERED, 0, dying).catch(() => undefined),
      ],
      turnOf,
    );
    const byA = async () => ({
      worked: worked.filter(({ requestId }) => requestId === "a").map(({ runId }) => runId),
      found: (await app.records.publications({ requestId: "a" })).rows.map(({ runId }) => runId),
    });
    const [told] = results.map((result) => result?.kind);
    const before = await byA();
    expect({ order, told, runs: before.worked.length }).toEqual({
      order,
      told: "accepted",
      runs: 1,
    });
    await deliver(NUMBERED);
    expect({ order, before, ...(await byA()) }).toEqual({
      order,
      before: { ...before, found: before.worked },
      ...before,
    });
    expect({ order, lost: await lostRuns(app) }).toEqual({ order, lost: [] });
  }
});

test("a delivery that takes an abandoned version over, and is passed on while that is mended, begins no second run", async () => {
  for (const first of upTo(22)) {
    const { app, deliver, interleaving, worked } = createWorld();
    app.inAzure.add("1.0.0");
    app.away.add("startNew");
    await expect(deliver(NAMED)).rejects.toThrow("startNew is away");
    app.away.clear();
    app.pass(600_000);
    const id = publicationId(accepted(NAMED).image);
    const mend = async () => {
      const { client } = app.durable;
      const input = { runId: "mender", requestId: RECONCILE, fingerprint: RECONCILE };
      const begun = { instanceId: id, input: { ...input, ended: { runId: "run-1" } } };
      const isBegun = await client.startNew(RECONCILE_PUBLICATION, begun).catch(() => undefined);
      await app.records.run(id, "run-1");
      if (isBegun !== undefined) app.durable.end(id);
    };
    const { results } = await interleaving.run<unknown>(
      [() => deliver(NUMBERED), mend, () => deliver(NUMBERED)],
      phases([0, first], [1, 1], [2, ALL], [1, ALL], [0, ALL]),
    );
    const ofA = worked.filter(({ requestId }) => requestId === "a");
    expect({ first, results, runs: ofA.length }).toEqual({ first, results, runs: 1 });
    const { rows } = await app.records.publications({ requestId: "a" });
    expect(rows.map(({ id, runId }) => [id, runId])).toEqual(
      ofA.map(({ publicationId, runId }) => [publicationId, runId]),
    );
    // That one was abandoned, and this mending doesn't record it.
    expect((await lostRuns(app)).filter((runId) => runId !== "run-1")).toEqual([]);
  }
});

test("a delivery that died before its start is taken for lost until its request has another run", async () => {
  const { app, deliver, worked } = createWorld();
  app.away.add("startNew");
  await expect(deliver(A)).rejects.toThrow("startNew is away");
  app.away.clear();
  expect(await deliver(B, 60_000)).toMatchObject({ kind: "accepted", runId: "run-2" });
  expect(await lostRuns(app)).toEqual(["run-1"]);
  expect(await deliver(A)).toMatchObject({ kind: "accepted", runId: "run-3" });
  expect(await lostRuns(app)).toEqual([]);
  expect(await app.records.runs(ID)).toMatchObject([{ runId: "run-2" }, { runId: "run-3" }]);
  expect(worked.map(({ requestId }) => requestId)).toEqual(["b", "a"]);
});

test("a delivery that meets a mending of the version at its start is refused, and leaves the rows as they were", async () => {
  const { app, deliver } = createWorld();
  await deliver(A);
  const rows = async () => [(await app.records.publication(ID))?.row, await app.records.runs(ID)];
  const before = await rows();
  const { client } = app.durable;
  const startNew = client.startNew.bind(client);
  client.startNew = async (...parameters) => {
    client.startNew = startNew;
    const mending = { runId: "mender", requestId: RECONCILE, fingerprint: RECONCILE };
    await startNew(RECONCILE_PUBLICATION, { instanceId: ID, input: mending });
    return startNew(...parameters);
  };
  expect(await deliver(B)).toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("is being mended") as unknown,
  });
  expect(await rows()).toEqual(before);
});

test.each([
  ["was withdrawn before it begins late", false],
  ["is being withdrawn when it begins late", true],
])(
  "a run whose row %s has its row, and the version's, again, and is found by its request's id",
  async (_, isThere) => {
    const { app, begin, deliver } = createWorld();
    const { documents, records } = app.dependencies;
    await deliver(B);
    const request = accepted(A);
    const run = { runId: "late", requestId: "a", fingerprint: fingerprint(request) };
    const [time, trigger] = ["2026-11-24T12:00:00.000Z", "queue" as const];
    await documents.write(documentPaths.request(ID, run.fingerprint), request);
    const row = { ...run, trigger, state: "accepted" as const, startedAt: time };
    if (isThere) await records.beginRun(ID, row);
    const data = { trigger, imageId: imageVersionId(request.image) };
    await records.withdraw({ id: ID, runId: "late" }, "leave", async () => {
      const told = await begin({ ...run, publicationId: ID, state: "accepted", time, data });
      expect(told).toEqual({ kind: "announced" });
      return true;
    });
    expect((await records.publication(ID))?.row).toMatchObject({
      ...row,
      ...data,
      location: "westus",
    });
    expect(await records.run(ID, "late")).toEqual(row);
    const { rows } = await records.publications({ requestId: "a" });
    expect(rows.map(({ runId }) => runId)).toEqual(["late"]);
  },
);

/** A delivery that stands still right before its start, until it is let go. */
async function standing({ dependencies, durable }: FakeFunctionApp, raw: unknown) {
  const client = Object.create(durable.client) as typeof durable.client;
  let goOn: () => void = () => undefined;
  const isLetGo = new Promise<void>((resolve) => (goOn = resolve));
  let pending: Promise<Admission> | undefined;
  await new Promise<void>((standsStill) => {
    client.startNew = async (...parameters) => {
      standsStill();
      await isLetGo;
      return durable.client.startNew(...parameters);
    };
    pending = admit(dependencies, client, { raw, trigger: "queue", fallbackRequestId: "m" });
  });
  return async (): Promise<Admission | undefined> => {
    goOn();
    return pending;
  };
}

/** The first activity of the run that was started last, and that run. */
async function beginLast({ dependencies, durable }: FakeFunctionApp) {
  const { accepted: facts, trigger, ...run } = durable.started.at(-1)?.input as PublishInput;
  const { startedAt, ...about } = facts;
  const data = { trigger, ...about };
  const begin = announceTransition(dependencies as unknown as ActivityDependencies);
  const told = await begin({ ...run, state: "accepted", time: startedAt, data });
  return { run: { ...run, trigger, startedAt }, told };
}

/** Records its end as `reconcile`, or the run itself, would. */
async function recordRejected({ dependencies }: FakeFunctionApp, run: RunRef): Promise<void> {
  const endedAt = dependencies.now().toISOString();
  const nothing = { problems: [], regions: [], undone: [], written: false };
  const about = { trigger: "queue", startedAt: endedAt, endedAt, state: "rejected" } as const;
  const record = recordFailure(dependencies as unknown as ActivityDependencies);
  await record({ ...run, ...about, ...nothing });
}

const endedAs = (state: string): unknown => ({
  kind: "endedBefore",
  result: expect.objectContaining({ state }) as unknown,
});

test("a run whose request's lost run was recorded while its delivery stood still does nothing, and the version's row says what it said", async () => {
  const { app, deliver } = createWorld();
  app.away.add("startNew");
  await expect(deliver(A)).rejects.toThrow("startNew is away");
  app.away.clear();
  await deliver(B, 60_000);
  const before = (await app.records.publication(ID))?.row;
  const goOn = await standing(app, A);
  const lost = await app.records.run(ID, "run-1");
  await recordRejected(app, { ...(lost as RunRow), publicationId: ID });
  expect(await goOn()).toMatchObject({ kind: "accepted", runId: "run-3" });
  expect((await beginLast(app)).told).toEqual(endedAs("superseded"));
  app.durable.end(ID);
  expect((await app.records.publication(ID))?.row).toMatchObject({
    runId: before?.runId,
    state: "published",
  });
  expect((await app.records.publications({ requestId: "a" })).rows).toMatchObject([
    { runId: "run-1", state: "rejected" },
  ]);
  expect(await lostRuns(app)).toEqual([]);
});

test("a run whose end stands in the version's row alone isn't begun again", async () => {
  const { app } = createWorld();
  const goOn = await standing(app, A);
  const arrival = { raw: A, trigger: "queue", fallbackRequestId: "m" } as const;
  await admit(app.dependencies, app.durable.client, arrival);
  const { run, told } = await beginLast(app);
  expect(told).toEqual({ kind: "announced" });
  app.away.add("runs");
  await expect(recordRejected(app, run)).rejects.toThrow("runs is away");
  app.away.clear();
  app.durable.end(ID);
  expect(await goOn()).toMatchObject({ kind: "accepted", runId: "run-1" });
  expect((await beginLast(app)).told).toEqual(endedAs("rejected"));
});

test("a run whose number came into others' hands before it begins is found by its request's id, and doesn't go on", async () => {
  const { app } = createWorld();
  app.inAzure.add("1.0.0");
  const goOn = await standing(app, NUMBERED);
  const { image } = accepted(NAMED);
  const id = publicationId(image);
  const given = await app.numbers.of(image, "a");
  if (given === undefined) throw new Error("a has no number");
  const theirs = { ...given.value, state: "reserved" as const };
  await app.numbers.reserve(image, { ...theirs, version: "1.0.2" }, given);
  await app.numbers.reserve(image, { ...theirs, requestId: "c" }, undefined);
  await goOn();
  await expect(beginLast(app)).rejects.toThrow(
    `the number of ${imageVersionId(image)} isn't kept for request "a"`,
  );
  expect((await app.records.publications({ requestId: "a" })).rows).toMatchObject([
    { id, runId: "run-1", state: "accepted" },
  ]);
});

test("a delivery that puts a version's row there beside a run that goes on takes it away again", async () => {
  const { app } = createWorld();
  const arrival = { trigger: "queue", fallbackRequestId: "m" } as const;
  await admit(app.dependencies, app.durable.client, { ...arrival, raw: A });
  const { run } = await beginLast(app);
  await app.records.tables.publications.remove("publication", ID);
  const refused = admit(app.dependencies, app.durable.client, { ...arrival, raw: B });
  await expect(refused).rejects.toThrow("changed hands");
  expect(await app.records.publication(ID)).toBeUndefined();
  expect(await app.records.runs(ID)).toMatchObject([{ runId: run.runId }]);
});

test("a lost run that had begun isn't begun again after one that did nothing in the version's instance", async () => {
  const { app, deliver } = createWorld();
  const goOn = await standing(app, A);
  await deliver(B, 60_000);
  const arrival = { raw: A, trigger: "queue", fallbackRequestId: "m" } as const;
  await admit(app.dependencies, app.durable.client, arrival);
  expect(await beginLast(app)).toMatchObject({ run: { runId: "run-3" } });
  await app.documents.write(documentPaths.inspected(ID, "run-3"), {});
  app.durable.end(ID);
  await goOn();
  expect((await beginLast(app)).told).toEqual(endedAs("superseded"));
  app.durable.end(ID);
  const starts = app.durable.started.length;
  expect(await deliver(A)).toMatchObject({ kind: "joined", runId: "run-3" });
  expect(app.durable.started).toHaveLength(starts);
});

test("a delivery that stood still before its start takes no number back that is kept for a redrive by now", async () => {
  const { app } = createWorld();
  app.inAzure.add("1.0.0");
  const { image } = accepted(NAMED);
  const first = publicationId(image);
  let goOn: () => void = () => undefined;
  const waking = new Promise<void>((done) => (goOn = done));
  const { numbers: real } = app.dependencies;
  let began: () => void = () => undefined;
  const standing = new Promise<void>((done) => (began = done));
  const numbers: typeof real = {
    ...real,
    started: async (...of) => {
      const mayBegin = await real.started(...of);
      began();
      await waking;
      return mayBegin;
    },
  };
  const arrival = { raw: NUMBERED, trigger: "queue", fallbackRequestId: "m" } as const;
  const stood = admit({ ...app.dependencies, numbers }, app.durable.client, arrival);
  await standing;
  app.pass(60_000);
  const other = { runId: "other", requestId: "other", fingerprint: "other" };
  await app.durable.client.startNew("other", { instanceId: first, input: other });
  await admit(app.dependencies, app.durable.client, arrival);
  app.durable.end(first);
  const { run } = await beginLast(app);
  await recordRejected(app, run);
  app.durable.end(run.publicationId);
  const request = await app.documents.read(
    documentPaths.request(run.publicationId, run.fingerprint),
  );
  await takeNumberAgain(app.dependencies, request as PublishRequest, "redrive-q");
  const kept = (await app.numbers.of(image, "a"))?.value;
  expect(kept).toMatchObject({ version: "1.0.2", state: "reserved", redrive: "redrive-q" });
  goOn();
  await stood;
  expect((await beginLast(app)).told).toEqual(endedAs("superseded"));
  expect((await app.numbers.of(image, "a"))?.value).toEqual(kept);
});

test("a promotion that died before its start isn't recorded as lost once the same redrive has promoted", async () => {
  const { app, deliver } = createWorld();
  await deliver(A);
  const by = { requestId: "redrive-x", redriveOf: "x", who: "Ada", why: "tried again" };
  const promote = () => startPromotion(app.dependencies, app.durable.client, accepted(A), by);
  app.away.add("startNew");
  await expect(promote()).rejects.toThrow("startNew is away");
  app.away.clear();
  await deliver(B, 60_000);
  expect(await lostRuns(app)).toEqual(["run-2"]);
  await promote();
  const { run } = await beginLast(app);
  const endedAt = app.dependencies.now().toISOString();
  const end = { trigger: "http", startedAt: endedAt, endedAt, updatedAt: endedAt } as const;
  await app.records.finish({ ...run, ...end, state: "promoted" });
  app.durable.end(ID);
  expect(await lostRuns(app)).toEqual([]);
});
