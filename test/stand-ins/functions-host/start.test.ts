import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { cleanUp, newDirectory, runToEnd, send, startHost } from "./host-under-test";

afterAll(cleanUp);

test("a port that is in use is named, and another is asked for", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await runToEnd({
    app: "http-front",
    args: ["--in-memory", "--port", String(port)],
  });
  other.close();
  expect(code).toBe(2);
  expect(stderr).toBe(
    `functions-host: port ${port} on 127.0.0.1 is in use; stop what listens there, or choose another with --port\n`,
  );
});

test("a state folder that can't be written is named", async () => {
  const file = join(newDirectory(), "file");
  writeFileSync(file, "");
  const state = join(file, "state");
  const { code, stderr } = await runToEnd({ app: "http-front", args: ["--state", state] });
  expect(code).toBe(2);
  expect(stderr).toContain(`can't keep state in ${state} (--state): ENOTDIR`);
});

test.each([
  ["keys.json", '{"master":"m"', "http-front"],
  ["keys.json", '{"master":7}', "http-front"],
  ["timers/yearly.json", "", "timers"],
  ["timers/yearly.json", '{"next":"soon"}', "timers"],
])("a damaged %s (%j) in the state folder is named", async (name, content, app) => {
  const state = newDirectory();
  mkdirSync(join(state, "timers"));
  writeFileSync(join(state, name), content);
  const { code, stderr } = await runToEnd({
    app,
    args: ["--state", state],
    settings: { SCHEDULE: "0 0 0 1 1 *" },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^functions-host: .* is damaged \(.*\): repair it, or remove it to begin anew\n$/,
  );
  expect(stderr).toContain(join(state, name));
});

test("an app of ES modules is loaded", async () => {
  const { facts } = await startHost({ app: "es-module" });
  expect(await send(facts.url, { path: "/api/hello" })).toMatchObject({ body: "from a module" });
});

test("an app that throws while it is loaded ends the host with the app's own text", async () => {
  const { code, stderr } = await runToEnd({ app: "throws-on-load" });
  expect(code).toBe(2);
  expect(stderr).toContain("failed to start: Error: the setting GALLERY is missing");
});

test("an app that ends its process while it is loaded ends the host with what it printed", async () => {
  const { code, stderr } = await runToEnd({ app: "exits-on-load" });
  expect(code).toBe(2);
  expect(stderr).toContain("failed to start: node exited with code 3 (0x3)\nno gallery, no app");
});

test("a Node that the settings name and that isn't there is told", async () => {
  const { code, stderr } = await runToEnd({
    app: "http-front",
    settings: { languageWorkers__node__defaultExecutablePath: "/nowhere/node" },
  });
  expect(code).toBe(2);
  expect(stderr).toContain("node can't be run: spawn /nowhere/node ENOENT");
});

test("where the host is to go on without its app, it runs, answers 404, and says why in its status", async () => {
  const { facts, stderr } = await startHost({
    app: "throws-on-load",
    args: ["--in-memory", "--master-key=m", "--go-on-without-app"],
  });
  const error = expect.stringContaining("Error: the setting GALLERY is missing");
  expect(facts).toMatchObject({ functions: [], loadError: error });
  expect(stderr()).toEqual(error);
  expect(await send(facts.url, { path: "/api/anything" })).toMatchObject({ status: 404, body: "" });
  const status = await send(facts.url, { path: "/admin/host/status?code=m" });
  expect(JSON.parse(status.body)).toMatchObject({ state: "Running", errors: [error] });
});

test("everything that an app asks for and this host can't do is named", async () => {
  const { code, stderr } = await runToEnd({ app: "unsupported" });
  expect(code).toBe(2);
  expect(stderr.split("\n")).toEqual([
    "functions-host: function onBlob: the trigger blobTrigger is not supported by this host",
    "function forwards: the output binding queue is not supported by this host",
    "function forwards: a retry policy on a httpTrigger (Azure applies none there) is not supported by this host",
    "",
  ]);
});

test("HTTP streaming is refused by name", async () => {
  const { code, stderr } = await runToEnd({ app: "streams" });
  expect(code).toBe(2);
  expect(stderr).toContain("HTTP streaming (app.setup enableHttpStream) is not supported");
});

test("an app setting that a trigger needs and nobody set is named", async () => {
  const { code, stderr } = await runToEnd({ app: "messages" });
  expect(code).toBe(2);
  expect(stderr).toContain("function onRequest: the app setting QUEUE_NAME");
});

test("a folder that holds no app is named", async () => {
  const { code, stderr } = await runToEnd({ app: "nowhere" });
  expect(code).toBe(2);
  expect(stderr).toContain("is no function app");
});

test.each([
  [["--port", "x"], "--port must be a whole number"],
  [["--in-memory", "--state", "x"], "--state and --in-memory exclude each other"],
  [["--unknown"], "Unknown option '--unknown'"],
])("the arguments %j are refused in one line", async (args, text) => {
  const { code, stderr } = await runToEnd({ app: "http-front", args });
  expect(code).toBe(2);
  expect(stderr).toContain(text);
});
