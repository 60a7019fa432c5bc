import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  readLeftPids,
  writeEndpoints,
  type Endpoints,
} from "../../../src/local/stack/endpoints-file";
import { openStateDirectory } from "../../../src/local/stack/state-directory";
import { readWorldNames } from "../../../src/local/stack/world-names";

let parent: string;
let root: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "state-"));
  root = join(parent, "state");
});
afterEach(() => rmSync(parent, { recursive: true }));

test("a directory has one holder at a time, and the message says who", () => {
  const first = openStateDirectory(root, false);
  expect(() => openStateDirectory(root, false)).toThrow(
    `${root} is in use by another stack (pid ${process.pid}); stop it, or choose another directory with --state`,
  );
  first.release();
  openStateDirectory(root, false).release();
});

test("a fresh start forgets state and logs but keeps certificates and keys", () => {
  const first = openStateDirectory(root, false);
  for (const directory of [first.arm, first.serviceBus, first.storage, first.certificates]) {
    mkdirSync(directory);
    writeFileSync(join(directory, "file"), "x");
  }
  writeFileSync(join(first.logs, "arm.log"), "x");
  first.release();

  const kept = openStateDirectory(root, false);
  expect(existsSync(join(kept.arm, "file"))).toBe(true);
  kept.release();

  const fresh = openStateDirectory(root, true);
  expect(existsSync(join(fresh.certificates, "file"))).toBe(true);
  expect([fresh.arm, fresh.serviceBus, fresh.storage].filter(existsSync)).toEqual([]);
  expect(readdirSync(fresh.logs)).toEqual([]);
  fresh.release();
});

test("a directory with other people's files is refused, also by a fresh start", () => {
  mkdirSync(join(root, "arm"), { recursive: true });
  writeFileSync(join(root, "arm", "precious"), "x");
  expect(() => openStateDirectory(root, true)).toThrow(
    `${root} holds files that the stack didn't make; give it a directory of its own with --state`,
  );
  expect(existsSync(join(root, "arm", "precious"))).toBe(true);
});

test("a directory that can't be made is said with the reason", () => {
  writeFileSync(root, "a file");
  expect(() => openStateDirectory(root, false)).toThrow(/^can't write to .*ENOTDIR/);
  expect(() => openStateDirectory(join(root, "below"), false)).toThrow(/^can't write to .*ENOTDIR/);
});

test("process ids are read back from the endpoints file, whatever its condition", () => {
  mkdirSync(root);
  const file = join(root, "endpoints.json");
  expect(readLeftPids(file)).toEqual([]);
  writeEndpoints(file, { pids: { stack: 1, arm: 2 } } as unknown as Endpoints);
  expect(readLeftPids(file)).toEqual([1, 2]);
  expect(readdirSync(root)).toEqual(["endpoints.json"]);
  writeFileSync(file, "{");
  expect(readLeftPids(file)).toEqual([]);
});

test("names come from the world file, and mistakes in it are left to the program that reads it", () => {
  const file = join(parent, "world.yaml");
  writeFileSync(file, "subscriptions: [{ id: s, tenantId: t }]\nresourceGroups: [{ name: g }]\n");
  expect(readWorldNames(file)).toEqual({
    subscriptionId: "s",
    subscriptionIds: ["s"],
    resourceGroup: "g",
  });
  writeFileSync(file, "subscriptions: [");
  expect(readWorldNames(file).resourceGroup).toBe("myResourceGroup");
  expect(readWorldNames(join(parent, "missing")).subscriptionId).toMatch(/^0{8}-/);
});
