import { InvocationContext, type Timer } from "@azure/functions";
import type { Refusal } from "../../../../src/azure/refusal";
import { runSchedule } from "../../../../src/functions/schedules/run-schedule";
import { switchSchedule } from "../../../../src/functions/schedules/switch-schedule";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { httpRequest, invocation, readAnswer } from "../../../support/fake-function-app";
import { SUBSCRIPTION } from "../../../support/request-factory";
import {
  createFakeSchedules,
  DOCUMENT,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";

const MINUTE = 60_000;
const imageTemplate = `/subscriptions/${SUBSCRIPTION}/resourceGroups/builds/providers/Microsoft.VirtualMachineImages/imageTemplates/golden`;
const BEFORE = { startedAt: "2026-11-20T00:00:00Z", state: "Succeeded" };
const OTHER = `${imageTemplate}-of-today`;
const MINE = { startedAt: "2026-11-24T13:00:05Z", state: "Running" };

const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());
async function minutes(app: FakeSchedules, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    app.pass(MINUTE);
    await tick(app);
  }
}

const hourly = (change: object = {}) =>
  wireSchedule({ cron: "0 * * * *", imageTemplate, ...change });

/** A schedule of every hour with a template, due now. */
async function due(change: object = {}, run: object = BEFORE): Promise<FakeSchedules> {
  const app = createFakeSchedules(hourly(change));
  app.template.run = run;
  await tick(app);
  app.pass(60 * MINUTE);
  return app;
}

/** Such a schedule whose build goes on. */
async function building(change: object = {}): Promise<FakeSchedules> {
  const app = await due(change);
  await tick(app);
  app.template.run = MINE;
  await minutes(app, 1);
  return app;
}

const write = (app: FakeSchedules, schedule: object): void =>
  void app.documents.stored.set(DOCUMENT, { schedules: [schedule] });
const asked = () =>
  httpRequest("x", {
    ...{ method: "POST", params: { id: "golden" } },
    body: '{"who": "Ada", "why": "it is too early"}',
  });
const run = async (app: FakeSchedules) =>
  readAnswer(await runSchedule(app.dependencies)(asked(), invocation()));
const turn = async (app: FakeSchedules, to: "enable" | "disable") =>
  readAnswer(await switchSchedule(app.dependencies, to)(asked(), invocation()));
const ids = (app: FakeSchedules): string[] => app.messages.map(({ messageId }) => messageId);
const UNREAD = {
  kind: "finding" as const,
  problem: {
    ...{ path: "$.imageTemplate", code: "AuthorizationFailed" },
    ...{ message: `${imageTemplate}: no right`, action: "give the role Gallery Publisher Builder" },
  },
};
const BUSY: Refusal = {
  kind: "later",
  fault: { code: "Http503", advice: "transient", message: "busy", action: "wait" },
};

const stateOf = async (app: FakeSchedules) => (await app.dependencies.states.get("golden"))?.state;

