import type { ImageVersionBody } from "../../src/domain/plan/image-version-body";
import {
  crashedAtCommit,
  crashedAtWrite,
  undisturbed,
  type CrashCase,
  type Moment,
} from "../replay/publishing/crash-points";

const crashed = { commit: crashedAtCommit, write: crashedAtWrite };
type Point = keyof typeof crashed;

const POINTS: [Moment, Point][] = [
  ["before", "commit"],
  ["after", "commit"],
  ["before", "write"],
  ["after", "write"],
];

const every = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/**
 * Tests that a run ends the same whatever point it crashes at: before and after every commit of the
 * engine's store (but for those that `commitsOf` leaves out), and before and after every write to the outside.
 * @param expected how the run ends, and of which regions each of its PUTs is
 * @param report told at the end how many points there were
 * @param commitsOf which commits (from 1) of so many are crashed at: all, where none are alike
 */
export function itEndsTheSameWhereverItCrashes(
  run: CrashCase,
  { state, puts }: { state: string; puts: string[][] },
  report: (line: string) => void = () => undefined,
  commitsOf: (count: number) => number[] = every,
): void {
  const quiet = undisturbed(run);
  const counted: string[] = [];

  afterAll(() => report(`${run.regions.length} regions, ${state}: ${counted.join(", ")}`));

  it("when nothing happens", async () => {
    const { end, world } = await quiet;
    expect(end.traces).toMatchObject({ end: state });
    const regionsOf = ({ publishingProfile }: ImageVersionBody): string[] =>
      publishingProfile.targetRegions.map(({ name }) => name);
    expect(world.log.puts.map(regionsOf)).toEqual(puts);
    // Whatever was verified, no disk is left of it.
    expect(world.disks.there.size).toBe(0);
    // Whatever has opened it, the flag that allows regions to be removed is closed in the end.
    expect(world.version()?.body.safetyProfile.allowDeletionOfReplicatedLocations).not.toBe(true);
  });

  it.each(POINTS)("after a crash %s every %s", async (moment, point) => {
    const { end, commits, writes } = await quiet;
    const points = point === "commit" ? commitsOf(commits) : every(writes);
    expect(points.length).toBeGreaterThan(4);
    let deaths = 0;
    for (const k of points) {
      const survived = await crashed[point](run, k, moment);
      expect([k, survived.end]).toEqual([k, end]);
      if (survived.died) deaths++;
    }
    // Each was one: the process has died in it.
    expect(deaths).toBe(points.length);
    const all = point === "commit" ? commits : writes;
    counted.push(`${deaths} of ${all} crashes ${moment} a ${point}`);
  });
}
