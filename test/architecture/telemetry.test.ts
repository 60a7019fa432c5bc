import { withLogLines } from "../../tools/telemetry/tables";
import { readText, unformatted } from "./repository";

test("docs/telemetry.md has the lines and members of the code (npm run telemetry)", () => {
  const document = readText("docs/telemetry.md");
  expect(unformatted(withLogLines(document))).toBe(unformatted(document));
  expect(document).toContain("| `regionStalled`");
});
