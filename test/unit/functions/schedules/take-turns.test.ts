import type { Timer } from "@azure/functions";
import { createTurns } from "../../../../src/functions/schedules/take-turns";
import { tickSchedules } from "../../../../src/functions/schedules/tick-schedules";
import { invocation } from "../../../support/fake-function-app";
import { createFakeSchedules, TARGET, wireSchedule } from "../../../support/schedule-factory";

const MINUTE = 60_000;

interface One {
  id: string;
  group: string;
}

/** Ten of a definition that Azure is slow about, and two of others, in this order. */
const GROUPS = [...Array<string>(10).fill("slow"), "quick", "other"];
const ALL: One[] = GROUPS.map((group, index) => ({ id: `${group}-${index}`, group }));

const groupOf = ({ group }: One): string => group;

describe("turns", () => {
  let time = Date.parse("2026-11-24T12:00:00Z");
  const now = (): Date => new Date(time);

  it("one group waits for itself only: the others have theirs meanwhile, and none begins after 45 seconds", async () => {
    const turns = createTurns(now, groupOf);
    const looked: string[] = [];
    const going = new Set<string>();
    const left = await turns(ALL, async ({ id, group }) => {
      expect(going).not.toContain(group);
      going.add(group);
      looked.push(id);
      // The slow one's answer comes when all others had theirs.
      if (group === "slow") {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        time += 30_000;
      }
      going.delete(group);
    });
    expect(looked).toHaveLength(4);
    expect(looked).toEqual(expect.arrayContaining(["quick-10", "other-11"]));
    expect(left).toHaveLength(8);
  });

  it("a group that has had a turn lets the others go first, also the next minute", async () => {
    const turns = createTurns(now, groupOf);
    const minute = async (): Promise<string[]> => {
      const looked: string[] = [];
      const begin = time;
      await turns(many, async ({ id }) => {
        looked.push(id);
        await Promise.resolve();
        time = begin + 50_000;
      });
      time = begin + MINUTE;
      return looked;
    };
    const many = Array.from({ length: 9 * 3 }, (_, index) => ({
      ...{ id: String(index), group: `g${index % 9}` },
    }));
    const groups = (looked: string[]) => looked.map((id) => Number(id) % 9);
    const first = await minute();
    const second = await minute();
    expect([first.length, second.length]).toEqual([8, 8]);
    const missed = Array.from({ length: 9 }, (_, index) => index).find(
      (index) => !groups(first).includes(index),
    );
    expect(groups(second)[0]).toBe(missed);
    expect(first.some((id) => second.includes(id))).toBe(false);
  });

  it("eight slow groups have a turn each, then the others theirs, before any has another one", async () => {
    const many = Array.from({ length: 8 * 3 + 2 }, (_, index) => ({
      ...{ id: String(index), group: index < 8 * 3 ? `slow${index % 8}` : `quick${index}` },
    }));
    const looked: string[] = [];
    await createTurns(now, groupOf)(many, async ({ group }) => {
      looked.push(group);
      await Promise.resolve();
    });
    expect(looked).toHaveLength(many.length);
    expect(new Set(looked.slice(0, 10)).size).toBe(10);
  });

  it("a host that remembers nothing begins elsewhere each minute: restarts leave none out", async () => {
    const looked = new Set<string>();
    const many = Array.from({ length: 20 }, (_, index) => ({ id: `s${index}`, group: `${index}` }));
    for (let minute = 0; minute < 3; minute++) {
      const begin = time;
      // The process dies at its first eight.
      void createTurns(now, groupOf)(many, async ({ id }) => {
        looked.add(id);
        await new Promise<never>(() => undefined);
      });
      time = begin + MINUTE;
    }
    expect(looked.size).toBe(20);
  });
});

describe("a definition that Azure doesn't answer about", () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse("2026-11-24T12:00:00Z") }));
  afterEach(() => jest.useRealTimers());

  /** The clock of the fake app goes with the timers. */
  function sleepy() {
    const schedule = (definition: string, id: string) =>
      wireSchedule({
        id,
        image: { ...TARGET, definition, location: "westus" },
      });
    const app = createFakeSchedules(
      ...Array.from({ length: 10 }, (_, index) => schedule("Slow", `slow${index}`)),
      schedule("Quick", "quick"),
      schedule("Other", "other"),
    );
    Object.assign(app.dependencies, { now: () => new Date(Date.now()) });
    const host = tickSchedules(app.dependencies);
    const late: (() => void)[] = [];
    const find = async ({ image }: { image: { definition: string } }) => {
      if (image.definition === "Slow") await new Promise<void>((answer) => late.push(answer));
      const { definition } = image;
      return { ...{ kind: "found" as const, source: {}, fingerprint: definition } };
    };
    app.dependencies.finding.find = find;
    return { app, late, tick: () => host({} as Timer, invocation()) };
  }

  it("stops no other one: the tick ends soon after the minute, and the others have fired", async () => {
    const { app, tick } = sleepy();
    await tick();
    for (let minute = 1; minute <= 3; minute++) {
      jest.setSystemTime(Date.parse("2026-11-24T12:00:00Z") + minute * 2 * MINUTE);
      const begin = Date.now();
      const ended = tick().then(() => Date.now());
      await jest.advanceTimersByTimeAsync(2 * MINUTE);
      expect((await ended) - begin).toBeLessThanOrEqual(MINUTE);
      expect(jest.getTimerCount()).toBe(0);
    }
    expect(app.messages.map(({ messageId }) => messageId).toSorted()).toEqual([
      "other-20261124T120200Z",
      "quick-20261124T120200Z",
    ]);
  });

  it("an answer after the look's end changes nothing, and sends nothing", async () => {
    const { app, late, tick } = sleepy();
    await tick();
    jest.setSystemTime(Date.parse("2026-11-24T12:01:00Z"));
    const ticking = tick();
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    await ticking;
    const states = await app.dependencies.states.list();
    expect(late).toHaveLength(2);
    for (const answer of late) answer();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(await app.dependencies.states.list()).toEqual(states);
    expect(app.messages).toHaveLength(2);
  });
});
