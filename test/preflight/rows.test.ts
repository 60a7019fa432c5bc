import { AREAS } from "./rows/areas";
import { Preflight, type Observed } from "./support/dry-run";
import type { Case } from "./support/row";

const rows = Object.entries(AREAS).flatMap(([area, { rows: own }]) =>
  own.map((row) => ({ area, ...row })),
);

describe("a dry run over the stand-in tells exactly what is wrong, and nothing is written", () => {
  let preflight: Preflight;
  beforeAll(async () => {
    preflight = await Preflight.start(Object.values(AREAS).map(({ world }) => world));
  });
  afterAll(() => preflight.stop());

  it.each(rows)("$area: $title", async ({ found, says = [], beyondReach, neighbour, ...row }) => {
    const { messages, calls } = await look(row, found);
    for (const words of says) expect(messages.join("\n")).toContain(words);
    if (found.some((line) => line.includes(" notChecked")) && beyondReach === undefined)
      expect(calls.filter(({ status }) => status >= 400)).not.toEqual([]);
    await look({ ...row, ...neighbour }, neighbour.found ?? []);
  });

  /** Exactly these findings, by reads alone, each of which the plan counted. */
  async function look(each: Case, expected: string[]): Promise<Observed> {
    const observed = await preflight.observe(each);
    expect(observed.found).toEqual(expected);
    expect(observed.calls.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(observed.calls).toHaveLength(observed.reads);
    return observed;
  }
});

test("no two rows have the same title", () => {
  const titles = rows.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([]);
});
