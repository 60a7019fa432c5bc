import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { Bench, type Observation } from "./support/refusals/bench";
import { CALL_ROWS } from "./support/refusals/call-rows";
import { ENCRYPTION_ROWS } from "./support/refusals/encryption-rows";
import { FAILING_ROWS } from "./support/refusals/failing-rows";
import type { Row } from "./support/refusals/rows";
import { VERSION_ROWS } from "./support/refusals/version-rows";
import { REFUSAL_WORLD } from "./support/refusals/world";

const ROWS = [...ENCRYPTION_ROWS, ...FAILING_ROWS, ...VERSION_ROWS, ...CALL_ROWS]
  .map((row) => ({ ...row, label: row.row === undefined ? "further" : `row ${row.row}` }))
  .sort((one, other) => (one.row ?? Infinity) - (other.row ?? Infinity));

/** With PRINT_REFUSALS=1 the answers are printed as a table, for people. */
const print = process.env["PRINT_REFUSALS"] === "1";

describe("the bare SDK is refused with Azure's words, and taken where that one fact differs", () => {
  let arm: ArmFixture;
  let bench: Bench;
  const seen: string[] = [];
  beforeAll(async () => {
    arm = await startArm({ world: REFUSAL_WORLD });
    bench = new Bench(arm);
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
    const head = ["| row | case | when | answer |", "| --- | --- | --- | --- |"];
    if (print) process.stdout.write(`${[...head, ...seen].join("\n")}\n`);
  });

  it.each(ROWS)("$label: $title", async ({ refused, accepted, answer, ...row }) => {
    const observed = await refused(bench);
    seen.push(lineOf(row, observed));
    const { message, ...expected } = answer;
    const defaults = answer.when === undefined ? { when: "PUT", status: 400 } : {};
    const code = answer.when === "region status" ? {} : { code: "InvalidParameter" };
    expect(observed).toMatchObject({ ...defaults, ...code, ...expected });
    expect(observed.message).toContain(message);
    expect(await accepted(bench)).toEqual({ when: "accepted" });
  });
});

function lineOf(
  { row, title }: Pick<Row, "row" | "title">,
  { when, status, code, message }: Observation,
): string {
  const answer = [status, code, message?.replaceAll("\n", " ")].filter(
    (part) => part !== undefined,
  );
  const short = answer
    .join(" ")
    .replaceAll(/\/subscriptions\/[^ ]*?\/providers\/Microsoft.Compute/g, "…");
  return `| ${row ?? ""} | ${title} | ${when} | ${short} |`;
}
