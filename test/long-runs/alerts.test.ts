import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LogEvent } from "../../src/domain/run/log-line";
import { appLines } from "../end-to-end/app-lines";
import { RunningStack, sample } from "../end-to-end/running-stack";
import { alertRules } from "../support/alert-rules";

const ADA = { who: "Ada", why: "a look at the alerts" };

/** A schedule whose run is rejected, and which one failure switches off, never due by its calendar; and one with a mistake. */
function document(): object {
  const text = readFileSync(resolve("samples/schedules.json"), "utf8");
  const [schedule] = (JSON.parse(text) as { schedules: Record<string, object>[] }).schedules;
  const request = { ...schedule?.["request"], rollout: { timeout: "PT1H" } };
  const image = { ...schedule?.["image"], location: "eastus2" };
  const switchedOff = { id: "golden", cron: "0 0 1 1 *", maxConsecutiveFailures: 1 };
  const wrong = { ...schedule, id: "wrong", cron: "at night" };
  return { schedules: [{ ...schedule, ...switchedOff, image, request }, wrong] };
}

describe("what alerts ask for", () => {
  const stack = new RunningStack();
  const directory = mkdtempSync(join(tmpdir(), "gallery-publisher-alerts-"));
  const file = join(directory, "schedules.json");
  writeFileSync(file, JSON.stringify(document()));
  beforeAll(
    () =>
      stack.start([
        ...["--speed", "300", "--schedules", file],
        ...["--setting", "WATCH_MIN_INTERVAL_SECONDS=0.5"],
        ...["--setting", "WATCH_MAX_INTERVAL_SECONDS=1"],
        ...["--setting", "WATCH_STALLED_AFTER_SECONDS=3"],
        ...["--setting", "RECONCILE_SCHEDULE=*/2 * * * * *"],
        ...["--setting", "RECONCILE_SETTLE_SECONDS=3"],
      ]),
    40_000,
  );
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 20_000);

  const post = (path: string, body: unknown = ADA) =>
    stack.http(path, { method: "POST", body: JSON.stringify(body) });
  const begin = async (version: string, rollout: object): Promise<void> => {
    const request = sample("request.json", { version, requestId: `r-${version}` });
    expect((await post("/api/publications", { ...request, rollout })).status).toBe(202);
  };

  /** A message that the trigger can't read, so that nothing records it. */
  async function deadLetter(): Promise<void> {
    const sender = stack.serviceBus.createSender("publish-requests");
    await sender.sendMessages({ body: "text", bodyType: "value", properties: { messageId: "x" } });
    await sender.close();
  }

  /** A run that removes a region, and may not write from then on: neither it nor `reconcile` closes the flag. */
  async function leaveFlagOpen(version: string): Promise<void> {
    await stack.addFault({
      replication: {
        ...{ version, region: "eastus2", provisioningState: "Succeeded" },
        details: "Replication failed in this region due to 'not enough capacity'",
      },
    });
    await begin(version, { readdFailedRegions: true });
    await stack.eventually("the removal", async () =>
      appLines(stack, "safetyFlagOpened").find(({ told }) => told.regions === "eastus2"),
    );
    await stack.addFault({
      http: { method: "PUT", pathContains: version, status: 403, code: "AuthorizationFailed" },
    });
  }

  it("is in the host's log of runs that stand still, leave something behind or a flag open, of dead letters, and of a schedule that fails", async () => {
    /** Once by what it happened to, and by a look of `reconcile` that found it so still. */
    const saidAgain = <E extends "regionStalled" | "scheduleDisabled" | "leftOver">(event: E) => {
      const lines = appLines(stack, event);
      const once = lines.some(({ told }) => !("again" in told));
      return once ? lines.find(({ told }) => "again" in told) : undefined;
    };
    const run = await post("/api/schedules/golden/run");
    expect(run.body).toMatchObject({ fired: true });
    await deadLetter();
    const stuck = await stack.addFault({
      stuckReplication: { version: "6.2.0", region: "eastus2" },
    });
    await begin("6.2.0", {});
    await leaveFlagOpen("6.2.1");

    // What tells that an alert is over: a region that moves, an entry that is dismissed, a schedule that is on again.
    await stack.eventually("a stand-still", async () => saidAgain("regionStalled"));
    await stack.clearFault(stuck);
    await stack.eventually(
      "the schedule's end",
      async () => saidAgain("scheduleDisabled"),
      100_000,
    );
    expect((await post("/api/schedules/golden/enable")).status).toBe(200);
    const { told } = await stack.eventually(
      "what is left over",
      async () => saidAgain("leftOver"),
      60_000,
    );
    expect((await post(`/api/failures/${told.failureId}/dismiss`)).status).toBe(200);

    const rules = alertRules().filter(({ query }) => query !== "");
    expect(rules).toHaveLength(6);
    const missing = (): string[] =>
      rules.flatMap(({ name, reads }) =>
        [...reads].flatMap(([event, fields]) => {
          const lines = appLines(stack, event as LogEvent).map(({ told }) => told as object);
          if (lines.length === 0) return OVER.has(event) ? [] : [`${name}: no ${event}`];
          const seen = new Set(lines.flatMap((line) => Object.keys(line)));
          return fields
            .filter((field) => !seen.has(field))
            .map((field) => `${name}: no ${event} with ${field}`);
        }),
      );
    await stack
      .eventually("all lines", async () => (missing().length === 0 ? true : undefined), 30_000)
      .catch(() => expect(missing()).toEqual([]));
    expect(missing()).toEqual([]);
  }, 240_000);
});

/** Ends of runs that other tests show. */
const OVER = new Set(["failed", "cancelled", "promoted"]);
