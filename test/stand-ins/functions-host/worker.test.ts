import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cleanUp,
  eventually,
  isAlive,
  newDirectory,
  send,
  startHost,
  type HostUnderTest,
} from "./host-under-test";

let directory: string;
let host: HostUnderTest;

function start(settings = {}): Promise<HostUnderTest> {
  return startHost({
    app: "crashing",
    args: [
      ...["--state", join(directory, "state"), "--log", join(directory, "log")],
      "--master-key=m",
    ],
    settings: { MARKS: directory, ...settings },
  });
}

beforeAll(async () => {
  directory = newDirectory();
  host = await start();
});
afterAll(cleanUp);

const ask = (path: string) => send(host.facts.url, { path });
const pidOfApp = async (): Promise<number> => Number((await ask("/pid")).body);

interface Status {
  runtimeStatus: string;
  output: unknown;
}

async function run(name: string): Promise<void> {
  expect(await ask(`/start/${name}/${name}`)).toMatchObject({ status: 202 });
}

async function ending(name: string): Promise<Status> {
  const path = `/runtime/webhooks/durabletask/instances/${name}?code=m`;
  return eventually(
    async () => JSON.parse((await ask(path)).body || "{}") as Status,
    ({ runtimeStatus }) => ["Completed", "Failed"].includes(runtimeStatus),
  );
}

test("the app runs in a process of its own", async () => {
  const pid = await pidOfApp();
  expect(pid).toBe(host.facts.workerPid);
  expect(pid).not.toBe(host.facts.pid);
});

test.each([
  ["takes too long", "/waits"],
  ["is in an endless loop", "/spins"],
  ["ends its process", "/exits"],
  ["throws outside of a handler", "/throwsLater"],
])(
  "a function that %s is answered 500, and the next request goes to a new process",
  async (_, path) => {
    const before = await pidOfApp();
    expect(await ask(path)).toMatchObject({ status: 500, body: "" });
    const after = await pidOfApp();
    expect(after).not.toBe(before);
    expect(isAlive(before)).toBe(false);
  },
);

test("when the app's process is killed, what runs in it is answered 500, and the next request by a new one", async () => {
  const before = await pidOfApp();
  const waiting = ask("/waits");
  await ask("/pid");
  process.kill(before, "SIGKILL");
  expect(await waiting).toMatchObject({ status: 500, body: "" });
  const from = performance.now();
  expect(await pidOfApp()).not.toBe(before);
  // Within a second where the machine has nothing else to do.
  expect(performance.now() - from).toBeLessThan(5000);
});

test("an app that can't be started again is tried until it can, and requests wait for it", async () => {
  const broken = join(directory, "broken");
  const before = await pidOfApp();
  writeFileSync(broken, "");
  process.kill(before, "SIGKILL");
  await eventually(
    () => readFileSync(join(directory, "log"), "utf8"),
    (log) => log.includes("broken meanwhile"),
  );
  const waiting = pidOfApp();
  rmSync(broken);
  expect(await waiting).toBeGreaterThan(0);
});

test("the log says why a process ended, and what it printed", () => {
  const log = readFileSync(join(directory, "log"), "utf8");
  expect(log).toContain("node exited with code 7 (0x7); the app is started again");
  expect(log).toContain("node exited with code 137 (0x89); the app is started again");
  expect(log).toContain("Error: outside of any handler");
  expect(log).toContain(
    "Timeout value of 00:00:01.5000000 was exceeded by function: Functions.spins",
  );
});

test("an activity that loses its process has failed", async () => {
  await run("callsLost");
  expect((await ending("callsLost")).output).toEqual({
    message: expect.stringContaining(
      "Activity function 'lost' failed: node exited with code 9 (0x9)",
    ),
  });
});

test("an activity that takes too long has failed", async () => {
  await run("callsLate");
  expect((await ending("callsLate")).output).toEqual({
    message: expect.stringContaining(
      "Activity function 'late' failed: Timeout value of 00:00:01.5000000 was exceeded by function: Functions.late",
    ),
  });
});

test("an orchestrator that loses its process is called again", async () => {
  await run("exitsOnce");
  expect(await ending("exitsOnce")).toMatchObject({ output: { done: true } });
});

test("an orchestrator that ends its process each time fails, naming the trap, and the app goes on", async () => {
  await run("exitsAlways");
  expect(await ending("exitsAlways")).toMatchObject({
    runtimeStatus: "Failed",
    output:
      "Orchestrator function 'exitsAlways' failed: the app's process ended 5 times in a row while this orchestrator ran (node exited with code 5 (0x5)): Azure would call it again for ever. An orchestrator must not end its process.",
  });
  const after = await pidOfApp();
  expect(await pidOfApp()).toBe(after);
});

test("an orchestrator in an endless loop fails, naming the limit", async () => {
  await run("neverEnds");
  expect(await ending("neverEnds")).toMatchObject({
    runtimeStatus: "Failed",
    output:
      "Orchestrator function 'neverEnds' failed: Timeout value of 00:00:01.5000000 was exceeded by function: Functions.neverEnds",
  });
});

test("an activity that runs when the host is told to stop is run again by the next host", async () => {
  await host.end("SIGTERM");
  host = await start({ AzureFunctionsJobHost__functionTimeout: "01:00:00" });
  await run("callsSlowOnce");
  await eventually(
    () => existsSync(join(directory, "slowOnce")),
    (exists) => exists,
  );
  expect(await host.end("SIGTERM")).toBe(0);
  host = await start();
  expect(await ending("callsSlowOnce")).toMatchObject({ output: { result: { done: true } } });
});

test("a host that is killed leaves no process behind, not even one in an endless loop", async () => {
  const pid = await pidOfApp();
  const cut = ask("/spins").catch(() => undefined);
  await eventually(
    () => readFileSync(join(directory, "spins"), "utf8"),
    (spinning) => spinning === String(pid),
  );
  await host.end("SIGKILL");
  await cut;
  await eventually(
    () => isAlive(pid),
    (alive) => !alive,
  );
});
