import { parseArgs } from "node:util";
import { readingCodes } from "../../src/domain/problem-catalogue";
import { fuzz } from "./fuzz";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    least: { type: "string", default: "50" },
  },
});
const result = fuzz(Number(values.requests), Number(values.seed));
const rare = readingCodes.filter((code) => (result.codes.get(code) ?? 0) < Number(values.least));
const rows = [...result.codes].sort(([, a], [, b]) => b - a);
process.stdout.write(
  [
    `seed ${values.seed}: ${result.requests} requests, ${result.refused} refused, ${result.admitted} admitted`,
    ...rows.map(([code, count]) => `${String(count).padStart(7)}  ${code}`),
    ...result.violations.slice(0, 20),
    `${result.violations.length} violations; ${rare.length} codes below ${values.least}${rare.length === 0 ? "" : `: ${rare.join(", ")}`}`,
    "",
  ].join("\n"),
);
process.exit(result.violations.length === 0 && rare.length === 0 ? 0 : 1);
