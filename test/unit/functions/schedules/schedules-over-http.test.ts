import { RestError } from "@azure/core-rest-pipeline";
import type { TableClient } from "@azure/data-tables";
import type { Timer } from "@azure/functions";
import { createRecordTable } from "../../../../src/azure/record-table";
import { createScheduleStates } from "../../../../src/azure/schedule-states";
import { httpFunctions } from "../../../../src/functions/http-functions";
import { listSchedules, readSchedule } from "../../../../src/functions/schedules/read-schedules";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { httpRequest, invocation, readAnswer } from "../../../support/fake-function-app";
import {
  createFakeSchedules,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";

const ADA = { who: "Ada", why: "the build is mended" };
const FOUND = { kind: "found", source: { managedImage: "/an/image" } } as const;
const DAILY = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };

const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());
const asked = (path: string, id: string, body?: object) =>
  httpRequest(path, {
    params: { id },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
/** The function as it is registered. */
function called({ dependencies }: FakeSchedules, name: string) {
  const { plain } = httpFunctions(dependencies, dependencies);
  const found = plain.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found.options.handler;
}
const run = async (app: FakeSchedules, id = "golden", query = "", body: object = ADA) =>
  readAnswer(await called(app, "runSchedule")(asked(`x${query}`, id, body), invocation()));
const turn = async (app: FakeSchedules, to: "enable" | "disable", id = "golden") =>
  readAnswer(await called(app, `${to}Schedule`)(asked("x", id, ADA), invocation()));
const shown = async (app: FakeSchedules, id = "golden") =>
  readAnswer(await readSchedule(app.dependencies)(asked("x", id)));

describe("GET /api/schedules", () => {
  it("shows next and last runs, why one was skipped, and mistakes", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY), wireSchedule({ id: "wrong", cron: "x" }));
    await tick(app);
    app.pass(24 * 3_600_000);
    await tick(app);
    const { body } = readAnswer(await listSchedules(app.dependencies)());
    expect(body).toMatchObject({
      document: "schedules.json",
      problems: [],
      items: [
        {
          ...{ id: "golden", state: "on", ...DAILY, failures: 0, findings: [] },
          nextRunAt: "2026-11-26T01:30:00.000Z",
          lastDecision: { what: "fired", occurrence: "2026-11-25T01:30:00.000Z" },
          lastRun: {
            requestId: "golden-20261125T013000Z",
            links: { publications: "/api/publications?requestId=golden-20261125T013000Z" },
          },
          links: { self: "/api/schedules/golden", run: "/api/schedules/golden/run" },
        },
        { id: "wrong", state: "invalid", nextRunAt: null, findings: [{ code: "InvalidCron" }] },
      ],
    });
    app.pass(24 * 3_600_000);
    await tick(app);
    expect((await shown(app, "GOLDEN")).body).toMatchObject({
      decisions: [{ what: "skipped", why: expect.stringContaining("hasn't ended") as string }, {}],
      definition: { id: "golden", catchUp: true },
    });
  });

  it.each([
    ["that isn't JSON", () => JSON.parse("{") as unknown, "NotJson", "write a JSON object"],
    ["that is a list", () => [], "NotAnObject", "docs/schedules.md shows one"],
    [
      "that storage doesn't give",
      () => {
        throw new Error("AuthorizationPermissionMismatch");
      },
      "SchedulesUnreadable",
      "see that storage answers, and lets the app read",
    ],
  ])(
    "tells what is wrong with a document %s, and what to do",
    async (_what, content, code, todo) => {
      const app = createFakeSchedules();
      Object.assign(app.dependencies.documents, { read: async () => content() });
      const { status, body } = readAnswer(await listSchedules(app.dependencies)());
      expect([status, body]).toMatchObject([200, { items: [], problems: [{ code }] }]);
      await tick(app);
      for (const answer of [await shown(app), await run(app), await turn(app, "disable")])
        expect(answer).toMatchObject({
          status: 503,
          body: { problems: [{ code }], detail: expect.stringContaining(todo) as string },
        });
    },
  );

  it("shows also one whose id storage refuses as a key, and the others", async () => {
    const refuse = async () => Promise.reject(new RestError("InvalidInput", { statusCode: 400 }));
    const client = { createTable: async () => undefined, getEntity: refuse };
    const ids = ["a/b", "a\\b#c?", "\u0001", "x".repeat(1500)];
    const app = createFakeSchedules(...ids.map((id) => wireSchedule({ id })));
    const states = createScheduleStates(createRecordTable(client as unknown as TableClient));
    Object.assign(app.dependencies, { states });
    const { status, body } = readAnswer(await listSchedules(app.dependencies)());
    expect(status).toBe(200);
    expect(body["items"]).toMatchObject(
      ids.map((id) => ({
        ...{ id, state: "invalid", lastRun: null },
        findings: [{ code: "Invalid" }],
        links: { self: `/api/schedules/${encodeURIComponent(id)}` },
      })),
    );
    for (const id of ids) {
      expect((await shown(app, id)).status).toBe(200);
      for (const answer of [await run(app, id), await turn(app, "enable", id)])
        expect(answer.status).toBe(422);
    }
  });

  it("shows what is known of those in a document of another version, and runs none", async () => {
    const app = createFakeSchedules(wireSchedule());
    await run(app);
    app.documents.stored.set("schedules.json", { schemaVersion: 2, schedules: [wireSchedule()] });
    const wrong = [{ path: "$.schemaVersion", code: "Invalid" }];
    expect(readAnswer(await listSchedules(app.dependencies)()).body).toMatchObject({
      items: [{ id: "golden", state: "invalid", lastDecision: { what: "fired" }, findings: wrong }],
      problems: wrong,
    });
    for (const answer of [await run(app), await turn(app, "disable")])
      expect(answer).toMatchObject({ status: 422, body: { problems: wrong } });
  });

  it("has no schedules without a document, and 404 for one that isn't there", async () => {
    const app = createFakeSchedules();
    app.documents.stored.clear();
    expect(readAnswer(await listSchedules(app.dependencies)()).body).toMatchObject({ items: [] });
    expect((await shown(app, "none")).status).toBe(404);
  });
});

