import { InvocationContext, type Timer } from "@azure/functions";
import host from "../../../../host.json";
import type { FinalState } from "../../../../src/domain/run/outcome";
import { publicationId } from "../../../../src/domain/run/identity";
import { failureId } from "../../../../src/domain/run/records";
import type { ScheduleState } from "../../../../src/domain/schedule/state";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { invocation } from "../../../support/fake-function-app";
import {
  createFakeSchedules,
  DOCUMENT,
  TARGET,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The fake clock begins at 12:00:00 on 2026-11-24. */
const FIRST = "golden-20261124T120100Z";

const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());

async function minutes(app: FakeSchedules, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    app.pass(MINUTE);
    await tick(app);
  }
}

async function stateOf(app: FakeSchedules, id = "golden"): Promise<ScheduleState> {
  const found = await app.dependencies.states.get(id);
  if (found === undefined) throw new Error("nothing is known of it");
  return found.state;
}

/** A schedule that was seen, and fired a minute later. */
async function fired(change: object = {}): Promise<FakeSchedules> {
  const app = createFakeSchedules(wireSchedule({ ...change }));
  await tick(app);
  await minutes(app, 1);
  return app;
}

/** What the records have of a request's run. */
async function run(
  app: FakeSchedules,
  requestId: string,
  state: FinalState | "accepted",
  id = `p-${requestId}`,
) {
  const now = app.dependencies.now().toISOString();
  const row = {
    ...{ id, imageId: "/v", location: "westus", runId: `run-${requestId}` },
    ...{ requestId, fingerprint: "f", trigger: "queue" as const, state },
    ...{ startedAt: now, updatedAt: now },
    ...(state === "accepted" ? {} : { endedAt: now }),
  };
  const found = await app.records.publication(row.id);
  await app.records.reserve(row, found?.etag);
  const { id: publicationId, runId, fingerprint } = row;
  await app.records.noteRequest({ requestId, publicationId, fingerprint, runId });
  const { imageId: _imageId, location: _location, id: _id, updatedAt: _updatedAt, ...runRow } = row;
  await app.records.tables.runs.upsert(publicationId, runId, runRow);
}

const BUSY = {
  kind: "later" as const,
  fault: { code: "Http503", advice: "transient" as const, message: "no", action: "wait" },
};
const PROBLEM = { path: "$.source", code: "SourceNotUnique", message: "two", action: "x" } as const;

/** A source that this version is made from. */
const FROM_IT: FakeSchedules["found"]["now"] = {
  ...{ kind: "found" as const, source: {}, fingerprint: "x" },
  versions: [{ name: "1.0.3", isFailed: false }],
};

/** The run of that version, as the records have it. */
async function runOfIt(app: FakeSchedules, state: FinalState | "accepted"): Promise<void> {
  const version = "1.0.3";
  await run(app, "of-it", state, publicationId({ ...TARGET, version }));
}

const ids = (app: FakeSchedules): string[] => app.messages.map(({ messageId }) => messageId);

