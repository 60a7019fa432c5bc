import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ServiceBusClient } from "@azure/service-bus";
import { FIXED_PORTS } from "../../../src/local/stack/ports";
import { isRunning, runToEnd, startProgram, type ProgramUnderTest } from "./program-under-test";

const APP = join(__dirname, "small-app");

let directory: string;
let state: string;
let stack: ProgramUnderTest;

const args = (...more: string[]): string[] => [
  ...["--free-ports", "--json-ready", "--state", state, "--app", APP],
  ...more,
];

interface Endpoints extends Record<string, string | Record<string, number>> {
  pids: Record<string, number>;
}

const endpoints = (): Endpoints =>
  JSON.parse(readFileSync(join(state, "endpoints.json"), "utf8")) as Endpoints;

const settingsOfApp = async (): Promise<{ host: number; settings: Record<string, string> }> => {
  const { functionsUrl, functionsKey } = endpoints() as unknown as Record<string, string>;
  const headers = { "x-functions-key": functionsKey ?? "" };
  const response = await fetch(`${functionsUrl}/api/settings`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as { host: number; settings: Record<string, string> };
};

async function eventually(condition: () => boolean, withinMs = 8000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("did not happen in time");
    await delay(20);
  }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stack-"));
  state = join(directory, "state");
  stack = await startProgram("stack", args("--setting", "EXTRA=1"));
});

afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

test("the app gets the settings of the stack, and nothing of the person's own environment", async () => {
  const { settings } = await settingsOfApp();
  const { armUrl, armCaFile, identityEndpoint, tableEndpoint, pids } = endpoints();
  expect(settings).toMatchObject({
    ARM_ENDPOINT: armUrl,
    NODE_EXTRA_CA_CERTS: armCaFile,
    IDENTITY_ENDPOINT: identityEndpoint,
    AZURE_CLIENT_ID: "33333333-3333-3333-3333-333333333333",
    STORAGE_TABLE_ENDPOINT: tableEndpoint,
    PUBLISH_REQUESTS_QUEUE: "publish-requests",
    EXTRA: "1",
  });
  expect(settings).not.toHaveProperty("NODE_TLS_REJECT_UNAUTHORIZED");
  expect(settings).not.toHaveProperty("JEST_WORKER_ID");
  expect(Object.keys(pids).sort()).toEqual([
    ...["arm", "functions-host", "identity", "service-bus", "stack", "storage"],
  ]);
});

test("other programs find the queues that the world file has for them", async () => {
  const { serviceBusConnectionString: connectionString } = endpoints() as unknown as Record<
    string,
    string
  >;
  const client = new ServiceBusClient(connectionString ?? "");
  await client.createSender("scratch").sendMessages({ body: "mine" });
  const receiver = client.createReceiver("scratch", { receiveMode: "receiveAndDelete" });
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
  expect(message?.body).toBe("mine");
  await client.close();
});

test("the Functions host is started again after a kill -9, at the same address", async () => {
  const before = endpoints();
  const killed = before.pids["functions-host"] ?? 0;
  process.kill(killed, "SIGKILL");
  await eventually(() => endpoints().pids["functions-host"] !== killed);

  const after = endpoints();
  const started = after.pids["functions-host"] ?? 0;
  expect(after).toEqual({ ...before, pids: { ...before.pids, "functions-host": started } });
  // The app's own process is the host's child.
  expect((await settingsOfApp()).host).toBe(started);
  expect(readFileSync(join(state, "logs/stack.log"), "utf8")).toContain(
    `functions-host: pid ${killed} ended by SIGKILL, started again as pid ${started}`,
  );
});

