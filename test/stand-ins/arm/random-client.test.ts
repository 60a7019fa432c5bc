import fc from "fast-check";
import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { startArmProgram } from "./support/arm-program";
import { testWorld } from "./support/worlds";
import { deadlyStep, gentleStep, type Step } from "./random-client/steps";
import { TwoWriters } from "./random-client/two-writers";
import { RULES } from "./random-client/version-model";

/** RANDOM_CLIENT_SEED and RANDOM_CLIENT_RUNS choose other and longer runs, and print what happened. */
const { RANDOM_CLIENT_SEED, RANDOM_CLIENT_RUNS } = process.env;
const seed = Number(RANDOM_CLIENT_SEED ?? 1);
const runs = Number(RANDOM_CLIENT_RUNS ?? 14);
const STEPS_PER_RUN = 40;
/** Starting a program costs as much as many steps. */
const RUNS_PER_KILLED_RUN = 7;
const TIMEOUT_MS = 30_000 + runs * 5_000;

const WORLD = testWorld().replace("behaviour: {", "behaviour: { updateWithoutEncryption: keep,");

/** Lets two writers do what fast-check thinks up; on failure it finds the shortest way there. */
async function letThemWrite(
  step: fc.Arbitrary<Step>,
  start: (directory?: string) => Promise<ArmFixture>,
  numRuns: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const steps = fc.array(step, { minLength: 1, maxLength: STEPS_PER_RUN, size: "max" });
  const property = fc.asyncProperty(steps, async (one) =>
    discard(await TwoWriters.run(start, one, count)),
  );
  await fc.assert(property, { seed, numRuns });
  if (RANDOM_CLIENT_RUNS !== undefined)
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...counts].sort()), null, 1)}\n`);
  return counts;
}

describe("two writers who create, scale, add, remove, patch and delete at random", () => {
  it(
    "find every write taken whole or refused by a documented rule, also over restarts",
    async () => {
      const began = Date.now();
      const start = (directory?: string) =>
        startArm({ world: WORLD, wall: () => began, ...(directory && { directory }) });
      const counts = await letThemWrite(gentleStep, start, runs);
      if (RANDOM_CLIENT_SEED !== undefined) return;
      // Another seed may leave something out; this one must not prove less than it seems to.
      const all = [...RULES, "PUT taken", "PATCH taken", "delete", "race", "restart", "failRegion"];
      expect([...counts.keys()]).toEqual(expect.arrayContaining(all));
    },
    TIMEOUT_MS,
  );

  it(
    "lose nothing when the program is killed, also in the middle of a write",
    async () => {
      const start = (directory?: string) =>
        startArmProgram({ world: WORLD, ...(directory && { directory }) });
      const counts = await letThemWrite(deadlyStep, start, Math.ceil(runs / RUNS_PER_KILLED_RUN));
      expect([...counts.keys()]).toEqual(expect.arrayContaining(["dieWriting", "PUT taken"]));
    },
    TIMEOUT_MS,
  );
});
