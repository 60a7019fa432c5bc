import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isRunning,
  runToEnd,
  startProgram,
  type ProgramUnderTest,
} from "../stand-ins/stack/program-under-test";

const APP = join(__dirname, "../stand-ins/stack/small-app");

let directory: string;
let state: string;
let stack: ProgramUnderTest;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "control-"));
  state = join(directory, "state");
  const options = ["--free-ports", "--json-ready", "--state", state, "--app", APP];
  stack = await startProgram("stack", options);
});

afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

const control = (...args: string[]) => runToEnd("stack/control", ["--state", state, ...args]);
/** What a command says to scripts; it must have succeeded. */
async function json(...args: string[]) {
  const ended = await control("--json", ...args);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}
const pids = (): Record<string, number> =>
  JSON.parse(readFileSync(join(state, "endpoints.json"), "utf8")).pids;

test("status names every part, where it is and that it answers", async () => {
  const ended = await control("status");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  for (const part of ["identity", "arm", "service-bus", "storage", "functions-host"])
    expect(ended.stdout).toMatch(new RegExp(`^ +${part} +up +${pids()[part]} +\\w+://127`, "m"));
  expect(ended.stdout).toContain("90 seconds of Azure per second");
  const { parts, ...more } = await json("status");
  expect(more).toMatchObject({ pid: stack.child.pid, speed: 90, faults: 0 });
  expect(parts.map(({ state: one }: { state: string }) => one)).toEqual(Array(5).fill("up"));
});

test("status sees which parts don't answer, and tells of the others all the same", async () => {
  // Storage is Azurite's own process, which goes on when its watcher stands still.
  const silent = ["arm", "service-bus", "functions-host"];
  const stopped = silent.map((part) => pids()[part] ?? 0);
  for (const pid of stopped) process.kill(pid, "SIGSTOP");
  const ended = await control("status", "--json");
  for (const pid of stopped) process.kill(pid, "SIGCONT");
  expect(ended.code).toBe(1);
  const { parts } = JSON.parse(ended.stdout) as { parts: { part: string; state: string }[] };
  for (const { part, state: is } of parts)
    expect([part, is]).toEqual([part, silent.includes(part) ? "no answer" : "up"]);
});

test.each([
  ["restart", "SIGTERM", "arm"],
  ["restart", "SIGTERM", "functions-host"],
  ["kill", "SIGKILL", "service-bus"],
  ["kill", "SIGKILL", "identity"],
  ["kill", "SIGKILL", "storage"],
])(
  "%s sends %s to %s and waits until another process has taken its place",
  async (command, signal, part) => {
    const before = pids()[part] ?? 0;
    const told = await json(command, part);
    expect(told).toMatchObject({ part, signal, before, after: pids()[part] });
    expect(isRunning(before)).toBe(false);
    expect((await json("status")).parts).toHaveLength(5);
  },
);

test("faults are added in words or as YAML, listed with how often they struck, and cleared", async () => {
  const first = await json("faults", "add", "http", "method=GET", "status=503", "times=2");
  expect(first.fault).toEqual({ http: { method: "GET", status: 503, times: 2 } });
  const yaml = "{ foreignWriter: { version: 1.0.0, replicaCount: { region: West US, count: 5 } } }";
  const second = await json("faults", "add", yaml);
  expect(second.fault.foreignWriter.replicaCount).toEqual({ region: "westus", count: 5 });
  expect(await json("faults")).toEqual([first, second]);
  expect((await control("faults")).stdout).toMatch(/0 of 0 +http {"method":"GET"/);
  expect(await json("faults", "clear", "http")).toEqual({ cleared: [first.key] });
  expect(await json("faults", "clear", "2")).toEqual({ cleared: [second.key] });
  await json("faults", "add", "reset");
  await json("faults", "clear");
  expect((await control("faults")).stdout).toContain("No faults");
});

test("faults kinds explains each kind and its members", async () => {
  const { stdout } = await control("faults", "kinds");
  expect(stdout).toMatch(/^stuckReplication: a region stands still.*\n +gallery, .*region, at$/m);
});

test("the clock is read, sped up and moved", async () => {
  const before = await json("clock");
  expect(await json("clock", "speed", "1")).toMatchObject({ speed: 1 });
  const after = await json("clock", "advance", "1000");
  expect(after.serviceSeconds - before.serviceSeconds).toBeGreaterThanOrEqual(1000);
  await json("clock", "speed", "90");
});

test("requests shows what Resource Manager was asked", async () => {
  const { armUrl } = JSON.parse(readFileSync(join(state, "endpoints.json"), "utf8"));
  const ca = readFileSync(join(state, "certificates/ca.pem"));
  await new Promise((done) =>
    request(`${armUrl}/subscriptions/x?api-version=2022-12-01`, { ca, agent: false }, (answer) =>
      answer.resume().once("end", done),
    ).end(),
  );
  expect(await json("requests", "--path", "/subscriptions/x", "--status", "401")).toMatchObject([
    { method: "GET", path: "/subscriptions/x", status: 401 },
  ]);
  expect((await control("requests", "--last", "1")).stdout).toMatch(
    /401 \w+ +GET \/subscriptions\/x/,
  );
});

test.each([
  [[], 2, "name a command"],
  [["dance"], 2, 'there is no command "dance"'],
  [["restart", "azure"], 2, "name one part: identity, arm"],
  [["kill"], 2, "name one part: identity, arm"],
  [["clock", "speed", "fast"], 2, "one number is needed"],
  [["clock", "speed", "-1"], 1, "speed"],
  [["requests", "--last", "0"], 2, "--last must be a whole number"],
  [["requests", "--verb", "PUT"], 2, "--verb"],
  [["faults", "drop"], 2, "faults drop: there are list, add, clear, kinds"],
  [["faults", "add"], 2, "name a kind"],
  [["faults", "add", "reset", "times"], 2, '"times" is not NAME=VALUE'],
  [["faults", "add", "reset", "verb=PUT"], 1, "known here: method, pathContains"],
  [["faults", "clear", "7"], 1, "there is no fault 7"],
])("%j ends with %i and a sentence", async (args, code, words) => {
  const ended = await control(...args);
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).toContain(words);
  expect(ended.stderr).not.toContain("    at ");
});

test("where no stack runs every command ends with 3, and makes nothing", async () => {
  const empty = join(directory, "empty");
  mkdirSync(empty);
  for (const [place, command] of [
    [empty, "status"],
    [empty, "stop"],
    [join(directory, "missing"), "faults"],
  ] as const) {
    const ended = await runToEnd("stack/control", ["--state", place, command]);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toContain(`no stack runs in ${place}`);
  }
});

test.each([
  ["stack", "usage: npm start"],
  ["stack/control", "usage: npm run stack"],
])("the help of %s can be cut short by its reader", async (name, words) => {
  const program = join(__dirname, "../../dist/local", `${name}.js`);
  const child = spawn(process.execPath, [program, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect((await runToEnd(name, ["--help"])).stdout).toContain(words);
});

test("stop ends every process; a stack that was killed leaves nothing that looks like one", async () => {
  const all = pids();
  expect(await json("stop")).toEqual({ stopped: all["stack"] });
  expect(await stack.ended).toMatchObject({ code: 0 });
  expect(Object.values(all).filter(isRunning)).toEqual([]);

  stack = await startProgram("stack", [
    ...["--free-ports", "--json-ready", "--state", state, "--only", "identity"],
  ]);
  expect(Object.keys(pids()).sort()).toEqual(["identity", "stack"]);
  stack.child.kill("SIGKILL");
  await stack.ended;
  const ended = await control("status");
  expect(ended.code).toBe(3);
});