test("a renewed function key is the one that is good, and that endpoints name, after the host's restart", async () => {
  const { pids, ...named } = endpoints();
  const { functionsUrl, functionsKey, masterKey } = named as Record<string, string>;
  const renewed = await fetch(`${functionsUrl}/admin/host/functionkeys/default`, {
    method: "POST",
    headers: { "x-functions-key": masterKey ?? "" },
  });
  const { value } = (await renewed.json()) as { value: string };
  process.kill(pids["functions-host"] ?? 0, "SIGKILL");
  await eventually(() => endpoints().pids["functions-host"] !== pids["functions-host"]);
  expect(endpoints()).toMatchObject({ functionsKey: value, masterKey });
  await settingsOfApp();
  const old = await fetch(`${functionsUrl}/api/settings?code=${functionsKey}`);
  expect(old.status).toBe(401);
});

test.each(["identity", "arm", "service-bus", "storage"])(
  "%s is started again after a kill -9",
  async (name) => {
    const killed = endpoints().pids[name] ?? 0;
    process.kill(killed, "SIGKILL");
    await eventually(() => endpoints().pids[name] !== killed);
    expect(isRunning(endpoints().pids[name] ?? 0)).toBe(true);
  },
);

test("a second stack on the same state is told who has it", async () => {
  const second = await runToEnd("stack", args());
  expect(second.code).toBe(2);
  expect(second.stderr).toBe(
    `stack: ${state} is in use by another stack (pid ${stack.child.pid}); stop it, or choose another directory with --state\n`,
  );
});

test("programs of a killed stack end, and its state can be used again at once", async () => {
  const { pids } = endpoints();
  stack.child.kill("SIGKILL");
  await stack.ended;
  stack = await startProgram("stack", args());
  expect(Object.values(pids).filter(isRunning)).toEqual([]);
  expect(await settingsOfApp()).toMatchObject({
    settings: { AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential" },
  });
});

test("SIGTERM stops every process of the stack", async () => {
  const { pids } = endpoints();
  stack.child.kill("SIGTERM");
  expect(await stack.ended).toMatchObject({ code: 0, stderr: "" });
  expect(Object.values(pids).filter(isRunning)).toEqual([]);
  expect(existsSync(join(state, "endpoints.json"))).toBe(false);
});

describe("mistakes", () => {
  let own: string;
  beforeEach(() => (own = mkdtempSync(join(directory, "own-"))));

  const start = (...more: string[]) =>
    runToEnd("stack", ["--app", APP, "--state", join(own, "state"), ...more]);

  test("in the world file are shown as the Resource Manager prints them", async () => {
    const world = join(own, "world.yaml");
    writeFileSync(world, "subscriptions: []\nnonsense: 1\n");
    const ended = await start("--free-ports", "--world", world);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^stack: (arm|identity): /);
    expect(ended.stderr).toContain("nonsense");
    expect(ended.stderr).not.toContain("    at ");
  });

  test("in the world file's queues are shown as the Service Bus prints them", async () => {
    const world = join(own, "world.yaml");
    writeFileSync(
      world,
      `subscriptions: [{ id: "00000000-0000-0000-0000-000000000000" }]
serviceBus:
  queues: [{ nam: scratch }]
`,
    );
    const ended = await start("--free-ports", "--world", world);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^stack: service-bus: /);
    expect(ended.stderr).toContain(`${world}:3: serviceBus.queues[0].nam: unknown setting 'nam'`);
  });

  test("in the app directory are shown as the Functions host prints them", async () => {
    const ended = await start("--free-ports", "--app", own);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain("is no function app");
  });

  test("in the state directory are said in a sentence", async () => {
    const file = join(own, "file");
    writeFileSync(file, "");
    const ended = await start("--free-ports", "--state", file);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^stack: can't write to .*\n$/);
  });

  test("a fixed port in use is named with the way out", async () => {
    const taken = await hold(FIXED_PORTS.functions);
    const ended = await start();
    taken?.close();
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /^stack: port \d+ on 127.0.0.1 is in use; stop what listens there, or choose another with --free-ports\n$/,
    );
  });
});

/** Undefined when somebody else has the port already, which serves as well. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