describe("a schedule with an image template", () => {
  it("runs it once, waits for it, and only then looks for the source and fires", async () => {
    const app = await due();
    await tick(app);
    expect(app.template.starts).toBe(1);
    app.template.run = MINE;
    await minutes(app, 30);
    expect([app.template.starts, app.messages]).toEqual([1, []]);
    expect((await stateOf(app))?.decisions).toMatchObject([{ what: "building" }]);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect(app.messages.map(({ messageId }) => messageId)).toEqual(["golden-20261124T130000Z"]);
    await minutes(app, 5);
    expect([app.template.starts, app.messages.length]).toEqual([1, 1]);
    expect(await stateOf(app)).not.toHaveProperty("build");
  });

  it("waits for a run that somebody has started, instead of starting another", async () => {
    const app = await due({}, { ...BEFORE, state: "Running" });
    await minutes(app, 3);
    app.template.run = BEFORE;
    await minutes(app, 1);
    expect([app.template.starts, app.messages.length]).toEqual([0, 1]);
  });

  it("starts a template that has never run", async () => {
    const app = await due({}, {});
    await minutes(app, 1);
    app.template.run = MINE;
    await minutes(app, 1);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, app.messages.length]).toEqual([1, 1]);
  });

  it("is started by the next minute when the host dies before it was, and not twice", async () => {
    const app = await due();
    app.away.add("template");
    await tick(app);
    expect(app.template.starts).toBe(0);
    app.away.clear();
    await minutes(app, 1);
    app.template.run = MINE;
    await minutes(app, 3);
    expect(app.template.starts).toBe(1);
  });

  it("is skipped at its next occurrence while the build goes on", async () => {
    const app = await building();
    await minutes(app, 70);
    expect((await stateOf(app))?.decisions[0]).toMatchObject({
      ...{ what: "skipped", occurrence: "2026-11-24T14:00:00.000Z" },
      why: "its image is being built since 2026-11-24T13:00:00.000Z",
    });
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 2);
    expect([app.template.starts, ids(app)]).toEqual([1, ["golden-20261124T130000Z"]]);
  });

  it("settles what was due until now, also by the end of a build that began before", async () => {
    const app = await building();
    await minutes(app, 70);
    app.template.run = { ...MINE, state: "Failed" };
    await minutes(app, 1);
    expect((await stateOf(app))?.decidedUntil).toBe("2026-11-24T14:00:00.000Z");
    await minutes(app, 5);
    expect(app.template.starts).toBe(1);
  });

  it.each<[string, (app: FakeSchedules) => unknown, string, string]>([
    [
      "has failed",
      (app) => (app.template.run = { ...MINE, state: "Failed", message: "no disk" }),
      ...(["ImageTemplateRunFailed", "the image template's run ended Failed: no disk"] as const),
    ],
    [
      "may not be looked at",
      (app) => (app.template.unread = UNREAD),
      ...([UNREAD.problem.code, UNREAD.problem.message] as const),
    ],
    [
      "may not be started",
      (app) => (app.template.refused = UNREAD),
      ...([UNREAD.problem.code, UNREAD.problem.message] as const),
    ],
  ])("whose build %s counts a failure, and isn't fired", async (_what, fail, code, why) => {
    const app = await due({ maxConsecutiveFailures: 1 });
    app.away.add("template");
    await tick(app);
    app.away.clear();
    fail(app);
    await minutes(app, 2);
    expect(app.messages).toEqual([]);
    expect(await stateOf(app)).toMatchObject({
      failures: 1,
      findings: [{ code, message: why }],
      decisions: [{ what: "finding", why }, { what: "building" }],
    });
    expect(app.announcer.events).toMatchObject([{ data: { outcome: "buildFailed" } }]);
    expect(app.lines).toMatchObject([{ event: "scheduleNotFired", code }]);
  });

  it("whose template can't be looked at is a finding, and a failure, once for each occurrence", async () => {
    const app = await due({ maxConsecutiveFailures: 3 });
    app.template.unread = UNREAD;
    await minutes(app, 5);
    expect(await stateOf(app)).toMatchObject({
      ...{ failures: 1, findings: [UNREAD.problem], decisions: [{ what: "finding" }] },
    });
    await minutes(app, 60);
    expect(await stateOf(app)).toMatchObject({ failures: 2, decisions: [{ times: 2 }] });
    expect(app.lines).toMatchObject([
      { event: "scheduleNotFired", code: "AuthorizationFailed", due: "2026-11-24T13:00:00.000Z" },
      { event: "scheduleNotFired", code: "AuthorizationFailed", due: "2026-11-24T14:00:00.000Z" },
    ]);
    await minutes(app, 60);
    expect((await stateOf(app))?.switchedOff).toMatchObject({ who: "gallery-publisher" });
  });

  it.each([
    ["before it is wanted", () => due()],
    ["while it goes on", () => building()],
  ])("waits while Azure doesn't answer %s", async (_when, prepare) => {
    const app = await prepare();
    app.template.unread = BUSY;
    await minutes(app, 5);
    expect(await stateOf(app)).toMatchObject({ failures: 0, findings: [] });
    delete app.template.unread;
    await minutes(app, 1);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, ids(app)]).toEqual([1, ["golden-20261124T130000Z"]]);
  });

  it("gives a build up after a day", async () => {
    const app = await due();
    await tick(app);
    app.template.run = MINE;
    app.pass(24 * 60 * MINUTE);
    await minutes(app, 1);
    expect(await stateOf(app)).toMatchObject({ failures: 1 });
  });

  it("takes the end of a build that came while the host was down, however late", async () => {
    const app = await building();
    app.template.run = { ...MINE, state: "Succeeded" };
    app.pass(50 * 60 * MINUTE);
    await minutes(app, 1);
    expect([app.template.starts, ids(app)]).toEqual([1, ["golden-20261124T130000Z"]]);
  });

  it("is built by hand, too; asked again meanwhile, it says so", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 3 * * *", imageTemplate }));
    app.template.run = BEFORE;
    await tick(app);
    expect(await run(app)).toMatchObject({ status: 202, body: { fired: false } });
    expect((await run(app)).status).toBe(409);
    await minutes(app, 1);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, app.messages.length]).toEqual([1, 1]);
    expect(app.messages[0]?.messageId).toMatch(/-by-hand$/);
  });
});

