import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./repository";

/** The check of the infrastructure on a machine without the .NET SDK, which brings the compiler. */
function checkWithoutSdk(environment: Record<string, string>) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(ROOT, "dist/tools/check-infra.js")],
    { cwd: ROOT, env: { PATH: "/nowhere", ...environment }, encoding: "utf8" },
  );
  return { status, lines: stdout.split("\n").map((line) => line.replace(/^ *[\d.]+ s /, "")) };
}

test("without the .NET SDK it is said what was not run, and the rest is checked", () => {
  const { status, lines } = checkWithoutSdk({});
  expect(lines).toContainEqual(expect.stringMatching(/^NOT RUN: format, lint, build, snapshots/));
  expect(lines).toEqual(expect.arrayContaining(["every file is used", "app settings complete"]));
  expect(status).toBe(0);
});

test("in CI that is a failure", () => {
  expect(checkWithoutSdk({ CI: "true" }).status).toBe(1);
});
