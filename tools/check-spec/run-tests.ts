import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Tests in which the Resource Manager stand-in is asked: by itself, and by the app on its stack. */
const TESTS = ["test/stand-ins/arm", "test/end-to-end/publish.test.ts"];

/**
 * Runs the tests that ask the stand-in, each keeping its answers in `directory`.
 * @throws when a test fails
 */
export function recordTests(root: string, directory: string): void {
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const { status, error } = spawnSync(process.execPath, [jest, "--silent", ...TESTS], {
    cwd: root,
    env: { ...process.env, RECORD_ARM_ANSWERS: directory },
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error("tests failed, so their answers prove nothing");
}
