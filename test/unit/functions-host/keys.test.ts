import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostKeys } from "../../../src/local/functions-host/keys";

const directory = mkdtempSync(join(tmpdir(), "keys-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("keys that nobody gave are made, differ, and stay the same over a restart", () => {
  const file = join(directory, "made.json");
  const all = (keys: HostKeys) => [keys.master, keys.function, keys.durable];
  const first = all(new HostKeys(file, {}));
  expect(new Set(first).size).toBe(3);
  expect(all(new HostKeys(file, {}))).toEqual(first);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("a key that was given wins over a kept one", () => {
  const file = join(directory, "given.json");
  new HostKeys(file, {});
  const keys = new HostKeys(file, { master: "mine", function: "ours" });
  expect([keys.master, keys.function]).toEqual(["mine", "ours"]);
});

test("a key that is given at every start does not come back once it was renewed", () => {
  const file = join(directory, "renewed.json");
  const given = { master: "m", function: "f" };
  const before = new HostKeys(file, given);
  const renewed = [before.setMaster(), before.set("host", "default")];
  const after = new HostKeys(file, given);
  expect([after.master, after.function]).toEqual(renewed);
  expect([after.levelOf("m"), after.levelOf("f")]).toEqual([undefined, undefined]);
  expect(new HostKeys(file, {}).master).toBe(renewed[0]);
  expect(new HostKeys(file, given).master).toBe(renewed[0]);
  expect(new HostKeys(file, { ...given, master: "other" }).master).toBe("other");
});

test("a given default key that was removed is replaced by a new one", () => {
  const file = join(directory, "removed.json");
  new HostKeys(file, { function: "f" }).remove("host", "default");
  const after = new HostKeys(file, { function: "f" });
  expect(after.levelOf("f")).toBeUndefined();
  expect(after.levelOf(after.function)).toBe("function");
});

test("a key of each kind opens its own level, a wrong or empty one none", () => {
  const keys = new HostKeys(undefined, { master: "m", function: "f" });
  keys.set("system", "other_extension", "s");
  const levels = ["f", "m", "s", "x", "", undefined].map((key) => keys.levelOf(key));
  expect(levels).toEqual(["function", "master", "system", undefined, undefined, undefined]);
});

test("a function's own key opens that function only, whatever the case of its name", () => {
  const keys = new HostKeys(undefined, {});
  keys.set({ functionName: "Echo" }, "mine", "k");
  expect(keys.levelOf("k", "eCHO")).toBe("function");
  expect([keys.levelOf("k", "other"), keys.levelOf("k")]).toEqual([undefined, undefined]);
});

test("keys that were set, renewed and removed are so after a restart", () => {
  const file = join(directory, "changed.json");
  const before = new HostKeys(file, {});
  before.set("host", "mobile", "1");
  before.set("host", "gone");
  const renewed = before.set("host", "mobile");
  expect(before.remove("host", "gone")).toBe(true);
  expect(before.remove("host", "constructor")).toBe(false);
  const after = new HostKeys(file, {});
  expect(renewed).not.toBe("1");
  expect(after.get("host", "mobile")).toBe(renewed);
  expect(after.get("host", "gone")).toBeUndefined();
});

test("keys kept by an earlier version of the program stay good", () => {
  const file = join(directory, "old.json");
  writeFileSync(file, JSON.stringify({ function: "f", master: "m", durable: "d" }));
  const keys = new HostKeys(file, {});
  expect([keys.function, keys.master, keys.durable]).toEqual(["f", "m", "d"]);
});