describe("an image template that the document doesn't name any more while its build goes on", () => {
  it("isn't waited for: without another the source is looked for at once", async () => {
    const app = await building();
    write(app, wireSchedule({ cron: "0 * * * *" }));
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
    const state = await stateOf(app);
    expect(state).not.toHaveProperty("build");
    expect(state?.decisions).toMatchObject([
      { what: "fired" },
      {
        ...{ what: "building", occurrence: "2026-11-24T13:00:00.000Z" },
        why: `${imageTemplate} isn't waited for any more: the document names no image template now`,
      },
      { what: "building", why: `${imageTemplate} is run first` },
    ]);
  });

  const ENDS: [string, string, (app: FakeSchedules) => void][] = [
    ["fires", "no image template", (app) => write(app, wireSchedule({ cron: "0 * * * *" }))],
    ["skips", OTHER, (app) => write(app, hourly({ imageTemplate: OTHER, enabled: false }))],
    ["builds another", OTHER, (app) => write(app, hourly({ imageTemplate: OTHER }))],
    [
      "can't go on",
      OTHER,
      (app) => {
        write(app, hourly({ imageTemplate: OTHER }));
        app.template.unread = UNREAD;
      },
    ],
  ];
  it.each(ENDS)("is told once it is written, by whoever %s then", async (_what, names, change) => {
    const app = await building();
    const lines: string[] = [];
    const told = () => lines.filter((line) => line.includes("isn't waited for any more"));
    const context = new InvocationContext({
      functionName: "test",
      logHandler: (_level, ...words) => void lines.push(words.join(" ")),
    });
    const look = async () => {
      app.pass(MINUTE);
      await tickSchedules(app.dependencies)({} as Timer, context);
    };
    change(app);
    // Somebody else is faster.
    const { states } = app.dependencies;
    app.dependencies.states = { ...states, put: async () => false };
    await look();
    expect(told()).toEqual([]);
    app.dependencies.states = states;
    await look();
    await look();
    const why = `${imageTemplate} isn't waited for any more: the document names ${names} now`;
    expect(told()).toEqual([`schedule golden: ${why}`]);
    const decisions = (await stateOf(app))?.decisions ?? [];
    expect(decisions.filter((one) => one.why === why)).toHaveLength(1);
  });

  it("isn't told while Azure can't say how to go on: nothing is kept of it then", async () => {
    const app = await building();
    write(app, hourly({ imageTemplate: OTHER }));
    app.template.unread = BUSY;
    const lines: string[] = [];
    const context = new InvocationContext({
      functionName: "test",
      logHandler: (_level, ...words) => void lines.push(words.join(" ")),
    });
    app.pass(MINUTE);
    await tickSchedules(app.dependencies)({} as Timer, context);
    expect(lines).toEqual([expect.stringContaining("Http503: busy; asked again in a minute")]);
    expect((await stateOf(app))?.build).toMatchObject({ template: imageTemplate });
  });

  it.each([
    ["a run of long ago", { startedAt: "2026-11-24T12:30:00Z", state: "Succeeded" }],
    ["a failed run", { startedAt: "2026-11-24T12:30:00Z", state: "Failed" }],
  ])("has the other one built, whose %s is no end of it", async (_what, before) => {
    const app = await building();
    write(app, hourly({ imageTemplate: OTHER }));
    app.template.run = before;
    await minutes(app, 1);
    expect([app.template.starts, app.template.ids.at(-1), ids(app)]).toEqual([2, OTHER, []]);
    expect(await stateOf(app)).toMatchObject({
      ...{ failures: 0, build: { template: OTHER, occurrence: "2026-11-24T13:00:00.000Z" } },
      decisions: [
        { what: "building", why: `${OTHER} is run first` },
        {
          what: "building",
          why: `${imageTemplate} isn't waited for any more: the document names ${OTHER} now`,
        },
        {},
      ],
    });
    app.template.run = { startedAt: "2026-11-24T13:02:05Z", state: "Succeeded" };
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });

  it("is the same one in other capitals, and in a row that doesn't name it", async () => {
    const app = await building();
    write(app, hourly({ imageTemplate: imageTemplate.replace("golden", "GOLDEN") }));
    await minutes(app, 1);
    const held = await app.dependencies.states.get("golden");
    const { template: _template, ...build } = held?.state.build ?? { occurrence: "", since: "" };
    if (held !== undefined) await app.dependencies.states.put({ ...held.state, build }, held.etag);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, ids(app)]).toEqual([1, ["golden-20261124T130000Z"]]);
  });

  it("is decided anew however late, also where what is missed isn't made up for", async () => {
    const app = await building({ catchUp: false });
    await minutes(app, 20);
    write(app, wireSchedule({ cron: "0 * * * *", catchUp: false }));
    await minutes(app, 1);
    expect(ids(app)).toEqual(["golden-20261124T130000Z"]);
  });
});