describe("a schedule that is due", () => {
  it("drops its request on the queue once: with an id of its occurrence, the source and its fingerprint", async () => {
    const app = await fired();
    await tick(app);
    expect(app.messages).toEqual([
      {
        messageId: FIRST,
        request: expect.objectContaining({
          requestId: FIRST,
          image: expect.objectContaining({ definition: "MyImage" }) as unknown,
          source: { managedImage: "/an/image" },
          sourceFingerprint: "first",
        }) as unknown,
      },
    ]);
    expect((await stateOf(app)).decisions).toMatchObject([{ what: "fired", requestId: FIRST }]);
  });

  it("is told to programs: that it has fired, was skipped, or found no source", async () => {
    const app = await fired();
    app.found.now = { kind: "finding", problem: { ...PROBLEM } };
    await run(app, FIRST, "published");
    await minutes(app, 1);
    app.found.now = { ...FROM_IT };
    await minutes(app, 1);
    const lines = app.lines.map((line) => ({ ...line, time: undefined }));
    expect(lines).toEqual([
      {
        ...{ event: "scheduleFired", scheduleId: "golden", requestId: FIRST },
        due: "2026-11-24T12:01:00.000Z",
      },
      {
        ...{ event: "scheduleNotFired", scheduleId: "golden", code: PROBLEM.code },
        due: "2026-11-24T12:02:00.000Z",
      },
      {
        ...{ event: "scheduleSkipped", scheduleId: "golden", due: "2026-11-24T12:03:00.000Z" },
        why: expect.stringContaining("1.0.3") as string,
      },
    ]);
  });

  it("isn't when it is seen for the first time, whatever it would have missed", async () => {
    const app = createFakeSchedules(wireSchedule());
    await tick(app);
    expect(app.messages).toEqual([]);
  });

  it("begins anew when its calendar was changed, also to one that would have been due meanwhile", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 15 * * *" }));
    await tick(app);
    app.pass(2 * HOUR);
    const schedules = [wireSchedule({ cron: "0 13 * * *" })];
    app.documents.stored.set("schedules.json", { schedules });
    await minutes(app, 3);
    expect(app.messages).toEqual([]);
    app.pass(23 * HOUR);
    await tick(app);
    expect(ids(app)).toEqual(["golden-20261125T130000Z"]);
  });

  it("is made up for once, by the latest occurrence, after the host was down", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *" }));
    await tick(app);
    app.pass(50 * HOUR + 20 * MINUTE);
    await minutes(app, 5);
    expect(ids(app)).toEqual(["golden-20261126T140000Z"]);
  });

  it("isn't made up for where catchUp is false", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *", catchUp: false }));
    await tick(app);
    app.pass(50 * HOUR + 20 * MINUTE);
    await minutes(app, 5);
    expect(app.messages).toEqual([]);
    expect((await stateOf(app)).decisions).toMatchObject([
      { what: "skipped", why: expect.stringContaining("missed") as string },
    ]);
    app.pass(34 * MINUTE);
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261126T150000Z"]);
  });

  it.each<[string, (app: FakeSchedules) => void]>([
    ["doesn't answer", ({ found }) => void (found.now = BUSY)],
    [
      "refuses the sign-in",
      ({ dependencies }) => {
        dependencies.finding.find = () => Promise.reject(new Error("AADSTS"));
      },
    ],
  ])("isn't missed when Azure %s for long: somebody has looked in time", async (_what, away) => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *", catchUp: false }));
    const { now } = app.found;
    const find = app.dependencies.finding.find.bind(app.dependencies.finding);
    await tick(app);
    app.pass(HOUR);
    away(app);
    await tick(app);
    await minutes(app, 20);
    expect(app.messages).toEqual([]);
    app.found.now = now;
    app.dependencies.finding.find = find;
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });

  it("is missed when somebody has looked in time, and then nobody for more than five minutes", async () => {
    for (const [away, fires] of [
      [5, 1],
      [6, 0],
      [5 * 24 * 60, 0],
    ] as const) {
      const app = createFakeSchedules(wireSchedule({ cron: "0 13 * * TUE", catchUp: false }));
      const { now } = app.found;
      await tick(app);
      app.pass(HOUR);
      app.found.now = BUSY;
      await tick(app);
      await minutes(app, 10);
      app.found.now = now;
      app.pass(away * MINUTE);
      await tick(app);
      expect(ids(app)).toHaveLength(fires);
    }
  });

  it("is skipped while it is switched off by the document, and not made up for", async () => {
    const app = await fired({ enabled: false });
    await minutes(app, 3);
    expect(app.messages).toEqual([]);
    expect((await stateOf(app)).decisions).toMatchObject([{ what: "skipped", times: 4 }]);
    app.documents.stored.set("schedules.json", { schedules: [wireSchedule()] });
    await tick(app);
    expect(app.messages).toEqual([]);
    await minutes(app, 1);
    expect(app.messages).toHaveLength(1);
  });

  it("is skipped while its last run goes on, with the reason, and fired when that has ended", async () => {
    const app = await fired();
    await minutes(app, 2);
    await run(app, FIRST, "accepted");
    await minutes(app, 2);
    expect(app.messages).toHaveLength(1);
    expect((await stateOf(app)).decisions[0]).toMatchObject({
      what: "skipped",
      why: `its last run, ${FIRST}, hasn't ended`,
      times: 4,
    });
    await run(app, FIRST, "published");
    await minutes(app, 1);
    expect(app.messages).toHaveLength(2);
  });

  it("is skipped while the source is what a version is made from", async () => {
    const app = createFakeSchedules(wireSchedule());
    app.found.now = { ...FROM_IT };
    await tick(app);
    await minutes(app, 2);
    expect(app.messages).toEqual([]);
    expect((await stateOf(app)).decisions).toMatchObject([
      {
        what: "skipped",
        why: "the source hasn't changed: version 1.0.3 is made from it",
        times: 2,
      },
    ]);
  });

  it("says what newer source isn't complete, and is passed over", async () => {
    const app = createFakeSchedules(wireSchedule());
    app.found.now = { ...FROM_IT, passedOver: "set b lacks 5" };
    await tick(app);
    await minutes(app, 1);
    const why = "the source hasn't changed: version 1.0.3 is made from it; set b lacks 5";
    expect((await stateOf(app)).decisions).toMatchObject([{ what: "skipped", why }]);
  });

  it.each(["published", "promoted"] as const)(
    "is skipped when the run of the version of its source ended %s",
    async (state) => {
      const app = createFakeSchedules(wireSchedule());
      app.found.now = { ...FROM_IT };
      await runOfIt(app, state);
      await tick(app);
      await minutes(app, 1);
      expect(app.messages).toEqual([]);
      expect((await stateOf(app)).decisions[0]?.why).toContain("hasn't changed: version 1.0.3");
    },
  );

  it("is skipped while somebody's run publishes the source", async () => {
    const app = createFakeSchedules(wireSchedule());
    app.found.now = { ...FROM_IT };
    await runOfIt(app, "accepted");
    await tick(app);
    await minutes(app, 1);
    expect(app.messages).toEqual([]);
    expect((await stateOf(app)).decisions[0]).toMatchObject({
      what: "skipped",
      why: "the source is being published as 1.0.3 by of-it",
    });
  });

  it.each(["partlyPublished", "failed", "cancelled", "rejected"] as const)(
    "is fired again while the run of the version of its source has ended %s, until a redrive has published it",
    async (state) => {
      const app = createFakeSchedules(wireSchedule());
      app.found.now = { ...FROM_IT };
      await runOfIt(app, state);
      await tick(app);
      await minutes(app, 1);
      expect(ids(app)).toEqual([FIRST]);
      expect((await stateOf(app)).decisions[0]).toMatchObject({
        what: "fired",
        why: `version 1.0.3 was made from it, but its run ended ${state}`,
      });
      await run(app, FIRST, "cancelled");
      await runOfIt(app, "published");
      await minutes(app, 1);
      expect(app.messages).toHaveLength(1);
      expect((await stateOf(app)).decisions[0]).toMatchObject({ what: "skipped" });
    },
  );

  it("stays skipped when a later run of a version that was published ended badly", async () => {
    const app = createFakeSchedules(wireSchedule());
    app.found.now = { ...FROM_IT };
    await runOfIt(app, "published");
    await run(app, "later", "partlyPublished", publicationId({ ...TARGET, version: "1.0.3" }));
    await tick(app);
    await minutes(app, 1);
    expect(app.messages).toEqual([]);
  });

  it("is a finding where no source is the newest, and never a guess", async () => {
    const app = createFakeSchedules(wireSchedule());
    app.found.now = { kind: "finding", problem: PROBLEM };
    await tick(app);
    await minutes(app, 1);
    expect(app.messages).toEqual([]);
    expect(await stateOf(app)).toMatchObject({
      decisions: [{ what: "finding", why: "two" }],
      findings: [PROBLEM],
      failures: 0,
    });
    app.found.now = { kind: "found", source: {}, fingerprint: "one" };
    await minutes(app, 1);
    expect((await stateOf(app)).findings).toEqual([]);
    expect(app.messages).toHaveLength(1);
  });

  it("stays due while Azure doesn't answer, for the same occurrence", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *" }));
    await tick(app);
    const { now } = app.found;
    app.found.now = BUSY;
    app.pass(HOUR);
    await minutes(app, 2);
    expect(app.messages).toEqual([]);
    app.found.now = now;
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });

  it("runs although another one has a mistake, or fails", async () => {
    const app = createFakeSchedules(
      wireSchedule({ id: "broken", cron: "every monday" }),
      wireSchedule({ id: "failing" }),
      wireSchedule(),
    );
    const { states } = app.dependencies;
    const get = (id: string) => {
      if (id === "failing") throw new Error("no");
      return states.get(id);
    };
    Object.assign(app.dependencies, { states: { ...states, get } });
    await tick(app);
    await minutes(app, 1);
    expect(ids(app)).toEqual([FIRST]);
  });
});

