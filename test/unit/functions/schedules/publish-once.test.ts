import type { Timer } from "@azure/functions";
import type { Found } from "../../../../src/azure/source-finder";
import type { ScheduledRequest, ScheduleState } from "../../../../src/domain/schedule/state";
import { runSchedule } from "../../../../src/functions/schedules/run-schedule";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { httpRequest, invocation, readAnswer } from "../../../support/fake-function-app";
import { Interleaving } from "../../../support/interleaving";
import { randomFrom } from "../../../support/random-from";
import {
  createFakeSchedules,
  DOCUMENT,
  wireSchedule,
  type FakeSchedules,
} from "../../../support/schedule-factory";
import { turns } from "../../../support/turns";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BY_HAND = "0 0 1 1 *";
/** About as many calls as one makes until its decision is written, and its claim is given back. */
const STEPS = 14;

/** From each step of the first one on the others overtake it; then by chance. */
const TURNS = [
  ...Array.from({ length: STEPS }, (_, first) => (step: number) => (step < first ? 0 : 1)),
  ...Array.from({ length: 10 }, (_, seed) => {
    const below = randomFrom(seed + 1);
    return (): number => below(4);
  }),
];

const run = async (app: FakeSchedules, id: string, query = "") => {
  const body = JSON.stringify({ who: "Ada", why: "at once" });
  const request = httpRequest(`x${query}`, { params: { id }, method: "POST", body });
  return readAnswer(await runSchedule(app.dependencies)(request, invocation()));
};
const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());

/** The app, each of whose calls is a step. */
function gated(app: FakeSchedules, interleaving: Interleaving): FakeSchedules {
  const { documents, states, claims, queue, finding } = app.dependencies;
  const dependencies = { ...app.dependencies };
  for (const [name, target] of Object.entries({ documents, states, claims, queue, finding })) {
    const copy = { ...target };
    interleaving.gate(copy, Object.keys(copy) as (keyof typeof copy)[]);
    Object.assign(dependencies, { [name]: copy });
  }
  return { ...app, dependencies };
}

/** The app, on a host that stands before it makes this call, until it is let on. */
function stands(app: FakeSchedules, part: "documents" | "claims" | "finding", member: string) {
  let goOn = (): void => undefined;
  const stood = new Promise<void>((resolve) => (goOn = resolve));
  const all = app.dependencies[part] as object as Record<string, (...p: unknown[]) => unknown>;
  const call = async (...parameters: unknown[]): Promise<unknown> => {
    await stood;
    return all[member]?.(...parameters);
  };
  const dependencies = { ...app.dependencies, [part]: { ...all, [member]: call } };
  return { app: { ...app, dependencies }, goOn: () => goOn() };
}

const requests = ({ messages }: FakeSchedules): number =>
  new Set(messages.map(({ messageId }) => messageId)).size;

const NAMES = ["a", "b", "c", "d"];