describe("a schedule that is switched off while its image is built", () => {
  const OFF: [string, (app: FakeSchedules) => unknown, string][] = [
    [
      "by a person",
      (app) => turn(app, "disable"),
      "it was switched off by Ada while its image was built: it is too early",
    ],
    [
      "by the document",
      (app) => write(app, hourly({ enabled: false })),
      "the document has it switched off while its image was built",
    ],
  ];

  it.each(OFF)("%s sends nothing, and says why", async (_who, off, why) => {
    const app = await building();
    await off(app);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 5);
    expect(app.messages).toEqual([]);
    expect(await stateOf(app)).toMatchObject({
      failures: 0,
      decisions: [{ what: "skipped", why }, {}],
    });
    expect(await stateOf(app)).not.toHaveProperty("build");
    expect(app.lines).toMatchObject([{ event: "scheduleSkipped", why }]);
  });

  it.each(OFF)("%s before the run was started doesn't start it", async (_who, off) => {
    const app = await due();
    app.away.add("template");
    await tick(app);
    app.away.clear();
    await off(app);
    await minutes(app, 5);
    expect([app.template.starts, app.messages]).toEqual([0, []]);
  });

  it.each(OFF)("%s goes on with what a person has asked for", async (_who, off) => {
    const app = createFakeSchedules(hourly({ cron: "0 3 * * *" }));
    await tick(app);
    await off(app);
    app.template.run = BEFORE;
    expect((await run(app)).status).toBe(202);
    await minutes(app, 1);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, ids(app)]).toEqual([1, [expect.stringMatching(/-by-hand$/)]]);
  });

  it.each<[string, (app: FakeSchedules) => Promise<unknown>]>([
    ["on again at once", (app) => turn(app, "disable").then(() => turn(app, "enable"))],
    [
      "taken out of the document and put back",
      async (app) => {
        app.documents.stored.set(DOCUMENT, { schedules: [] });
        await minutes(app, 1);
        write(app, hourly());
      },
    ],
  ])("and %s begins anew: what was due before isn't sent", async (_what, turns) => {
    const app = await building();
    await turns(app);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 5);
    expect(app.messages).toEqual([]);
  });
});

describe("POST …/run of a schedule with an image template", () => {
  it.each([
    ["that may not be looked at", UNREAD, 422, { problems: [UNREAD.problem] }],
    ["of which Azure doesn't tell now", BUSY, 503, {}],
  ])("%s is answered, and counts nothing", async (_what, unread, status, body) => {
    const app = createFakeSchedules(hourly({ maxConsecutiveFailures: 1 }));
    await tick(app);
    app.template.unread = unread;
    expect(await run(app)).toMatchObject({ status, body });
    expect(await stateOf(app)).toMatchObject({ failures: 0 });
    expect(await stateOf(app)).not.toHaveProperty("build");
  });
});