describe("two schedules of one definition", () => {
  const both = (change: object = {}) =>
    createFakeSchedules(wireSchedule(), wireSchedule({ id: "also", ...change }));
  const whys = async (app: FakeSchedules) =>
    (await stateOf(app, "also")).decisions.map(({ what, why }) => [what, why]);

  it("that find the same source in the same minute publish it once", async () => {
    const app = both();
    await tick(app);
    await minutes(app, 1);
    expect(ids(app)).toEqual([FIRST]);
    expect(await whys(app)).toEqual([
      ["skipped", `schedule golden publishes this source, as ${FIRST}`],
    ]);
  });

  it("publish it again, one of them, when that run has ended badly", async () => {
    const app = both();
    await tick(app);
    await minutes(app, 1);
    await run(app, FIRST, "failed");
    await minutes(app, 1);
    expect(app.messages).toHaveLength(2);
  });

  it.each([
    ["are one in another case of its name", "MYIMAGE", 1],
    ["are two by another name", "Other", 2],
  ])("%s", async (_what, definition, requests) => {
    const app = both({ image: { ...TARGET, definition, location: "westus" } });
    await tick(app);
    await minutes(app, 1);
    expect(app.messages).toHaveLength(requests);
  });

  it("that find different sources publish both", async () => {
    const app = both();
    const find = async ({ id }: { id: string }) => ({
      ...{ kind: "found" as const, source: { managedImage: `/${id}` }, fingerprint: id },
    });
    Object.assign(app.dependencies, { finding: { find } });
    await tick(app);
    await minutes(app, 1);
    expect(app.messages).toHaveLength(2);
  });

  it("of which one was removed before its request was sent, and is put back: wait while that may be in the queue, and lose no occurrence by it", async () => {
    const app = both({ cron: "3 * * * *" });
    await tick(app);
    app.away.add("queue");
    await minutes(app, 1);
    app.away.clear();
    const [golden, also] = [wireSchedule(), wireSchedule({ id: "also", cron: "3 * * * *" })];
    app.documents.stored.set(DOCUMENT, { schedules: [also] });
    await minutes(app, 1);
    app.documents.stored.set(DOCUMENT, { schedules: [golden, also] });
    await minutes(app, 59);
    expect([ids(app), await whys(app)]).toEqual([[], []]);
    await minutes(app, 2);
    expect(app.messages).toHaveLength(1);
  });

  describe.each([
    ["removed", []],
    ["made invalid", [wireSchedule({ cron: "x" })]],
  ])("of which one was %s", (_what, rest) => {
    const also = wireSchedule({ id: "also", cron: "3 * * * *", catchUp: false });
    /** The first has fired: its request was sent, or not, or its host has died before that was noted. */
    async function left(sent: "sent" | "unnoted" | "unsent") {
      const app = both({ cron: "3 * * * *", catchUp: false });
      await tick(app);
      const { queue } = app.dependencies;
      const died = (): Promise<never> => Promise.reject(new Error("died"));
      if (sent === "unsent") app.dependencies.queue = { send: died };
      if (sent === "unnoted")
        app.dependencies.queue = { send: (...message) => queue.send(...message).then(died) };
      await minutes(app, 1);
      app.dependencies.queue = queue;
      app.documents.stored.set(DOCUMENT, { schedules: [...rest, also] });
      return app;
    }
    const LATER = "also-20261124T130300Z";

    it.each([
      ["was on its way", "sent", [FIRST]],
      ["was on its way, which nobody has noted", "unnoted", [FIRST]],
      ["wasn't sent", "unsent", []],
    ] as const)(
      "while its request %s: wait until nobody can have heard of that",
      async (_request, sent, before) => {
        const app = await left(sent);
        await minutes(app, 61);
        expect(ids(app)).toEqual(before);
        await minutes(app, 1);
        expect(ids(app)).toEqual([...before, LATER]);
      },
    );

    it("while the document can't be read for a moment: ask again in a minute", async () => {
      const app = await left("unsent");
      app.pass(MINUTE);
      const { documents } = app.dependencies;
      let reads = 0;
      const read = (path: string): Promise<unknown> =>
        path === DOCUMENT && ++reads > 1
          ? Promise.reject(new Error("storage is away"))
          : documents.read(path);
      app.dependencies.documents = { ...documents, read: read as typeof documents.read };
      await minutes(app, 1);
      expect(reads).toBe(2);
      expect(await whys(app)).toEqual([]);
    });

    it("and its run goes on: don't publish it again; nor wait when that has ended badly", async () => {
      const app = await left("sent");
      await run(app, FIRST, "accepted");
      await minutes(app, 2);
      expect(await whys(app)).toEqual([
        ["skipped", `schedule golden publishes this source, as ${FIRST}`],
      ]);
      await run(app, FIRST, "failed");
      await minutes(app, 60);
      expect(ids(app)).toEqual([FIRST, LATER]);
    });

    it("before its request was sent: take that back then, also when it is mended and runs again", async () => {
      const app = await left("unsent");
      await minutes(app, 62);
      expect(ids(app)).toEqual([LATER]);
      const { request, decisions } = await stateOf(app);
      expect(request).toBeUndefined();
      expect(decisions[0]?.why).toContain(
        `${FIRST} is withdrawn: nobody has heard of it within an hour`,
      );
      app.documents.stored.set(DOCUMENT, { schedules: [wireSchedule(), also] });
      await minutes(app, 3);
      expect(ids(app)).not.toContain(FIRST);
    });
  });
});

