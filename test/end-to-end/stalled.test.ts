import { join } from "node:path";
import { appLines } from "./app-lines";
import { Ingestion } from "./ingestion";
import { RunningStack, sample } from "./running-stack";

/** The trace that the message comes with: its id, and the span of its sender. */
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;

/** Without those by which `reconcile`, should it look just then, says again that a region still stands. */
const firstTold = (...of: Parameters<typeof appLines>): ReturnType<typeof appLines> =>
  appLines(...of).filter(({ told }) => !("again" in told));

describe("a region that stands still", () => {
  const stack = new RunningStack();
  const ingestion = new Ingestion();
  beforeAll(async () => {
    const connection = await ingestion.start();
    await stack.start([
      ...["--speed", "300", "--setting", "WATCH_MIN_INTERVAL_SECONDS=0.5"],
      ...["--setting", "WATCH_MAX_INTERVAL_SECONDS=1"],
      ...["--setting", "WATCH_STALLED_AFTER_SECONDS=3"],
      ...["--setting", `APPLICATIONINSIGHTS_CONNECTION_STRING=${connection}`],
      // The exporter's statistics go to Microsoft, and it asks there for its own switches, which no setting turns off:
      // nothing leaves this machine, so what isn't on it is reached by a proxy that isn't there.
      ...["--setting", "APPLICATION_INSIGHTS_NO_STATSBEAT=true"],
      ...[
        "--setting",
        "HTTPS_PROXY=http://127.0.0.1:9",
        "--setting",
        "NO_PROXY=127.0.0.1,localhost",
      ],
    ]);
    ingestion.trust(join(stack.directory, "certificates"));
  }, 40_000);
  afterAll(async () => {
    await stack.stop();
    await ingestion.stop();
  }, 20_000);

  it("is shown with since when and told in the host's log by its function; once it goes on, the version is published", async () => {
    const version = "6.0.0";
    const fault = await stack.addFault({ stuckReplication: { version, region: "eastus2" } });
    const request = sample("request.json", { version, requestId: "still-1" });
    await stack.drop(request, "still-1", { traceparent });
    const { publication, region } = await stack.eventually(
      "a region that stands still",
      async () => {
        const { items } = (await stack.http("/api/publications?requestId=still-1")).body;
        if (items.length === 0) return undefined;
        const { body } = await stack.http(`/api/publications/${items[0].id}`);
        const found = body.regions.find((one: Record<string, unknown>) => "stalledSince" in one);
        return found === undefined ? undefined : { publication: body, region: found };
      },
    );
    expect(region).toMatchObject({ name: "eastus2", state: "replicating", progress: 40 });
    const stalled = {
      ...{ event: "regionStalled", region: "eastus2", state: "replicating", progress: 40 },
      ...{ publicationId: publication.id, runId: publication.runId },
      imageVersionId: publication.image.id,
      since: expect.stringContaining(region.stalledSince.slice(0, -"000Z".length)),
    };
    const line = await stack.eventually(
      "its line in the log",
      async () => appLines(stack, "regionStalled", "regionMoved")[0],
    );
    expect(line).toMatchObject({ level: "warn", function: "noteStalled", told: stalled });
    expect(line.invocationId).toMatch(/./);

    await stack.clearFault(fault);
    const ended = await stack.ended("still-1", 60_000);
    expect(ended.state).toBe("published");
    expect(ended.regions).not.toContainEqual(
      expect.objectContaining({ stalledSince: expect.anything() }),
    );
    expect(
      firstTold(stack, "regionStalled", "regionMoved").map(({ level, told }) => [
        level,
        told.event,
        "region" in told && told.region,
      ]),
    ).toEqual([
      ["warn", "regionStalled", "eastus2"],
      ["info", "regionMoved", "eastus2"],
    ]);
  }, 90_000);

  it("can be followed from its message to the PUT: by the trace of its sender, and by the run's correlation id", () => {
    const lines = firstTold(stack);
    const run = lines.filter(({ told }) => told.runId !== undefined).map(({ told }) => told);
    const [accepted] = run;
    expect(run.map(({ event }) => event)).toEqual([
      ...["accepted", "planned", "regionStalled", "regionMoved"],
      ...["waveCompleted", "promoted", "published"],
    ]);
    expect(accepted).toMatchObject({ requestId: "still-1", traceId: TRACE_ID });
    const correlationId = accepted?.correlationId ?? "";
    expect(new Set(run.map((told) => told.correlationId))).toEqual(new Set([correlationId]));
    expect(new Set(run.map((told) => told.traceId))).toEqual(new Set([TRACE_ID]));

    const calls = stack.armCalls("", "/").filter((call) => call.correlationId === correlationId);
    expect(calls.filter(({ method }) => method === "PUT").map(({ path }) => path)).toEqual([
      ...Array<unknown>(2).fill(expect.stringMatching(/\/versions\/6\.0\.0$/)),
    ]);
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.filter((call) => call.traceparent?.slice(3, 35) !== TRACE_ID)).toEqual([]);
  });

  it("is in Application Insights: each line as a trace, each ARM call as a dependency of the request's own trace", async () => {
    const [accepted] = appLines(stack, "accepted");
    const { correlationId = "" } = accepted?.told ?? {};
    const ofRun = appLines(stack).filter(({ told }) => told.correlationId === correlationId);
    const sent = () => ingestion.of("MessageData").map(({ data }) => data.baseData.message ?? "");
    await stack.eventually("its last line", async () =>
      sent().some((message) => message.startsWith('{"event":"published"')) ? true : undefined,
    );
    for (const { told } of ofRun) expect(sent()).toContain(JSON.stringify(told));
    const put = await stack.eventually("the span of its PUT", async () =>
      ingestion
        .of("RemoteDependencyData")
        .find(({ data }) => /^PUT .*\/versions\/6\.0\.0$/.test(data.baseData.name ?? "")),
    );
    expect(put.tags["ai.operation.id"]).toBe(TRACE_ID);
    expect(put.data.baseData).toMatchObject({ resultCode: "201", properties: { correlationId } });
  });
});
