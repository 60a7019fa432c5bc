import { appLines } from "../end-to-end/app-lines";
import { RunningStack, sample } from "../end-to-end/running-stack";

describe("a region that never moves again", () => {
  const stack = new RunningStack();
  beforeAll(
    () => stack.start([...["--speed", "300", "--setting", "WATCH_STALLED_AFTER_SECONDS=10"]]),
    40_000,
  );
  afterAll(() => stack.stop(), 20_000);

  it("ends by its wave's time with since when it stood still; a redrive watches it further, to its end, and writes nothing", async () => {
    const version = "6.1.0";
    const fault = await stack.addFault({ stuckReplication: { version, region: "eastus2" } });
    const request = sample("request.json", { version, requestId: "still-2" });
    await stack.drop({ ...request, rollout: { waveTimeout: "PT1M" } });
    const ended = await stack.ended("still-2", 120_000);
    expect(ended.state).toBe("partlyPublished");
    // `reconcile` says it again while it is so.
    const [line, ...more] = appLines(stack, "regionStalled", "regionMoved").filter(
      ({ told }) => !("again" in told),
    );
    expect([line?.told.event, more]).toEqual(["regionStalled", []]);
    const since = line?.told.since ?? "";
    const failed = {
      ...{ kind: "failed", region: "eastus2", stalledSince: since },
      fault: {
        code: "ReplicationTimedOut",
        message: `still replicating at 40 % after 1 minutes, and it has stood still there since ${since}; Azure may yet complete it`,
      },
    };
    const { body: failure } = await stack.http(`/api/failures/${ended.failureId}`);
    expect(failure.regions).toMatchObject([{ kind: "completed" }, failed]);
    expect(ended.regions[1]).toMatchObject({
      name: "eastus2",
      state: "failed",
      stalledSince: since,
    });

    const body = JSON.stringify({ who: "Ada", why: "Azure is well again" });
    const redrive = await stack.http(`/api/failures/${failure.id}/redrive`, {
      method: "POST",
      body,
    });
    expect(redrive.status).toBe(202);
    await stack.eventually("a redrive that watches it", async () => {
      const { state, runId } = (await stack.http(`/api/publications/${ended.id}`)).body;
      return state === "publishing" && runId !== ended.runId ? true : undefined;
    });
    await stack.clearFault(fault);
    const redriven = await stack.ended(`redrive-${failure.id}`, 60_000);
    expect(redriven.state).toBe("published");
    expect(stack.armCalls("PUT", `/versions/${version}`).map(({ status }) => status)).toEqual([
      201,
    ]);
  }, 240_000);
});