describe("what the document says", () => {
  const HOURLY = wireSchedule({ cron: "0 * * * *" });
  const write = (app: FakeSchedules, document: unknown) =>
    app.documents.stored.set(DOCUMENT, document);
  const told = (app: FakeSchedules) =>
    app.lines.splice(0).map((line) => ({ ...line, time: undefined, why: undefined }));
  /** The lines of one more minute. */
  const nextMinute = async (app: FakeSchedules) => {
    await minutes(app, 1);
    return told(app);
  };

  it("is told to programs every minute while it can't be read as a whole, and no longer when it is mended", async () => {
    const app = createFakeSchedules(HOURLY);
    const line = { event: "schedulesUnreadable", document: DOCUMENT, path: "$" };
    const documents = { ...app.dependencies.documents };
    Object.assign(app.dependencies.documents, { read: async () => JSON.parse("{") as unknown });
    const broken = [{ ...line, code: "NotJson" }];
    expect([await nextMinute(app), await nextMinute(app)]).toEqual([broken, broken]);
    Object.assign(app.dependencies.documents, {
      read: async () => {
        throw new Error("storage is away");
      },
    });
    expect(await nextMinute(app)).toEqual([{ ...line, code: "SchedulesUnreadable" }]);
    Object.assign(app.dependencies.documents, documents);
    expect(await nextMinute(app)).toEqual([]);
  });

  it("is told of each schedule with a mistake, by its name", async () => {
    const app = createFakeSchedules(wireSchedule({ id: "wrong", cron: "x" }), HOURLY);
    await tick(app);
    const where = { document: DOCUMENT, path: "$.schedules[0].cron", code: "InvalidCron" };
    expect(told(app)).toEqual([{ event: "schedulesUnreadable", scheduleId: "wrong", ...where }]);
  });

  it.each<[string, object, object]>([
    ["is of another version", { schemaVersion: 2 }, { path: "$.schemaVersion", code: "Invalid" }],
    ["has a member that isn't there", { on: 1 }, { path: "$.on", code: "UnknownMember" }],
  ])("stops every schedule while it %s, and is told once a minute", async (_what, whole, found) => {
    const app = createFakeSchedules(HOURLY);
    await tick(app);
    write(app, { ...whole, schedules: [HOURLY, wireSchedule({ id: "wrong", cron: "x" })] });
    app.pass(HOUR);
    const line = { event: "schedulesUnreadable", document: DOCUMENT };
    expect(await nextMinute(app)).toEqual([
      { ...line, ...found },
      { ...line, scheduleId: "wrong", path: "$.schedules[1].cron", code: "InvalidCron" },
    ]);
    expect(app.messages).toEqual([]);
    write(app, { schemaVersion: 1, schedules: [HOURLY] });
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });

  it("can't be missing where there were schedules; none at all is said by an empty list", async () => {
    const app = createFakeSchedules(HOURLY);
    const document = app.documents.stored.get(DOCUMENT);
    app.documents.stored.delete(DOCUMENT);
    expect(await nextMinute(app)).toEqual([]);
    write(app, document);
    expect(await nextMinute(app)).toEqual([]);
    app.documents.stored.delete(DOCUMENT);
    expect(await nextMinute(app)).toMatchObject([{ code: "SchedulesMissing" }]);
    write(app, { schedules: [] });
    expect(await nextMinute(app)).toEqual([]);
    app.documents.stored.delete(DOCUMENT);
    expect(await nextMinute(app)).toEqual([]);
  });

  it.each([
    ["was removed and put back begins anew: nothing is made up for", { schedules: [] }, []],
    [
      "couldn't be read meanwhile is made up for, once",
      { schedules: 5 },
      ["golden-20261124T160000Z"],
    ],
  ])("a schedule that %s", async (_what, meanwhile, fired) => {
    const app = createFakeSchedules(HOURLY);
    await tick(app);
    write(app, meanwhile);
    await minutes(app, 2);
    app.pass(4 * HOUR + 10 * MINUTE);
    write(app, { schedules: [HOURLY] });
    await minutes(app, 3);
    expect(ids(app)).toEqual(fired);
    for (const id of fired) await run(app, id, "published");
    app.pass(HOUR);
    await tick(app);
    expect(ids(app)).toContainEqual("golden-20261124T170000Z");
  });

  it("a schedule that was switched off stays so when it is removed and put back", async () => {
    const app = createFakeSchedules(HOURLY);
    await tick(app);
    const held = await app.dependencies.states.get("golden");
    const switchedOff = { who: "Ada", why: "later", at: app.dependencies.now().toISOString() };
    await app.dependencies.states.put({ ...(await stateOf(app)), switchedOff }, held?.etag);
    write(app, { schedules: [] });
    await minutes(app, 1);
    write(app, { schedules: [HOURLY] });
    app.pass(2 * HOUR);
    await minutes(app, 61);
    expect(app.messages).toEqual([]);
    expect(await stateOf(app)).toMatchObject({ switchedOff: { who: "Ada" } });
    expect(await stateOf(app)).not.toHaveProperty("removedAt");
  });
});

