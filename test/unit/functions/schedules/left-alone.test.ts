import type { Timer } from "@azure/functions";
import type { ScheduledRequest, ScheduleState } from "../../../../src/domain/schedule/state";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { invocation } from "../../../support/fake-function-app";
import {
  createFakeSchedules,
  DOCUMENT,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The fake clock begins at 12:00:00 on 2026-11-24. */
const FIRST = "golden-20261124T120100Z";

/** Due a minute after the clock begins, and not again within the hour. */
const GOLDEN = wireSchedule({ cron: "1 * * * *" });
const WRONG = wireSchedule({ cron: "every monday" });

const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());
async function minutes(app: FakeSchedules, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    app.pass(MINUTE);
    await tick(app);
  }
}
const write = (app: FakeSchedules, schedules: unknown): void =>
  void app.documents.stored.set(DOCUMENT, { schedules });
const ids = (app: FakeSchedules): string[] => app.messages.map(({ messageId }) => messageId);
async function stateOf(app: FakeSchedules): Promise<ScheduleState> {
  const found = await app.dependencies.states.get("golden");
  if (found === undefined) throw new Error("nothing is known of it");
  return found.state;
}

/** It has fired, with its message in the queue, or with the queue away. */
async function fired(sent: "sent" | "unsent", ...others: Record<string, unknown>[]) {
  const app = createFakeSchedules(GOLDEN, ...others);
  await tick(app);
  if (sent === "unsent") app.away.add("queue");
  await minutes(app, 1);
  app.away.clear();
  return app;
}

/** Nobody has it run for so long; then it is as before, and a newer source is there. */
async function left(app: FakeSchedules, meanwhile: unknown, ms: number): Promise<void> {
  write(app, meanwhile);
  await minutes(app, 1);
  app.pass(ms - MINUTE);
  app.found.now = { kind: "found", source: { managedImage: "/newer" }, fingerprint: "second" };
  write(app, [GOLDEN]);
}

describe("a request that nobody has heard of, of a schedule that", () => {
  describe.each<[string, unknown, number]>([
    ["was taken out, and is put back after a month", [], 30 * DAY],
    ["had a mistake for more than an hour", [WRONG], 62 * MINUTE],
    ["was in a document that had a mistake for more than an hour", 5, 62 * MINUTE],
  ])("%s", (_what, meanwhile, ms) => {
    it("isn't sent any more when it wasn't yet: it is withdrawn, and the next occurrence finds what is newest then", async () => {
      const app = await fired("unsent");
      await left(app, meanwhile, ms);
      await minutes(app, 2);
      expect((await stateOf(app)).decisions).toContainEqual(
        expect.objectContaining({
          what: "skipped",
          why: expect.stringContaining(`${FIRST} is withdrawn`) as string,
        }),
      );
      await minutes(app, 60);
      expect(ids(app)).not.toEqual([]);
      for (const { request } of app.messages)
        expect(request).toMatchObject({ source: { managedImage: "/newer" } });
    });

    it("isn't sent again when it was: it is lost, which is a failure as always", async () => {
      const app = await fired("sent");
      await left(app, meanwhile, ms);
      await minutes(app, 2);
      expect(await stateOf(app)).toMatchObject({ failures: 1 });
      await minutes(app, 60);
      expect(ids(app).filter((id) => id.startsWith(FIRST))).toEqual([FIRST]);
      expect(ids(app).length).toBeGreaterThan(1);
    });
  });

  it.each([
    ["had a mistake", [WRONG]],
    ["was in a document that had a mistake", 5],
  ])("%s for some minutes, is sent, and sent again, as if nothing had been", async (_what, now) => {
    const app = await fired("unsent");
    write(app, now);
    await minutes(app, 5);
    write(app, [GOLDEN]);
    await minutes(app, 1);
    expect(ids(app)).toEqual([FIRST]);
    write(app, now);
    await minutes(app, 20);
    write(app, [GOLDEN]);
    await minutes(app, 1);
    expect(ids(app)).toEqual([FIRST, `${FIRST}~1`]);
    expect((await stateOf(app)).request).not.toHaveProperty("leftAt");
  });

  it("was left alone for some minutes, and then the queue was away for hours, is sent when that is back", async () => {
    const app = await fired("unsent");
    write(app, [WRONG]);
    await minutes(app, 1);
    write(app, [GOLDEN]);
    app.away.add("queue");
    await minutes(app, 70);
    app.away.clear();
    await minutes(app, 1);
    expect(ids(app)).toEqual([FIRST]);
  });

  it.each(["sent", "unsent"] as const)(
    "is put back within the hour, and was %s, isn't sent any more; it is waited for while it may be in the queue",
    async (sent) => {
      const app = await fired(sent);
      write(app, []);
      await minutes(app, 5);
      write(app, [GOLDEN]);
      const before = ids(app);
      await minutes(app, 54);
      expect((await stateOf(app)).request).toMatchObject({ requestId: FIRST });
      await minutes(app, 4);
      expect(ids(app)).toEqual(before);
      const { request } = await stateOf(app);
      expect(request?.outcome).toBe(sent === "sent" ? "lost" : undefined);
      await minutes(app, 60);
      expect(ids(app)).toEqual([...before, "golden-20261124T140100Z"]);
    },
  );
});

