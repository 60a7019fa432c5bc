import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDemoOptions } from "../../../src/cli/options";
import { readRequest } from "../../../src/cli/send-request";

test("without options the demo publishes the sample request into the sample world", () => {
  expect(readDemoOptions([], "/package")).toEqual({
    requestFile: "/package/samples/request.json",
    worldFile: "/package/samples/world.yaml",
    json: false,
    keep: false,
    timeoutMs: 120_000,
    faultsFile: "/package/samples/faults.yaml",
  });
});

test("--fail brings the world without one disk encryption set", () => {
  expect(readDemoOptions(["--fail"], "/package")).toMatchObject({
    worldFile: "/package/samples/world-missing-des.yaml",
  });
});

test.each([
  [["--fault", "lost-reply"], "lost-reply"],
  [["--json", "--fault"], "list"],
])("%j names a failure of Azure to rehearse, or asks which there are", (args, fault) => {
  expect(readDemoOptions(args, "/package")).toMatchObject({ fault });
});

test("everything can be chosen", () => {
  const args = ["--request", "/r.json", "--world", "/w.yaml", "--json", "--keep", "--timeout", "5"];
  expect(readDemoOptions(args, "/package")).toEqual({
    requestFile: "/r.json",
    worldFile: "/w.yaml",
    json: true,
    keep: true,
    timeoutMs: 5000,
    faultsFile: "/package/samples/faults.yaml",
  });
});

test.each([
  [["--fail", "--world", "w"], "--fail brings its own world: leave out --world"],
  [["--fail", "--fault", "x"], "--fail and --fault exclude each other"],
  [["--timeout", "soon"], '--timeout must be a number of seconds greater than 0, not "soon"'],
  [["--nonsense"], "Unknown option '--nonsense'"],
])("%j is refused with the usage and exit code 2", (args, message) => {
  const refused = (): unknown => readDemoOptions(args, "/package");
  expect(refused).toThrow(message);
  expect(refused).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(refused).toThrow(/usage: npm run demo/);
});

describe("the request", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "request-"));
    file = join(directory, "request.json");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("keeps its own id, and gets one when it has none", () => {
    writeFileSync(file, '{"requestId":"golden-1","image":{}}');
    expect(readRequest(file)).toEqual({
      requestId: "golden-1",
      body: { requestId: "golden-1", image: {} },
    });
    writeFileSync(file, "{}");
    const generated = readRequest(file).requestId;
    expect(generated).toMatch(/^demo-[0-9a-f-]{36}$/);
    expect(readRequest(file).requestId).not.toBe(generated);
  });

  test("that is no JSON object is refused before anything is started", () => {
    writeFileSync(file, "{");
    expect(() => readRequest(file)).toThrow(/request\.json is not JSON: /);
    writeFileSync(file, "[]");
    expect(() => readRequest(file)).toThrow(/must hold a JSON object/);
    expect(() => readRequest(join(directory, "missing.json"))).toThrow(/^can't read the request: /);
  });
});

test.each(["request.json", "request-snapshots.json"])(
  "samples/%s names encryption sets that samples/world.yaml has",
  (name) => {
    const world = readFileSync("samples/world.yaml", "utf8");
    const request = readFileSync(join("samples", name), "utf8");
    const sets = Array.from(request.matchAll(/"diskEncryptionSetId": "(\w+)"/g), (m) => m[1] ?? "");
    expect(sets).toHaveLength(4);
    for (const set of sets) expect(world).toContain(`name: ${set},`);
  },
);