describe("POST …/run", () => {
  it("runs it now, with who has asked; the calendar goes on as if nothing had been", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY));
    const { status, body } = await run(app);
    expect([status, body]).toMatchObject([
      202,
      { fired: true, requestId: "golden-20261124T120000Z-by-hand" },
    ]);
    expect(app.messages.map(({ messageId }) => messageId)).toEqual([body["requestId"]]);
    expect((await shown(app)).body).toMatchObject({
      lastDecision: { what: "fired", who: "Ada" },
      nextRunAt: "2026-11-25T01:30:00.000Z",
    });
  });

  it("is refused while its last run goes on", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY));
    await run(app);
    app.pass(1000);
    expect((await run(app)).status).toBe(409);
    expect(app.messages).toHaveLength(1);
  });

  it("publishes what is published already only by force", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY));
    app.found.now = {
      ...app.found.now,
      versions: [{ name: "1.0.0", isFailed: false }],
    } as typeof app.found.now;
    expect(await run(app)).toMatchObject({ status: 200, body: { fired: false } });
    expect((await run(app, "golden", "?force=yes")).status).toBe(400);
    expect(app.messages).toEqual([]);
    expect(await run(app, "golden", "?force=true")).toMatchObject({
      ...{ status: 202, body: { fired: true, why: "forced; 1.0.0 is made from it" } },
    });
  });

  it.each<[string, number, (app: FakeSchedules) => unknown, string]>([
    ["one that isn't there", 404, () => undefined, "none"],
    ["one with a mistake", 422, () => undefined, "wrong"],
    [
      "one whose source isn't found",
      422,
      (app) =>
        (app.found.now = {
          kind: "finding",
          problem: { path: "$.source", code: "SourceNotFound", message: "none", action: "x" },
        }),
      "golden",
    ],
    [
      "one while Azure doesn't answer",
      503,
      (app) =>
        (app.found.now = {
          kind: "later",
          fault: { code: "x", advice: "transient", message: "busy", action: "wait" },
        }),
      "golden",
    ],
  ])("of %s is answered %i, and nothing is sent", async (_what, status, prepare, id) => {
    const app = createFakeSchedules(wireSchedule(DAILY), wireSchedule({ id: "wrong", cron: "x" }));
    prepare(app);
    expect((await run(app, id)).status).toBe(status);
    expect(app.messages).toEqual([]);
  });

  const NONE = { path: "$.source", code: "SourceNotFound", message: "none", action: "x" } as const;
  it.each<[string, FakeSchedules["found"]["now"]]>([
    ["no source", { kind: "finding", problem: NONE }],
    [
      "one that is published",
      { ...FOUND, fingerprint: "x", versions: [{ name: "1.0.0", isFailed: false }] },
    ],
  ])(
    "is answered 409 when the timer was faster, and not that there is %s: it may have fired",
    async (_what, seen) => {
      const app = createFakeSchedules(wireSchedule());
      await tick(app);
      const before = app.found.now;
      app.found.now = seen;
      const { finding } = app.dependencies;
      app.dependencies.finding = {
        find: async (schedule) => {
          const found = await finding.find(schedule);
          app.dependencies.finding = finding;
          app.found.now = before;
          app.pass(60_000);
          await tick(app);
          return found;
        },
      };
      expect(await run(app)).toMatchObject({ status: 409, body: { title: "Held" } });
      expect(app.messages).toHaveLength(1);
    },
  );

  it("asks who, and why", async () => {
    expect((await run(createFakeSchedules(wireSchedule()), "golden", "", {})).status).toBe(400);
  });

  it("what couldn't be sent is sent by the next minute", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY));
    app.away.add("queue");
    const answer = await run(app, "golden", "?force=true");
    expect(answer).toMatchObject({ status: 503, text: expect.not.stringContaining("away") });
    // By force it would be published once more, if that has ended by then.
    expect(answer.text).not.toContain("safe to repeat");
    expect(answer.text).toContain("see lastRun of the schedule before you repeat it");
    app.away.clear();
    app.pass(60_000);
    await tick(app);
    expect(app.messages).toHaveLength(1);
  });
});