describe("what another schedule has published meanwhile", () => {
  const ALSO = wireSchedule({ id: "also", cron: "2 * * * *" });

  it.each<[string, "sent" | "unsent", unknown[]]>([
    ["taken out before its request was sent", "unsent", []],
    ["made invalid after its request was sent", "sent", [WRONG]],
  ])("isn't published again by the one that was %s", async (_what, sent, rest) => {
    const app = await fired(sent, ALSO);
    write(app, [...rest, ALSO]);
    await minutes(app, 62);
    expect(ids(app).at(-1)).toMatch(/^also-/);
    const before = ids(app);
    write(app, [GOLDEN, ALSO]);
    await minutes(app, 10);
    expect(ids(app)).toEqual(before);
  });

  it("isn't published while it may be in the queue of the one that is taken out: it was sent a second time, and who sent it died before that was noted", async () => {
    const app = await fired("sent", ALSO);
    app.pass(61 * MINUTE);
    const { states } = app.dependencies;
    app.dependencies.states = { ...states, put: () => Promise.reject(new Error("died")) };
    await tick(app);
    app.dependencies.states = states;
    const sent = [FIRST, `${FIRST}~1`];
    expect(ids(app)).toEqual(sent);
    write(app, [ALSO]);
    await minutes(app, 59);
    expect(ids(app)).toEqual(sent);
    await minutes(app, 3);
    expect(ids(app)).toEqual([...sent, expect.stringMatching(/^also-/)]);
  });
});

describe("a clock that was ahead when a request was sent, and is put back", () => {
  it("lets it be sent again and given up as if it had been sent now", async () => {
    const app = createFakeSchedules(wireSchedule({ cron: "0 0 1 1 *", id: "golden" }));
    await tick(app);
    write(app, [wireSchedule({ cron: "* * * * *" })]);
    app.pass(20 * DAY);
    await minutes(app, 2);
    const [first = ""] = ids(app);
    app.pass(-20 * DAY);
    await minutes(app, 16);
    expect(ids(app)).toEqual([first, `${first}~1`]);
    await minutes(app, 46);
    expect((await stateOf(app)).failures).toBe(1);
  });

  it("is told, and what it concerns", async () => {
    const app = await fired("sent");
    const { states } = app.dependencies;
    const state = await stateOf(app);
    const etag = (await states.get("golden"))?.etag;
    const sentAt = new Date(app.dependencies.now().getTime() + DAY).toISOString();
    const request = { ...(state.request as ScheduledRequest), sentAt };
    await states.put({ ...state, request }, etag);
    const context = invocation();
    const warned = jest.spyOn(context, "warn");
    await tickSchedules(app.dependencies)({} as Timer, context);
    expect(warned.mock.calls).toEqual([
      [
        `schedule golden: a clock was wrong: what was done about ${FIRST} at a time that is yet to come counts as done now`,
      ],
    ]);
  });

  it("and left alone: nobody waits for it for longer than an hour", async () => {
    const app = createFakeSchedules(GOLDEN);
    await tick(app);
    app.pass(20 * DAY);
    await tick(app);
    write(app, []);
    await minutes(app, 1);
    app.pass(-20 * DAY);
    await minutes(app, 1);
    const { firedAt, sentAt = "", leftAt = "" } = (await stateOf(app)).request ?? { firedAt: "" };
    const now = app.dependencies.now().toISOString();
    expect([firedAt, sentAt, leftAt]).toEqual([now, now, now]);
  });
});
