import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { RunningStack } from "../end-to-end/running-stack";

const ADA = { who: "Ada", why: "a look at the calendar" };
const PUBLISHED = "com.gallery-publisher.publication.published";

/** The sample's schedule, due every minute, for images of this name. */
function document(change: object = {}): object {
  const text = readFileSync(resolve("samples/schedules.json"), "utf8");
  const { schedules } = JSON.parse(text) as { schedules: Record<string, unknown>[] };
  return { schedules: [{ ...schedules[0], id: "golden", cron: "* * * * *", ...change }] };
}

describe("a schedule of every minute", () => {
  const stack = new RunningStack();
  const directory = mkdtempSync(join(tmpdir(), "gallery-publisher-schedules-"));
  const file = join(directory, "schedules.json");
  writeFileSync(file, JSON.stringify(document()));

  beforeAll(async () => {
    await stack.start(["--speed", "600", "--schedules", file]);
    // A schedule is due from the minute on in which it is first seen: the first tick needn't be waited for.
    const headers = { "x-functions-key": stack.endpoints.masterKey };
    const seen = await stack.http("/admin/functions/tickSchedules", {
      ...{ method: "POST", body: "{}" },
      headers: { ...headers, "content-type": "application/json" },
    });
    expect(seen.status).toBe(202);
  }, 40_000);
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 20_000);

  const show = async (path = "/api/schedules/golden") => (await stack.http(path)).body;
  const post = (what: string) =>
    stack.http(`/api/schedules/golden/${what}`, { method: "POST", body: JSON.stringify(ADA) });
  /** Waits for the newest decision of the timer to be so; it comes every minute. */
  const decision = (what: string, times = 1) =>
    stack.eventually(
      `a minute in which it is ${what}`,
      async () => {
        const { decisions } = await show();
        const found = decisions.filter((one: { what: string }) => one.what === what);
        return found.length >= times && decisions[0].what === what ? decisions[0] : undefined;
      },
      130_000,
    );
  const versions = (): string[] =>
    stack
      .armCalls("PUT", "/versions/")
      .filter(({ status }) => status === 201)
      .map(({ path }) => path.split("/").at(-1) ?? "");
  const hostLog = (): string[] =>
    readFileSync(join(stack.directory, "logs/functions-host.log"), "utf8")
      .split("\n")
      .filter((line) => line.includes("schedule golden"));

  it("is fired by the timer, skipped while nothing has changed, and publishes the next version of a new source", async () => {
    const fired = await decision("fired");
    expect(fired.requestId).toMatch(/^golden-\d{8}T\d{4}00Z$/);
    expect((await stack.ended(fired.requestId)).state).toBe("published");
    expect(versions()).toHaveLength(1);

    const skipped = await decision("skipped");
    expect(skipped.why).toBe(`the source hasn't changed: version ${versions()[0]} is made from it`);

    await stack.createImage("myImage-of-today");
    const again = await decision("fired", 2);
    const ended = await stack.ended(again.requestId);
    expect(ended).toMatchObject({ state: "published", runs: [{ requestId: again.requestId }] });
    const [first = "", second = ""] = versions();
    const [major, minor, patch] = first.split(".").map(Number);
    expect([versions().length, second]).toEqual([2, `${major}.${minor}.${(patch ?? 0) + 1}`]);
    const { tags, storageProfile } = await stack.readVersion(ended.image.id);
    expect(tags?.["gallery-publisher-source"]).toMatch(/^[0-9a-f]{64}$/);
    expect(storageProfile?.source?.id).toMatch(/\/myImage-of-today$/);

    const events = (await stack.events()).map(({ body }) => body.type);
    expect(events.filter((type) => type === PUBLISHED)).toHaveLength(2);
    expect(hostLog().filter((line) => line.includes("fired as"))).toHaveLength(2);
    expect(hostLog().filter((line) => line.includes("skipped: the source"))).not.toEqual([]);
  }, 400_000);

  it("is run by hand only when its source is new, and not by the timer while it is switched off", async () => {
    expect((await post("disable")).body).toMatchObject({ state: "switchedOff", nextRunAt: null });
    const { status, body } = await post("run");
    expect([status, body.fired]).toEqual([200, false]);
    expect(body.why).toContain("hasn't changed");
    expect((await post("enable")).body).toMatchObject({ state: "on" });
    expect(await show("/api/schedules")).toMatchObject({
      problems: [],
      items: [{ id: "golden", lastRun: { outcome: "published" } }],
    });
  });

  it("publishes a source anew, under the next number, while the run of its version ended partlyPublished", async () => {
    expect((await post("disable")).status).toBe(200); // the minute's tick stays out of it
    await stack.createImage("myImage-of-tomorrow");
    const [major, minor, patch] = (versions().at(-1) ?? "").split(".").map(Number);
    const next = (by: number): string => `${major}.${minor}.${(patch ?? 0) + by}`;
    const fault = await stack.addFault({
      replication: {
        ...{ version: next(1), region: "eastus2", provisioningState: "Succeeded" },
        details: "Replication failed in this region due to 'not enough capacity'",
      },
    });
    const first = (await post("run")).body;
    expect(first).toMatchObject({ fired: true, why: "the source is new" });
    expect(await stack.ended(first.requestId)).toMatchObject({ state: "partlyPublished" });
    await stack.clearFault(fault);

    const second = (await post("run")).body;
    const why = `version ${next(1)} was made from it, but its run ended partlyPublished`;
    expect(second).toMatchObject({ fired: true, why });
    const { state, image } = await stack.ended(second.requestId);
    expect([state, image.id.split("/").at(-1)]).toEqual(["published", next(2)]);

    expect((await post("run")).body).toMatchObject({
      fired: false,
      why: `the source hasn't changed: version ${next(2)} is made from it`,
    });
  }, 60_000);
});
