import type { Region } from "../../../src/cli/api-types";
import { renderChanges, renderFrame, seconds, type View } from "../../../src/cli/render-regions";
import { at, buildPublication, buildRegion, START } from "./build-publication";

const view = (more: Partial<View> = {}): View => ({
  now: START + 5200,
  startedAt: START,
  rows: 30,
  columns: 120,
  paint: (_state, text) => text,
  ...more,
});

describe("the live picture", () => {
  test("shows state, bar, percentage, wave, elapsed time and last change of every region", () => {
    const publication = buildPublication({
      regions: [
        buildRegion("westus", {
          ...{ state: "completed", progress: 100 },
          ...{ startedAt: at(1), lastChangeAt: at(4) },
        }),
        buildRegion("eastus2", { startedAt: at(1), lastChangeAt: at(4), wave: 2 }),
        buildRegion("northeurope", { state: "pending", progress: 0 }),
      ],
    });
    expect(renderFrame(publication, view())).toEqual([
      "MyGallery/MyImage 1.0.0  publishing  5.2 s",
      "",
      "  westus       ████████████████████████  100 %  completed    wave 1    3.0 s",
      "  eastus2      ████████████░░░░░░░░░░░░   50 %  replicating  wave 2    4.2 s  changed 1.2 s ago",
      "  northeurope  ░░░░░░░░░░░░░░░░░░░░░░░░    0 %  pending      wave 1",
    ]);
  });

  test("fits a terminal of 80 columns", () => {
    const regions = [
      buildRegion("germanywestcentral", { startedAt: at(0), lastChangeAt: at(1), progress: 5 }),
    ];
    const lines = renderFrame(buildPublication({ regions }), view({ columns: 80 }));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[2]).toContain("█░░░░░░░░░░░");
  });

  test("marks a region that stands still, with the time where there is room for it", () => {
    const still = { startedAt: at(0), lastChangeAt: at(1), stalledSince: at(1) };
    const publication = buildPublication({
      regions: [
        buildRegion("westus", still),
        buildRegion("eastus2", { ...still, state: "failed" }),
      ],
    });
    const paint = jest.fn((_state: string, text: string) => text);
    const wide = renderFrame(publication, view({ paint }));
    expect(wide[2]).toMatch(
      / 50 % {2}replicating {2}wave 1 .* stands still since 2026-11-24T12:00:01Z$/,
    );
    expect(wide[3]).not.toContain("stands still");
    expect(paint).toHaveBeenCalledWith("stalled", "replicating");
    const narrow = renderFrame(publication, view({ columns: 80 }));
    expect(narrow[2]).toMatch(/ 50 % {2}stalled {6}wave 1 /);
    expect(narrow[3]).toMatch(/ 50 % {2}failed {7}wave 1 /);
  });

  test("with more regions than rows shows those that move or failed and counts the rest", () => {
    const regions = [
      ...Array.from({ length: 30 }, (_, n) =>
        buildRegion(`done${n}`, { state: "completed", progress: 100 }),
      ),
      buildRegion("moving"),
      buildRegion("broken", { state: "failed" }),
    ];
    const lines = renderFrame(buildPublication({ regions }), view({ rows: 10 }));
    expect(lines.length).toBeLessThan(10);
    expect(lines[2]).toContain("broken");
    expect(lines[3]).toContain("moving");
    expect(lines.at(-1)).toBe("  and 26 more: 26 completed");
  });

  test("colours each region by its state", () => {
    const paint = jest.fn((_state: string, text: string) => text);
    renderFrame(buildPublication({ regions: [buildRegion("westus")] }), view({ paint }));
    expect(paint.mock.calls.map(([state]) => state)).toEqual([
      ...["publishing", "replicating", "replicating"],
    ]);
  });

  test("a publication whose regions aren't known yet is its title alone", () => {
    const lines = renderFrame(buildPublication({ state: "accepted", regions: [] }), view());
    expect(lines).toEqual(["MyGallery/MyImage 1.0.0  accepted  5.2 s", ""]);
  });
});

describe("lines for a pipe", () => {
  test("that a region stands still is said once, and that it moves again by what it has come to", () => {
    const seen = (change: Partial<Region>) =>
      buildPublication({ regions: [buildRegion("westus", change)] });
    const stalledSince = at(1);
    expect(renderChanges(seen({}), seen({ stalledSince }), 5_000)).toEqual([
      `[  5.0 s]   westus: replicating, 50 %, wave 1, stands still since 2026-11-24T12:00:01Z`,
    ]);
    expect(renderChanges(seen({ stalledSince }), seen({ stalledSince }), 6_000)).toEqual([]);
    expect(renderChanges(seen({ stalledSince }), seen({ progress: 51 }), 7_000)).toEqual([
      "[  7.0 s]   westus: replicating, 51 %, wave 1",
    ]);
  });

  test("the first look says everything", () => {
    expect(renderChanges(undefined, buildPublication(), 400)).toEqual([
      "[  0.4 s] MyGallery/MyImage 1.0.0: publishing",
      "[  0.4 s]   westus: replicating, 50 %, wave 1",
      "[  0.4 s]   eastus2: replicating, 50 %, wave 1",
    ]);
  });

  test("later looks say only what changed, and nothing when nothing did", () => {
    const before = buildPublication();
    const after = buildPublication({
      regions: [buildRegion("westus"), buildRegion("eastus2", { progress: 75 })],
    });
    expect(renderChanges(before, after, 2000)).toEqual([
      "[  2.0 s]   eastus2: replicating, 75 %, wave 1",
    ]);
    expect(renderChanges(after, after, 3000)).toEqual([]);
  });

  test("the end of the publication comes after the ends of its regions", () => {
    const done = { state: "completed", progress: 100 } as const;
    const after = buildPublication({
      state: "published",
      regions: [buildRegion("westus", done), buildRegion("eastus2", done)],
    });
    const lines = renderChanges(buildPublication(), after, 9000);
    expect(lines.at(-1)).toBe("[  9.0 s] MyGallery/MyImage 1.0.0: published");
    expect(lines).toHaveLength(3);
  });
});

test.each([
  [0, "0.0 s"],
  [-3, "0.0 s"],
  [4240, "4.2 s"],
  [125_000, "2 min 5 s"],
])("%d ms read %s", (ms, text) => expect(seconds(ms)).toBe(text));
