import { FAULT_KINDS } from "../../../../tools/chaos/plan/faults";
import { planChaos } from "../../../../tools/chaos/plan/plan";
import { SCENARIOS } from "../../../../tools/chaos/plan/scenarios";
import { SOURCE_REGION } from "../../../../tools/chaos/plan/world";

const SEEDS = [1, 7, 103, 999_999];

test("what is sent, which faults and kills there are follows from the seed alone", () => {
  expect(planChaos(7, 50)).toEqual(planChaos(7, 50));
  expect(planChaos(7, 50)).not.toEqual(planChaos(8, 50));
});

test.each(SEEDS)("50 publications of seed %d have every kind of scenario and of fault", (seed) => {
  const { scenarios } = planChaos(seed, 50);
  expect(new Set(scenarios.map(({ kind }) => kind))).toEqual(new Set(Object.keys(SCENARIOS)));
  const faults = scenarios.flatMap((one) => one.faults.map(({ kind }) => kind));
  expect(new Set(faults)).toEqual(new Set(Object.keys(FAULT_KINDS)));
});

test.each(SEEDS)("50 publications of seed %d have every kind of kill", (seed) => {
  expect(new Set(planChaos(seed, 50).kills.map(({ kind }) => kind)).size).toBe(7);
});

test.each(SEEDS)(
  "every request of seed %d asks for the source region, and for none twice",
  (seed) => {
    const wishes = planChaos(seed, 50)
      .scenarios.flatMap(({ steps }) => steps)
      .flatMap((step) => (step.do === "send" ? step.messages : []))
      .map(({ wish }) => wish.regions);
    for (const regions of wishes) {
      expect(regions[0]).toBe(SOURCE_REGION);
      expect(new Set(regions).size).toBe(regions.length);
    }
  },
);

test("versions are each published by one scenario", () => {
  const versions = planChaos(7, 50).scenarios.map(({ version }) => version);
  expect(new Set(versions).size).toBe(50);
});
