import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Few, so that it fits among the tests; npm run chaos has more. */
const ARGS = ["--runs", "3", "--seed", "6", "--at-once", "3"];

test("of three publications under faults and kill -9 of every part everything holds", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["dist/tools/chaos.js", ...ARGS]);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("everything holds");
  expect(stdout).toContain("kill -9: host, while Azure is at work");
}, 90_000);