/** So many hosts tick at once; what they log. */
async function atOnce(app: FakeSchedules, hosts: number): Promise<string[]> {
  const lines: string[] = [];
  const logHandler = (_level: string, ...said: unknown[]) => lines.push(said.join(" "));
  const host = () => {
    const context = new InvocationContext({ functionName: "host", logHandler });
    return tickSchedules(app.dependencies)({} as Timer, context);
  };
  await Promise.all(Array.from({ length: hosts }, host));
  return lines;
}

describe("a clock that has gone ahead, and is put back", () => {
  const HOURLY = wireSchedule({ cron: "0 * * * *" });
  /** It is 12:00, and was 18:00 a moment ago. */
  const putBack = async (by: number): Promise<FakeSchedules> => {
    const app = createFakeSchedules(HOURLY);
    await tick(app);
    app.pass(6 * HOUR);
    await tick(app);
    await run(app, "golden-20261124T180000Z", "published");
    app.pass(-by);
    return app;
  };

  it("leaves no schedule silent until then: it is due again from now on, and says why", async () => {
    const app = await putBack(6 * HOUR);
    expect(await atOnce(app, 2)).toContainEqual(expect.stringContaining("a clock was wrong"));
    expect((await stateOf(app)).decisions[0]).toMatchObject({
      ...{ what: "skipped", decidedAt: "2026-11-24T12:00:00.000Z" },
      why: expect.stringMatching(/a clock was wrong: .*2026-11-24T18:00:00.000Z/) as string,
    });
    await minutes(app, 60);
    expect(ids(app)).toEqual(["golden-20261124T180000Z", "golden-20261124T130000Z"]);
    const why = (await stateOf(app)).decisions.filter(({ what }) => what === "skipped");
    expect(why).toHaveLength(1);
  });

  it("an occurrence that was fired isn't fired again, the next is", async () => {
    const app = await putBack(6 * HOUR);
    await tick(app);
    app.pass(6 * HOUR);
    await tick(app);
    expect((await stateOf(app)).decisions[0]).toMatchObject({
      ...{ what: "skipped", occurrence: "2026-11-24T18:00:00.000Z" },
      why: "it was fired before, as golden-20261124T180000Z",
    });
    app.pass(HOUR);
    await tick(app);
    expect(ids(app)).toEqual(["golden-20261124T180000Z", "golden-20261124T190000Z"]);
  });

  it("by as much as hosts' clocks differ changes nothing", async () => {
    const app = await putBack(5 * MINUTE);
    const { decisions } = await stateOf(app);
    await tick(app);
    expect((await stateOf(app)).decisions).toEqual(decisions);
    await minutes(app, 5);
    expect(ids(app)).toEqual(["golden-20261124T180000Z"]);
  });
});

