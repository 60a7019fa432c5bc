import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { levelOf, loadKeys } from "../../../src/local/functions-host/keys";

const directory = mkdtempSync(join(tmpdir(), "keys-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("keys that nobody gave are made, differ, and stay the same over a restart", () => {
  const file = join(directory, "made.json");
  const keys = loadKeys(file, {});
  expect(new Set(Object.values(keys)).size).toBe(3);
  expect(loadKeys(file, {})).toEqual(keys);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("a key that was given wins over a kept one", () => {
  const file = join(directory, "given.json");
  loadKeys(file, {});
  expect(loadKeys(file, { master: "mine" }).master).toBe("mine");
});

test("each key opens its own level, a wrong or empty one none", () => {
  const keys = { function: "f", master: "m", durable: "d" };
  const levels = ["f", "m", "d", "x", "", undefined].map((key) => levelOf(key, keys));
  expect(levels).toEqual(["function", "master", "system", undefined, undefined, undefined]);
});