describe("schedules of one definition that find the same source", () => {
  it("and are run by hand at once have it published once, whoever overtakes whom; asked again, the others say by whom", async () => {
    for (const turnOf of TURNS) {
      const app = createFakeSchedules(...NAMES.map((id) => wireSchedule({ id, cron: BY_HAND })));
      await tick(app);
      app.pass(MINUTE);
      const interleaving = new Interleaving();
      const one = gated(app, interleaving);
      const { results } = await interleaving.run(
        NAMES.map((id) => () => run(one, id)),
        turnOf,
      );
      const fired = results.filter(({ status }) => status === 202);
      expect([fired.length, requests(app)]).toEqual([1, 1]);
      const others = NAMES.filter((_, index) => results[index]?.status !== 202);
      for (const id of others)
        expect((await run(app, id)).body).toMatchObject({
          fired: false,
          why: expect.stringContaining("publishes this source") as string,
        });
    }
  });

  it("and are due at once on two hosts have it published once", async () => {
    for (const turnOf of TURNS) {
      const app = createFakeSchedules(...NAMES.slice(0, 2).map((id) => wireSchedule({ id })));
      await tick(app);
      app.pass(MINUTE);
      const interleaving = new Interleaving();
      // They begin with different schedules: a host's memory, or the document, has another order there.
      const hosts = NAMES.slice(0, 2).map((id) => {
        const host = gated(app, interleaving);
        const order = id === "a" ? ["a", "b"] : ["b", "a"];
        const inOrder = order.map((name) => wireSchedule({ id: name }));
        const read = host.dependencies.documents.read.bind(host.dependencies.documents);
        host.dependencies.documents.read = (async (path: string) =>
          path === DOCUMENT ? { schedules: inOrder } : read(path)) as typeof read;
        return () => tick(host);
      });
      await interleaving.run(hosts, (step) => turnOf(step) % 2);
      expect(requests(app)).toBe(1);
      app.pass(10_000);
      await tick(app);
      expect(requests(app)).toBe(1);
    }
  });

  it.each([
    [4, 942],
    [2, 912],
  ])(
    "and of which one is due while both are run by hand have it published once, whatever overtakes what, about every %i steps",
    async (every, known) => {
      for (const seed of [known, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
        const app = createFakeSchedules(
          wireSchedule({ id: "a", catchUp: false }),
          wireSchedule({ id: "b", cron: BY_HAND }),
        );
        await tick(app);
        app.pass(MINUTE);
        const interleaving = new Interleaving();
        const one = gated(app, interleaving);
        const below = randomFrom(seed);
        let actor = 0;
        await interleaving.run<unknown>(
          [() => tick(one), () => run(one, "a"), () => run(one, "b")],
          () => (actor = below(every) === 0 ? below(3) : actor),
        );
        app.pass(MINUTE);
        await tick(app);
        expect([seed, requests(app)]).toEqual([seed, 1]);
      }
    },
  );

  describe("and one that died in the middle of deciding", () => {
    /** `a` has claimed the source, and not decided. */
    async function died(): Promise<FakeSchedules> {
      const app = createFakeSchedules(...NAMES.map((id) => wireSchedule({ id, cron: BY_HAND })));
      await tick(app);
      const { documents } = app.dependencies;
      app.dependencies.documents = { ...documents, write: () => Promise.reject(new Error("died")) };
      await expect(run(app, "a")).rejects.toThrow("died");
      app.dependencies.documents = documents;
      return app;
    }

    it("hold for a minute; then another one publishes it, and it doesn't", async () => {
      const app = await died();
      app.pass(MINUTE - 1);
      expect(await run(app, "a")).toMatchObject({ status: 409 });
      expect(await run(app, "b")).toMatchObject({ status: 409 });
      app.pass(1);
      expect((await run(app, "b")).body).toMatchObject({ fired: true });
      expect((await run(app, "a")).body).toMatchObject({ fired: false });
      expect(requests(app)).toBe(1);
    });

    it("hold for a minute; then it goes on itself, at its second look", async () => {
      const app = await died();
      app.pass(MINUTE);
      expect(await run(app, "a")).toMatchObject({ status: 409 });
      expect((await run(app, "a")).body).toMatchObject({ fired: true });
      expect(requests(app)).toBe(1);
    });

    it("don't wait for its clock, which was ahead", async () => {
      const app = await died();
      app.pass(-20 * DAY);
      expect((await run(app, "b")).body).toMatchObject({ fired: true });
    });
  });

  it.each([
    ["", tick],
    [", of which the timer has seen none yet", () => undefined],
  ])(
    "and one that stood for a minute in the middle of deciding%s: what it has decided then isn't written",
    async (_, begin) => {
      const app = createFakeSchedules(...NAMES.map((id) => wireSchedule({ id, cron: BY_HAND })));
      await begin(app);
      const standing = stands(app, "documents", "write");
      const late = run(standing.app, "a");
      await turns(50);
      app.pass(MINUTE);
      expect((await run(app, "b")).body).toMatchObject({ fired: true });
      standing.goOn();
      expect((await late).status).toBe(409);
      expect(requests(app)).toBe(1);
    },
  );

  it("and one that stood in the middle of deciding, while another look at it stood before that: neither's decision is written", async () => {
    const app = createFakeSchedules(
      wireSchedule({ id: "a", catchUp: false }),
      wireSchedule({ id: "b", cron: BY_HAND }),
    );
    await tick(app);
    app.pass(MINUTE);
    const before = stands(app, "finding", "find");
    const byHand = run(before.app, "a");
    await turns(50);
    const deciding = stands(app, "documents", "write");
    const due = tick(deciding.app);
    await turns(50);
    app.pass(MINUTE);
    before.goOn();
    expect((await byHand).status).toBe(409);
    expect((await run(app, "b")).body).toMatchObject({ fired: true });
    deciding.goOn();
    await due;
    expect(requests(app)).toBe(1);
  });

  it("and one that stood between its look and its claim: it looks again instead of publishing what was published meanwhile", async () => {
    const app = createFakeSchedules(...NAMES.map((id) => wireSchedule({ id, cron: BY_HAND })));
    await tick(app);
    const standing = stands(app, "claims", "get");
    const late = run(standing.app, "b");
    await turns(50);
    expect((await run(app, "a")).status).toBe(202);
    const a = await app.dependencies.states.get("a");
    const endedAt = app.dependencies.now().toISOString();
    await app.dependencies.states.put(
      {
        ...(a?.state as ScheduleState),
        request: { ...(a?.state.request as ScheduledRequest), outcome: "published", endedAt },
      },
      a?.etag,
    );
    app.found.now = { ...app.found.now, versions: [{ name: "1.0.0", isFailed: false }] } as Found;
    // By now Azure is known to have its version: nobody waits for that any more.
    app.pass(6 * MINUTE);
    standing.goOn();
    expect(await late).toMatchObject({ status: 409 });
    expect((await run(app, "b")).body).toMatchObject({ fired: false });
    expect(requests(app)).toBe(1);
  });

  it("and one that can run again when its request is just an hour old, by one host's clock and not by the other's: it is sent again, or another one publishes it", async () => {
    const sound = wireSchedule({ cron: "1 12 * * *" });
    const wrong = wireSchedule({ cron: "every monday" });
    const others = [wireSchedule({ id: "also", cron: BY_HAND })];
    const write = (app: FakeSchedules, golden: unknown): void =>
      void app.documents.stored.set(DOCUMENT, { schedules: [golden, ...others] });
    const seen = new Set<string>();
    for (const begins of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      for (let until = begins; until < begins + 10; until++) {
        const app = createFakeSchedules(sound, ...others);
        for (const change of [() => undefined, () => undefined, () => write(app, wrong)]) {
          change();
          await tick(app);
          app.pass(MINUTE);
        }
        app.pass(58 * MINUTE + 30_000);
        write(app, sound);
        const interleaving = new Interleaving();
        const late = gated(app, interleaving);
        const behind = app.dependencies.now();
        late.dependencies.now = () => behind;
        app.pass(45_000);
        await interleaving.run<unknown>(
          [() => tick(late), () => run(gated(app, interleaving), "also")],
          (step) => (begins <= step && step < until ? 0 : 1),
        );
        app.pass(10 * MINUTE);
        await tick(app);
        const [, ...next] = app.messages.map(({ messageId }) => messageId);
        expect([begins, until, next.length]).toEqual([begins, until, 1]);
        seen.add(next[0] ?? "");
      }
    expect([...seen].sort()).toEqual([
      "also-20261124T130215Z-by-hand",
      "golden-20261124T120100Z~1",
    ]);
  });

  it("publish it again by force, and a claim leaves nothing behind", async () => {
    const app = createFakeSchedules(...NAMES.map((id) => wireSchedule({ id, cron: BY_HAND })));
    await tick(app);
    expect((await run(app, "a")).status).toBe(202);
    expect((await run(app, "b", "?force=true")).status).toBe(202);
    expect(requests(app)).toBe(2);
    expect((await app.rows.list("claim")).rows).toEqual([]);
  });
});
