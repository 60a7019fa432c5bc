import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "../stand-ins/stack/program-under-test";

const DEMO = join(__dirname, "../../dist/cli/demo.js");

/** The demo's temporary files go here, so that leftovers can be seen. */
let temporary: string;

beforeEach(() => (temporary = mkdtempSync(join(tmpdir(), "demo-"))));
afterEach(() => rmSync(temporary, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the demo in a pipe; `onOutput` sees all that was printed so far. */
function demo(
  args: string[],
  onOutput: (stdout: string, interrupt: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [DEMO, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary, HTTPS_PROXY: "http://127.0.0.1:9" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput(stdout, () => child.kill("SIGINT"));
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The sample world at ten times its pace. */
function quickWorld(): string {
  const world = readFileSync("samples/world.yaml", "utf8");
  const quick = world.replace("speed: 90", "speed: 900");
  expect(quick).not.toBe(world);
  const file = join(temporary, "quick-world.yaml");
  writeFileSync(file, quick);
  return file;
}

test("the sample request is published, and the proof comes from Resource Manager", async () => {
  const ended = await demo(["--json", "--world", quickWorld()]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    state: "published",
    failure: null,
    // The second takes the version into latest.
    armWrites: [201, 200].map((status) => ({
      ...{ method: "PUT", status },
      path: expect.stringContaining("/versions/1.0.0"),
    })),
    regions: [
      {
        region: "westus",
        state: "Completed",
        replicas: 2,
        storage: "Standard_LRS",
        osDisk: "WestUSDiskEncryptionSet1",
        dataDisks: { 0: "WestUSDiskEncryptionSet2" },
      },
      {
        region: "eastus2",
        state: "Completed",
        replicas: 1,
        osDisk: "EastUS2DiskEncryptionSet1",
        dataDisks: { 0: "EastUS2DiskEncryptionSet2" },
      },
    ],
  });
  expect(readdirSync(temporary)).toEqual(["quick-world.yaml"]);
});

test("--fail shows the recorded failure in Azure's words, and that nothing was written", async () => {
  const ended = await demo(["--fail"]);
  expect(ended).toMatchObject({ code: 1, stderr: "" });
  expect(ended.stdout).toContain("MyGallery/MyImage 1.0.0 rejected after");
  expect(ended.stdout).toMatch(/ {2}eastus2 .*\n {4}DiskEncryptionSetNotFound: .*was not found/);
  expect(ended.stdout).toContain("What to do: ");
  expect(ended.stdout).toContain("Left over in Azure: nothing");
  expect(ended.stdout).toMatch(/GET \/api\/failures\/[0-9a-f-]+/);
  expect(ended.stdout).toContain("Nothing was written to Resource Manager");
  expect(readdirSync(temporary)).toEqual([]);
});

test("--fault lets a failure of Azure strike, and shows what struck, what was written, how it ended", async () => {
  const args = ["--fault", "somebody-takes-the-number", "--world", quickWorld()];
  const ended = await demo(args);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  for (const line of [
    /^Rehearsal somebody-takes-the-number: While the PUT is on its way/m,
    /^ {2}PUT .*versions\/1\.0\.0 {2}201 {2}by somebody else\n {2}PUT .* 409 PropertyChangeNotAllowed$/m,
    /^ {2}foreignWriter struck once: {"version":"1\.0\.0"/m,
    /^Ended rejected, as it should\.$/m,
  ])
    expect(ended.stdout).toMatch(line);
});

test("--fault without a name lists them, and one that isn't there is refused before anything is started", async () => {
  const listed = await demo(["--fault"]);
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(listed.stdout).toMatch(/^ {2}lost-reply +The PUT is accepted, and its answer is lost\.$/m);
  const refused = await demo(["--fault", "nope"]);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(/^there is no fault "nope"; there are:\n/);
});

test("Ctrl-C in the middle of a run leaves no process and no file behind", async () => {
  let host = 0;
  const ended = await demo([], (stdout, interrupt) => {
    host = Number(/kill -9 (\d+)/.exec(stdout)?.[1]);
    if (stdout.includes("replicating")) interrupt();
  });
  expect(ended).toMatchObject({ code: 130, stderr: "interrupted\n" });
  expect(host).toBeGreaterThan(0);
  expect(isRunning(host)).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

test("a request that can't be read is refused before anything is started", async () => {
  const ended = await demo(["--request", join(temporary, "missing.json")]);
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toMatch(/^can't read the request: .*\n$/);
});
