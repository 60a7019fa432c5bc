import type { Timer } from "@azure/functions";
import { runSchedule } from "../../../../src/functions/schedules/run-schedule";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { httpRequest, invocation, readAnswer } from "../../../support/fake-function-app";
import { SUBSCRIPTION } from "../../../support/request-factory";
import {
  createFakeSchedules,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";

const MINUTE = 60_000;
const imageTemplate = `/subscriptions/${SUBSCRIPTION}/resourceGroups/builds/providers/Microsoft.VirtualMachineImages/imageTemplates/golden`;
const BEFORE = { startedAt: "2026-11-20T00:00:00Z", state: "Succeeded" };
const MINE = { startedAt: "2026-11-24T13:00:05Z", state: "Running" };

const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());
async function minutes(app: FakeSchedules, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    app.pass(MINUTE);
    await tick(app);
  }
}

/** A schedule of every hour with a template, due now. */
async function due(change: object = {}, run: object | undefined = BEFORE): Promise<FakeSchedules> {
  const app = createFakeSchedules(wireSchedule({ cron: "0 * * * *", imageTemplate, ...change }));
  app.template.run = run;
  await tick(app);
  app.pass(60 * MINUTE);
  return app;
}

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
    const app = await due();
    await tick(app);
    app.template.run = MINE;
    await minutes(app, 70);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 2);
    // The later occurrence finds that run going on.
    expect(app.messages.map(({ messageId }) => messageId)).toEqual(["golden-20261124T130000Z"]);
  });

  it.each<[string, (app: FakeSchedules) => unknown, string]>([
    [
      "has failed",
      (app) => (app.template.run = { ...MINE, state: "Failed", message: "no disk" }),
      "the image template's run ended Failed: no disk",
    ],
    ["is gone", (app) => (app.template.run = undefined), "the image template isn't there"],
    [
      "may not be run",
      (app) => (app.template.refused = "AuthorizationFailed: no"),
      "the image template can't be run: AuthorizationFailed: no",
    ],
  ])("whose build %s counts a failure, and isn't fired", async (_what, fail, why) => {
    const app = await due({ maxConsecutiveFailures: 1 });
    await tick(app);
    fail(app);
    await minutes(app, 2);
    expect(app.messages).toEqual([]);
    expect(await stateOf(app)).toMatchObject({
      failures: 1,
      findings: [{ code: "ImageTemplateRunFailed", message: why }],
      decisions: [{ what: "finding", why }, { what: "building" }],
    });
    expect(app.announcer.events).toMatchObject([{ data: { outcome: "buildFailed" } }]);
  });

  it("gives a build up after a day", async () => {
    const app = await due();
    await tick(app);
    app.template.run = MINE;
    app.pass(24 * 60 * MINUTE);
    await minutes(app, 1);
    expect(await stateOf(app)).toMatchObject({ failures: 1 });
  });

  it("is built by hand, too; asked again meanwhile, it says so", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 3 * * *", imageTemplate }));
    app.template.run = BEFORE;
    await tick(app);
    const ask = async () =>
      readAnswer(
        await runSchedule(app.dependencies)(
          httpRequest("x", {
            ...{ method: "POST", params: { id: "golden" } },
            body: '{"who": "Ada", "why": "x"}',
          }),
          invocation(),
        ),
      );
    expect(await ask()).toMatchObject({ status: 202, body: { fired: false } });
    expect((await ask()).status).toBe(409);
    await minutes(app, 1);
    app.template.run = { ...MINE, state: "Succeeded" };
    await minutes(app, 1);
    expect([app.template.starts, app.messages.length]).toEqual([1, 1]);
    expect(app.messages[0]?.messageId).toMatch(/-by-hand$/);
  });
});
