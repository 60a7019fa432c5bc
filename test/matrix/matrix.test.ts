import { readText, unformatted } from "../architecture/repository";
import { CELLS, MATRIX } from "./cells";
import { count, faultMatrix } from "./document";
import { ROWS } from "./facts";
import { POINTS } from "./points";
import { judge } from "./stage/judge";

const named = CELLS.map((cell) => ({
  ...cell,
  title: `row ${cell.row.number}, ${cell.row.title} × ${cell.point.name}: ${cell.outcome}`,
}));

describe("every row of the table of errors at every point of a run", () => {
  let run = 0;

  it.each(named)("$title", async (cell) => {
    run++;
    await judge(cell);
  });

  it("each cell is run, or is listed with the reason why it can't occur", () => {
    process.stdout.write(`${count()}\n`);
    expect(ROWS.map(({ number }) => number)).toEqual(Array.from({ length: 26 }, (_, at) => at + 1));
    expect(MATRIX).toHaveLength(ROWS.length * POINTS.length);
    expect(run).toBe(CELLS.length);
  });

  it("docs/fault-matrix.md says the same (npm run matrix:docs writes it)", () => {
    expect(unformatted(readText("docs/fault-matrix.md")).trim()).toBe(unformatted(faultMatrix()));
  });
});
