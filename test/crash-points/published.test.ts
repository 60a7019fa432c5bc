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

  itEndsTheSameWhereverItCrashes(run, { state: "published", puts: [regions, regions] }, print);
});