describe("hosts and crashes", () => {
  it("two hosts that tick at once fire once", async () => {
    const app = createFakeSchedules(wireSchedule());
    await tick(app);
    app.pass(MINUTE);
    await Promise.all([tick(app), tick(app), tick(app)]);
    expect(new Set(ids(app))).toEqual(new Set([FIRST]));
    expect((await stateOf(app)).decisions).toHaveLength(1);
    await minutes(app, 1);
    expect(new Set(ids(app)).size).toBe(1);
  });

  it("of hosts that see the end of a run at once, the one that has written it says so", async () => {
    const app = await fired();
    await run(app, FIRST, "published");
    app.pass(MINUTE);
    const lines = await atOnce(app, 3);
    expect(lines.filter((line) => line.includes(`${FIRST} ended published`))).toHaveLength(1);
  });

  it("of hosts that want a build at once, the one that has written it says so", async () => {
    const name = "Microsoft.VirtualMachineImages/imageTemplates/golden";
    const imageTemplate = `/subscriptions/${TARGET.subscriptionId}/resourceGroups/g/providers/${name}`;
    const app = createFakeSchedules(wireSchedule({ imageTemplate }));
    await tick(app);
    app.pass(MINUTE);
    const lines = await atOnce(app, 3);
    expect(lines.filter((line) => line.includes("is run first"))).toHaveLength(1);
  });

  it("of two hosts that find different sources at once one decides, and only its message is sent", async () => {
    const app = createFakeSchedules(wireSchedule());
    await tick(app);
    app.pass(MINUTE);
    let looks = 0;
    const find = async () => {
      const image = `/image-${++looks}`;
      return { kind: "found" as const, source: { managedImage: image }, fingerprint: image };
    };
    Object.assign(app.dependencies, { finding: { find } });
    const lines = await atOnce(app, 2);
    expect([looks, lines.filter((line) => line.includes("fired as"))]).toEqual([
      2,
      [expect.stringContaining(FIRST)],
    ]);
    const sources = app.messages.map(({ request }) => JSON.stringify(request["source"]));
    expect(new Set(sources).size).toBe(1);
    const { request } = await stateOf(app);
    expect(app.documents.stored.get(request?.path ?? "")).toEqual(app.messages[0]?.request);
  });

  it.each([
    ["its decision is written", "states"],
    ["it is sent", "queue"],
  ] as const)("a host that dies before %s leaves it to the next minute", async (_when, step) => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *" }));
    await tick(app);
    app.pass(HOUR);
    app.away.add(step);
    await tick(app);
    expect(app.messages).toEqual([]);
    app.away.clear();
    await minutes(app, 3);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });

  it("one that dies before the sending is noted sends the same message again, and decides nothing anew", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *" }));
    await tick(app);
    app.pass(HOUR);
    const { queue } = app.dependencies;
    app.dependencies.queue = {
      send: async (...sent) => {
        await queue.send(...sent);
        app.away.add("states");
      },
    };
    await tick(app);
    app.dependencies.queue = queue;
    app.away.clear();
    // Another source meanwhile: what was decided stays.
    app.found.now = { kind: "found", source: { managedImage: "/other" }, fingerprint: "second" };
    await minutes(app, 2);
    expect(app.messages).toHaveLength(2);
    expect(app.messages[1]).toEqual(app.messages[0]);
    expect((await stateOf(app)).decisions).toHaveLength(1);
  });

  it("a request that nobody has heard of is sent again three times under its own id, then it counts as failed", async () => {
    const app = await fired({ maxConsecutiveFailures: 5 });
    await minutes(app, 15 * 4);
    expect(ids(app).slice(0, 4)).toEqual([FIRST, `${FIRST}~1`, `${FIRST}~2`, `${FIRST}~3`]);
    expect(app.messages.slice(0, 4).map(({ request }) => request["requestId"])).toEqual(
      Array(4).fill(FIRST),
    );
    expect(await stateOf(app)).toMatchObject({ failures: 1 });
    expect(app.messages[4]?.request["requestId"]).not.toBe(FIRST);
  });
});

