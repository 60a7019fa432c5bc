import { undisturbed, type CrashCase } from "../replay/publishing/crash-points";
import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, slowly, staggerBriefly, TWELVE_REGIONS } from "./worlds";

const all = TWELVE_REGIONS;

describe("a run of 12 regions in one wave that is published ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions: all, prepare: staggerBriefly },
    { state: "published", puts: [all, all] },
    print,
  );
});

describe("a run whose watcher begins anew ends the same", () => {
  const regions = ["westus"];
  const run: CrashCase = { regions, prepare: slowly };

  it("with more looks than a generation of the watcher has", async () => {
    const { world } = await undisturbed(run);
    const LOOKS_OF_A_GENERATION = 40;
    const otherReads = 6;
    expect(world.log.calls.filter((call) => call === "get").length).toBeGreaterThan(
      LOOKS_OF_A_GENERATION + otherReads,
    );
  });

  // The looks in the middle of a generation are alike, and each has three commits: every fifth commit of theirs is
  // now the first, now the second, now the third of one. The end has the watcher's beginning anew in it.
  const ends = 24;
  const commitsOf = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => index + 1).filter(
      (k) => k <= ends || k > count - 2 * ends || k % 5 === 0,
    );

  itEndsTheSameWhereverItCrashes(
    run,
    { state: "published", puts: [regions, regions] },
    print,
    commitsOf,
  );
});
