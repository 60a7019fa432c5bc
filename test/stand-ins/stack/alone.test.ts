import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd, startProgram } from "./program-under-test";

const PROGRAMS = join(__dirname, "../../../dist/local");

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "alone-"))));
afterEach(() => rmSync(directory, { recursive: true }));

test("some parts alone: endpoints and status name only these", async () => {
  const options = ["--free-ports", "--json-ready", "--state", directory];
  const stack = await startProgram("stack", [...options, "--only", "service-bus,arm"]);
  try {
    const endpoints = JSON.parse(readFileSync(join(directory, "endpoints.json"), "utf8"));
    expect(Object.keys(endpoints.pids).sort()).toEqual(["arm", "service-bus", "stack"]);
    expect(endpoints).toMatchObject({
      armUrl: expect.stringMatching(/^https:/),
      serviceBusConnectionString: expect.stringContaining("sb://127.0.0.1"),
    });
    for (const absent of [
      ...["functionsUrl", "functionsKey", "masterKey"],
      ...["identityEndpoint", "identityHeader", "blobEndpoint"],
    ])
      expect(endpoints).not.toHaveProperty(absent);
    const status = await runToEnd("stack/control", ["--state", directory, "--json", "status"]);
    expect(status.code).toBe(0);
    const { parts } = JSON.parse(status.stdout) as { parts: { part: string; state: string }[] };
    expect(Object.fromEntries(parts.map(({ part, state }) => [part, state]))).toEqual({
      identity: "not started",
      arm: "up",
      "service-bus": "up",
      storage: "not started",
      "functions-host": "not started",
    });
    const refused = await runToEnd("stack/control", ["--state", directory, "kill", "storage"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("storage isn't one of the parts that were started");
  } finally {
    await stack.stop();
  }
});

test("a program started by itself keeps its state where it isn't in the stack's way", async () => {
  const child = spawn(process.execPath, [join(PROGRAMS, "service-bus.js")], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((ready) => child.stdout.once("data", ready));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  expect(readdirSync(directory)).toEqual([".local-alone"]);
  expect(readdirSync(join(directory, ".local-alone"))).toEqual(["service-bus"]);
});