describe("failures", () => {
  async function failing(app: FakeSchedules, state: FinalState): Promise<void> {
    const { request } = await stateOf(app);
    await run(app, request?.requestId ?? "", state);
    await minutes(app, 1);
  }

  it.each(["failed", "partlyPublished", "rejected", "cancelled"] as const)(
    "after so many runs in a row that ended %s a schedule is switched off, announced once",
    async (state) => {
      const app = await fired({ maxConsecutiveFailures: 2 });
      await failing(app, state);
      expect(app.announcer.events).toEqual([]);
      await failing(app, state);
      await minutes(app, 3);
      expect(app.messages).toHaveLength(2);
      expect(app.announcer.events).toMatchObject([
        {
          type: "com.gallery-publisher.publication.scheduleDisabled",
          source: "/schedules/golden",
          data: { scheduleId: "golden", failures: 2, outcome: state },
        },
      ]);
      expect((await stateOf(app)).switchedOff).toMatchObject({ who: "gallery-publisher" });
    },
  );

  it("are counted in a row: a success begins anew", async () => {
    const app = await fired({ maxConsecutiveFailures: 2 });
    for (const state of ["failed", "published", "failed", "published"] as const)
      await failing(app, state);
    expect(app.announcer.events).toEqual([]);
    expect(await stateOf(app)).toMatchObject({ failures: 0 });
  });

  it("a request that is refused at the door is one", async () => {
    const app = await fired({ maxConsecutiveFailures: 1 });
    await app.records.putFailure({
      id: failureId(Date.parse("2026-11-24T12:01:05Z"), "abcabcabcabc"),
      recordedAt: "2026-11-24T12:01:05.000Z",
      ...{ kind: "message", state: "rejected", summary: "no", status: "open", requestId: FIRST },
    });
    await minutes(app, 1);
    expect(app.announcer.events).toMatchObject([{ data: { outcome: "rejected" } }]);
  });

  it.each<[string, (app: FakeSchedules) => void, number]>([
    ["before it is written", (app) => app.away.add("states"), 1],
    ["before it is announced", (app) => app.away.add("announcer"), 1],
    ["before the announcement is noted", (app) => afterAnnouncing(app, "states"), 2],
  ])("a host that dies %s leaves it to the next minute", async (_when, dies, times) => {
    const app = await fired({ maxConsecutiveFailures: 1 });
    await run(app, FIRST, "failed");
    dies(app);
    await minutes(app, 1);
    app.away.clear();
    await minutes(app, 3);
    expect(app.announcer.events).toEqual(Array(times).fill(app.announcer.events[0]));
    expect((await stateOf(app)).switchedOff).toEqual({
      ...{ who: "gallery-publisher", at: "2026-11-24T12:01:00.000Z" },
      why: `1 run failed; the last, ${FIRST}, ended failed`,
    });
  });

  it("of two hosts that count one at once, the one that has written it announces", async () => {
    const app = await fired({ maxConsecutiveFailures: 1 });
    await run(app, FIRST, "failed");
    app.pass(MINUTE);
    await Promise.all([tick(app), tick(app), tick(app)]);
    expect(app.announcer.events).toHaveLength(1);
  });

  it("what somebody else has written meanwhile isn't announced", async () => {
    const app = await fired({ maxConsecutiveFailures: 1 });
    await run(app, FIRST, "failed");
    const { states } = app.dependencies;
    const put = () => Promise.resolve(false);
    Object.assign(app.dependencies, { states: { ...states, put } });
    await minutes(app, 1);
    expect(app.announcer.events).toEqual([]);
    expect((await stateOf(app)).switchedOff).toBeUndefined();
  });
});

/** The process ends after the next announcement. */
function afterAnnouncing(app: FakeSchedules, step: "states"): void {
  const { announcer } = app.dependencies;
  app.dependencies.announcer = {
    announce: async (event) => {
      await announcer.announce(event);
      app.dependencies.announcer = announcer;
      app.away.add(step);
    },
  };
}

