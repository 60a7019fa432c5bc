import { AREAS } from "./rows/areas";
import { Preflight } from "./support/dry-run";

const rows = Object.entries(AREAS).flatMap(([area, { rows: own }]) =>
  own.map((row) => ({ area, ...row })),
);

describe("a dry run over the stand-in tells exactly what is wrong, and nothing is written", () => {
  let preflight: Preflight;
  beforeAll(async () => {
    preflight = await Preflight.start(Object.values(AREAS).map(({ world }) => world));
  });
  afterAll(() => preflight.stop());

  it.each(rows)("$area: $title", async ({ found, neighbour, ...row }) => {
    for (const [expected, each] of [
      [found, row],
      [neighbour.found ?? [], { ...row, ...neighbour }],
    ] as const) {
      const observed = await preflight.observe(each);
      expect(observed.found).toEqual(expected);
      expect(observed.calls.filter(({ method }) => method !== "GET")).toEqual([]);
      expect(observed.calls).toHaveLength(observed.reads);
    }
  });
});

test("no two rows have the same title", () => {
  const titles = rows.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([]);
});
