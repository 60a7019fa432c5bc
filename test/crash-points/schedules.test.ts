import type { Moment } from "../support/mortal-process";
import { tellStory, type ScheduleStory } from "../support/schedule-story";
import { print } from "./worlds";

const FIRST = "golden-20261124T130000Z";
const DISABLED = "com.gallery-publisher.publication.scheduleDisabled";

const SENT = expect.any(String) as string;

const STORIES: [string, ScheduleStory, object][] = [
  [
    "fires, and is published",
    { end: "published" },
    {
      ...{ messages: [SENT], runs: [`${FIRST} 1.0.0`], builds: 0, failures: 0 },
      switchedOff: undefined,
    },
  ],
  [
    "fires, fails, and is switched off",
    { end: "failed" },
    {
      ...{ messages: [SENT], runs: [`${FIRST} 1.0.0`], failures: 1 },
      switchedOff: "gallery-publisher",
    },
  ],
  [
    "fires, is rejected before a write, frees its number, and is switched off",
    { end: "rejected" },
    {
      ...{ messages: [SENT], runs: [`${FIRST} 1.0.0`], failures: 1 },
      numbers: [{ version: "1.0.0", requestId: FIRST, state: "released" }],
    },
  ],
  [
    "has its image built first, fires, and is published",
    { end: "published", built: "Succeeded" },
    { ...{ messages: [SENT], runs: [`${FIRST} 1.0.0`], builds: 1, isBuilding: false } },
  ],
  [
    "has its image built first, which fails, and is switched off",
    { end: "published", built: "Failed" },
    { ...{ runs: [], builds: 1, isBuilding: false, failures: 1 }, messages: [] },
  ],
];

const CALLS_OF_A_TICK = ["documents.read", "states.get", "states.put"];

describe.each(STORIES)(
  "a schedule that %s: from the tick to the end of its run",
  (name, story, expected) => {
    const quiet = tellStory(story);
    const counted: string[] = [];
    afterAll(() => print(`a schedule that ${name}: ${counted.join(", ")}`));

    it("when nothing happens", async () => {
      const { end } = await quiet;
      expect(end).toMatchObject(expected);
      expect(end.events.filter((event) => event === DISABLED)).toHaveLength(end.failures ?? 0);
    });

    it.each<Moment>(["before", "after"])(
      "ends the same after a kill %s any call that leaves the process: nothing is asked for, built or numbered twice",
      async (moment) => {
        const { end, process } = await quiet;
        const { calls } = process;
        expect(calls).toEqual(expect.arrayContaining(CALLS_OF_A_TICK));
        for (let at = 1; at <= calls.length; at++) {
          const killed = await tellStory(story, { at, moment });
          const where = `${moment} call ${at}, ${calls[at - 1]}`;
          expect([where, killed.process.hasDied, killed.end]).toEqual([where, true, end]);
        }
        counted.push(`${calls.length} of ${calls.length} kills ${moment} a call`);
      },
    );
  },
);
