import { cleanUp, eventually, send, startHost } from "./host-under-test";

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