describe("POST …/disable and …/enable", () => {
  it("switch it off with who and why, and on again: without failures, and with nothing made up for", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *" }));
    await tick(app);
    expect((await turn(app, "disable")).body).toMatchObject({
      ...{ state: "switchedOff", nextRunAt: null, switchedOff: ADA },
    });
    expect((await turn(app, "disable")).status).toBe(200);
    app.pass(5 * 3_600_000);
    await tick(app);
    expect(app.messages).toEqual([]);
    app.pass(90 * 60_000);
    const { body } = await turn(app, "enable");
    expect(body).toMatchObject({ state: "on", failures: 0, nextRunAt: "2026-11-24T19:00:00.000Z" });
    expect(body["switchedOff"]).toBeUndefined();
    await tick(app);
    expect(app.messages).toEqual([]);
    app.pass(30 * 60_000);
    await tick(app);
    expect(app.messages).toHaveLength(1);
  });

  it("one that is switched off can be run by hand all the same", async () => {
    const app = createFakeSchedules(wireSchedule(DAILY));
    await turn(app, "disable");
    expect((await run(app)).status).toBe(202);
  });

  it("can't switch on what the document has switched off", async () => {
    const app = createFakeSchedules(wireSchedule({ enabled: false }));
    expect((await turn(app, "enable")).status).toBe(409);
    expect((await shown(app)).body).toMatchObject({ state: "switchedOff", nextRunAt: null });
  });

  it("is answered 503 while storage is away, and nothing is changed", async () => {
    const app = createFakeSchedules(wireSchedule());
    await tick(app);
    app.away.add("states");
    expect([(await turn(app, "disable")).status, (await run(app)).status]).toEqual([503, 503]);
    app.away.clear();
    expect((await shown(app)).body).toMatchObject({ state: "on" });
    expect(app.messages).toEqual([]);
  });

  it("a switch beside a tick isn't lost", async () => {
    const app = createFakeSchedules(wireSchedule());
    await tick(app);
    app.pass(60_000);
    await Promise.all([turn(app, "disable"), tick(app)]);
    expect((await shown(app)).body).toMatchObject({ state: "switchedOff", switchedOff: ADA });
  });
});
