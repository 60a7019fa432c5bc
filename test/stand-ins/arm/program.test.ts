import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificates } from "./support/arm-fixture";
import { DEFINITION, region, testWorld, versionBody } from "./support/worlds";

const PROGRAM = join(__dirname, "../../../dist/local/arm.js");

/** The status that a call is answered with. */
const statusOf = (method: string, url: string, ca: string, body = ""): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { "content-length": Buffer.byteLength(body) };
    const call = request(url, { method, ca, headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", reject);
    call.end(body);
  });

describe("the program", () => {
  const directory = mkdtempSync(join(tmpdir(), "arm-program-"));
  const children: ChildProcess[] = [];
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  beforeAll(() => {
    if (!existsSync(PROGRAM)) throw new Error("dist/local/arm.js is missing: npm run build");
  });
  afterAll(() => {
    for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  /** Starts the program; `ready` is its first line on stdout. */
  function run(args: string[]) {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let stdout = "";
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, stderr })),
    );
    const line = new Promise<string>((resolve) =>
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.includes("\n")) resolve(stdout.slice(0, stdout.indexOf("\n")));
      }),
    );
    const ready = Promise.race([
      line,
      ended.then(({ stderr: text }): never => {
        throw new Error(`it ended: ${text}`);
      }),
    ]);
    // A test that only waits for the end doesn't look at this one.
    ready.catch(() => undefined);
    return { child, ended, ready };
  }

  it("prints where it listens, writes the request log, and ends cleanly on SIGTERM", async () => {
    const { ca, cert, key } = await testCertificates();
    const log = join(directory, "requests.jsonl");
    const { child, ended, ready } = run([
      ...["--cert", file("leaf.pem", cert), "--key", file("leaf.key", key), "--no-auth"],
      ...["--world", file("world.yaml", testWorld()), "--request-log", log, "--speed", "50"],
      "--log-answers",
    ]);
    const facts = JSON.parse(await ready) as Record<string, unknown>;
    expect(facts).toMatchObject({ ready: true, program: "arm", port: expect.any(Number) });
    expect(facts["url"]).toBe(`https://127.0.0.1:${String(facts["port"])}`);
    const clock = await fetch(`${String(facts["controlUrl"])}/clock`);
    expect(await clock.json()).toMatchObject({ speed: 50 });
    expect(readFileSync(log, "utf8")).toBe("");
    const version = `${DEFINITION}/versions/1.0.0?api-version=2025-03-03`;
    expect(await statusOf("GET", `${String(facts["url"])}${version}`, ca)).toBe(404);
    expect(JSON.parse(readFileSync(log, "utf8"))).toMatchObject({
      status: 404,
      answer: { error: { code: "ResourceNotFound" } },
    });
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });

  it("loses nothing that it has answered when it is killed, and lets no other one at its state", async () => {
    const { ca, cert, key } = await testCertificates();
    const args = [
      ...["--cert", file("leaf.pem", cert), "--key", file("leaf.key", key), "--no-auth"],
      ...["--world", file("world.yaml", testWorld()), "--state", join(directory, "state")],
    ];
    const path = `${DEFINITION}/versions/1.0.0?api-version=2025-03-03`;
    const start = async () => {
      const { child, ended, ready } = run(args);
      const { url } = JSON.parse(await ready) as { url: string };
      return { child, ended, url };
    };
    const first = await start();
    const body = JSON.stringify(versionBody([region("westus"), region("eastus2")]));
    expect(await statusOf("PUT", `${first.url}${path}`, ca, body)).toBe(201);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await start();
    expect(await statusOf("GET", `${second.url}${path}`, ca)).toBe(200);
    expect(await statusOf("PUT", `${second.url}${path}`, ca, body)).toBe(409);
    const third = await run(args).ended;
    expect(third).toMatchObject({ code: 2, stderr: expect.stringContaining("is in use by") });
    expect(await statusOf("GET", `${second.url}${path}`, ca)).toBe(200);
  });

  it("refuses to start with every mistake of the world file at once", async () => {
    const { cert, key } = await testCertificates();
    const world = "subscriptions: []\ngaleries: []\nclock: { speed: -1 }\n";
    const { ended } = run([
      ...["--cert", file("leaf.pem", cert), "--key", file("leaf.key", key), "--no-auth"],
      ...["--world", file("bad.yaml", world)],
    ]);
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain("bad.yaml:2: galeries: unknown key");
    expect(stderr).toContain("bad.yaml:3: clock.speed");
  });

  it("says what is missing on the command line", async () => {
    const { code, stderr } = await run([]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain("missing: --cert, --key, --world, --token-key (or --no-auth)");
  });
});
