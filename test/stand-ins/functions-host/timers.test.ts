import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanUp, eventually, newDirectory, send, startHost } from "./host-under-test";

afterAll(cleanUp);

interface Run {
  name: string;
  timer: unknown;
  retry?: { retryCount: number };
}

test("timers run on their schedule, at start-up, by hand, and again after a failure", async () => {
  const { facts } = await startHost({
    app: "timers",
    args: ["--in-memory", "--master-key", "m"],
    settings: { SCHEDULE: "* * * * * *" },
  });
  const runsOf = async (name: string): Promise<Run[]> => {
    const all = JSON.parse((await send(facts.url, { path: "/api/runs" })).body) as Run[];
    return all.filter((run) => run.name === name);
  };

  const everySecond = await eventually(
    () => runsOf("everySecond"),
    ({ length }) => length >= 1,
  );
  expect(everySecond[0]?.timer).toEqual({
    schedule: { adjustForDST: true },
    scheduleStatus: null,
    isPastDue: false,
  });
  const yearly = await eventually(
    () => runsOf("yearly"),
    ({ length }) => length >= 2,
  );
  expect(yearly.map(({ retry }) => retry?.retryCount)).toEqual([0, 1]);
  expect(yearly[0]?.timer).toMatchObject({
    scheduleStatus: { last: "0001-01-01T00:00:00+00:00" },
    isPastDue: false,
  });

  const byHand = await send(facts.url, {
    method: "POST",
    path: "/admin/functions/yearly",
    headers: { "x-functions-key": "m", "content-type": "application/json" },
    body: '{"input":""}',
  });
  expect(byHand).toMatchObject({ status: 202, body: "" });
  await eventually(
    () => runsOf("yearly"),
    ({ length }) => length === 3,
  );
});

const HOUR_MS = 3_600_000;

test("a timer that was due while the host was down runs once at start, marked as past due", async () => {
  const state = newDirectory();
  const start = () =>
    startHost({
      app: "timers",
      args: ["--state", state, "--master-key", "m"],
      settings: { SCHEDULE: "0 0 * * * *" },
    });
  const first = await start();
  await first.end("SIGKILL");
  // As the file would look, had the host been down for a few hours.
  const file = join(state, "timers", "everySecond.json");
  const { next } = JSON.parse(readFileSync(file, "utf8")) as { next: number };
  const last = next - 4 * HOUR_MS;
  const status = { last, next: last + HOUR_MS, lastUpdated: last };
  writeFileSync(file, JSON.stringify(status));

  const second = await start();
  const [run] = await eventually(
    async () => {
      const all = JSON.parse((await send(second.facts.url, { path: "/api/runs" })).body) as Run[];
      return all.filter(({ name }) => name === "everySecond");
    },
    ({ length }) => length > 0,
  );
  const shown = (epochMs: number) => new Date(epochMs).toISOString().replace("Z", "+00:00");
  expect(run?.timer).toEqual({
    schedule: { adjustForDST: true },
    scheduleStatus: { last: shown(last), lastUpdated: shown(last), next: shown(last + HOUR_MS) },
    isPastDue: true,
  });
  await second.end("SIGTERM");
  const kept = JSON.parse(readFileSync(file, "utf8")) as { last: number; next: number };
  expect(Date.now() - kept.last).toBeLessThan(30_000);
  expect(kept.next).toBeGreaterThan(kept.last);
});