describe("a request that was given up as lost", () => {
  const lost = async (cron = "0 * * * *"): Promise<FakeSchedules> => {
    const app = await fired({ cron: "* * * * *", maxConsecutiveFailures: 5 });
    const schedules = [wireSchedule({ cron, maxConsecutiveFailures: 5 })];
    app.documents.stored.set("schedules.json", { schedules });
    await minutes(app, 62);
    expect(await stateOf(app)).toMatchObject({ failures: 1, request: { outcome: "lost" } });
    return app;
  };

  it("is in the queue no more: nothing of it can begin beside the next one", async () => {
    const app = await lost("0 3 * * *");
    expect(app.expiries).toHaveLength(4);
    const { endedAt = "" } = (await stateOf(app)).request ?? {};
    const longestLock = Date.parse(
      `1970-01-01T${host.extensions.serviceBus.maxAutoLockRenewalDuration}Z`,
    );
    for (const expiry of app.expiries)
      expect(expiry + longestLock).toBeLessThanOrEqual(Date.parse(endedAt));
  });

  it("nor when the host was down between its sendings", async () => {
    const app = await fired({ cron: "* * * * *" });
    const schedules = [wireSchedule({ cron: "0 3 1 1 *" })];
    app.documents.stored.set("schedules.json", { schedules });
    for (const hours of [0.1, 3, 0.5, 7, 1]) {
      app.pass(hours * HOUR);
      await tick(app);
    }
    const { outcome, endedAt = "" } = (await stateOf(app)).request ?? {};
    expect([outcome, app.expiries.length]).toEqual(["lost", 4]);
    expect(Math.max(...app.expiries)).toBeLessThan(Date.parse(endedAt));
  });

  it("and begins all the same is taken up again: the next waits for it, and it isn't a failure", async () => {
    const app = await lost();
    await run(app, FIRST, "accepted");
    const lines = await atOnce(app, 2);
    expect(lines.filter((line) => line.includes("wasn't lost"))).toHaveLength(1);
    await minutes(app, 60);
    expect(await stateOf(app)).toMatchObject({
      ...{ failures: 0, request: { requestId: FIRST } },
      decisions: [{ what: "skipped", why: `its last run, ${FIRST}, hasn't ended` }, {}],
    });
    expect((await stateOf(app)).request).not.toHaveProperty("outcome");
    await run(app, FIRST, "published");
    await minutes(app, 60);
    expect(ids(app).at(-1)).toBe("golden-20261124T150000Z");
    expect(await stateOf(app)).toMatchObject({ failures: 0 });
  });

  it.each([
    ["published", 0],
    ["failed", 1],
  ] as const)("and has %s meanwhile has this for its end", async (end, failures) => {
    const app = await lost("0 3 * * *");
    await run(app, FIRST, end);
    await minutes(app, 2);
    const state = await stateOf(app);
    expect(state).toMatchObject({ failures, request: { outcome: end } });
  });
});

describe("many schedules that Azure is slow about", () => {
  const CALL = 12_000;
  async function slow(count: number) {
    const schedules = Array.from({ length: count }, (_, index) =>
      wireSchedule({
        ...{ id: `s${index}`, cron: "0 * * * *" },
        image: { ...TARGET, definition: `D${index}`, location: "westus" },
      }),
    );
    const app = createFakeSchedules(...schedules);
    const lines: string[] = [];
    const host = tickSchedules(app.dependencies);
    const looked: string[] = [];
    const atOnce = { now: 0, most: 0 };
    const context = new InvocationContext({
      functionName: "host",
      logHandler: (_level, ...said) => lines.push(said.join(" ")),
    });
    await host({} as Timer, context);
    const find = async ({ id }: { id: string }) => {
      atOnce.most = Math.max(atOnce.most, ++atOnce.now);
      await Promise.resolve();
      app.pass(CALL / 8);
      looked.push(id);
      atOnce.now--;
      return { ...BUSY };
    };
    Object.assign(app.dependencies, { finding: { find } });
    app.pass(HOUR);
    return { app, lines, looked, atOnce, host: () => host({} as Timer, context) };
  }

  it("has as many as the minute allows, few at once, and says which are left", async () => {
    const { app, lines, looked, atOnce, host } = await slow(50);
    const begin = app.dependencies.now().getTime();
    await host();
    expect(app.dependencies.now().getTime() - begin).toBeLessThan(MINUTE);
    expect(looked.length).toBeGreaterThan(8);
    expect(atOnce.most).toBeLessThanOrEqual(8);
    expect(lines.at(-1)).toMatch(
      new RegExp(`^${50 - looked.length} schedules are left to the next minute: (s\\d+(, |$)){3}`),
    );
  });

  it("and begins with those that have waited longest: none is left for ever", async () => {
    const { looked, host } = await slow(50);
    await host();
    const first = looked.splice(0);
    await host();
    expect(looked.slice(0, 8).some((id) => first.includes(id))).toBe(false);
    for (let minute = 0; minute < 2; minute++) await host();
    expect(new Set([...first, ...looked]).size).toBe(50);
  });
});
