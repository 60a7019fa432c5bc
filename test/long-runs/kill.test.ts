import { RunningStack, sample } from "../end-to-end/running-stack";

describe("kill -9 of the Functions host", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "120"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  it("while every region is under 100 % changes nothing: published by one create", async () => {
    await stack.drop(sample("request.json", { version: "9.0.0", requestId: "kill-1" }));
    await stack.eventually("replication", async () => {
      const { items } = (await stack.http("/api/publications?requestId=kill-1")).body;
      if (items.length === 0) return undefined;
      const { regions } = (await stack.http(`/api/publications/${items[0].id}`)).body;
      const all = regions.map((region: { progress: number }) => region.progress);
      return all.length === 2 && all.every((p: number) => p > 0 && p < 100) ? all : undefined;
    });
    const { before, after } = await stack.kill("functions-host");
    expect(stack.output.join("")).toContain(
      `functions-host: pid ${before} ended by SIGKILL, started again as pid ${after}`,
    );
    const publication = await stack.ended("kill-1", 60_000);
    expect(publication.state).toBe("published");
    // One PUT creates it, one takes it into latest.
    expect(stack.armCalls("PUT", "/versions/9.0.0").map(({ status }) => status)).toEqual([
      201, 200,
    ]);
    const version = await stack.readVersion(publication.image.id);
    expect(version.publishingProfile?.targetRegions).toHaveLength(2);
  }, 90_000);

  it("between the accepted PUT and its commit: the run adopts its own write", async () => {
    const path = "/versions/9.0.1";
    await stack.addFault({
      slow: { method: "PUT", pathContains: path, delayMs: 10_000, times: 1 },
    });
    await stack.drop(sample("request.json", { version: "9.0.1", requestId: "kill-2" }));
    await stack.eventually("the accepted PUT", async () =>
      stack.armCalls("PUT", path).length > 0 ? true : undefined,
    );
    await stack.kill("functions-host");
    const publication = await stack.ended("kill-2", 60_000);
    expect(publication.state).toBe("published");
    const puts = stack.armCalls("PUT", path);
    expect(puts.filter((put) => put.status === 201)).toHaveLength(1);
    // Whatever was sent again was the same write: the create, or the promotion.
    expect(new Set(puts.map((put) => JSON.stringify(put.body))).size).toBe(2);
    expect(publication.runs).toHaveLength(1);
  }, 90_000);

  it("right after a cancellation was taken: it is honoured, with who and why", async () => {
    const request = sample("request.json", { version: "9.0.2", requestId: "kill-3" });
    const rollout = { waves: [["westus"], ["eastus2"]] };
    await stack.drop({ ...request, rollout });
    const puts = () => stack.armCalls("PUT", "/versions/9.0.2");
    await stack.eventually("the second wave", async () => (puts().length === 2 ? true : undefined));
    const { items } = (await stack.http("/api/publications?requestId=kill-3")).body;
    const body = JSON.stringify({ who: "Ada", why: "wrong image" });
    const path = `/api/publications/${items[0].id}/cancel`;
    expect((await stack.http(path, { method: "POST", body })).status).toBe(202);
    await stack.kill("functions-host");
    const ended = await stack.ended("kill-3", 60_000);
    expect(ended.state).toBe("cancelled");
    const { fault } = (await stack.http(`/api/failures/${ended.failureId}`)).body;
    expect(fault.message).toBe("Ada cancelled the run: wrong image");
    // It isn't promoted, nor written in any other way.
    expect(puts()).toHaveLength(2);
    expect((await stack.http(path, { method: "POST", body })).status).toBe(200);
  }, 90_000);
});
