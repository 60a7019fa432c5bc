import { readFileSync } from "node:fs";
import { RunningStack, sample } from "../end-to-end/running-stack";

describe("kill -9 of what the app stands on", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "100"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  /** Waits until every region of the request replicates. */
  const replicating = (requestId: string) =>
    stack.eventually("replication", async () => {
      const { items } = (await stack.http(`/api/publications?requestId=${requestId}`)).body;
      if (items.length === 0) return undefined;
      const { regions } = (await stack.http(`/api/publications/${items[0].id}`)).body;
      const states = regions.map(({ state }: { state: string }) => state);
      return states.length === 2 && states.every((one: string) => one === "replicating")
        ? true
        : undefined;
    });

  it.each(["arm", "identity", "service-bus"])(
    "%s, while the regions replicate: published by one create",
    async (part) => {
      const version = `8.0.${["arm", "identity", "service-bus"].indexOf(part)}`;
      await stack.drop(sample("request.json", { version, requestId: part }));
      await replicating(part);
      await stack.kill(part);
      const publication = await stack.ended(part, 60_000);
      expect(publication.state).toBe("published");
      const puts = stack.armCalls("PUT", `/versions/${version}`);
      expect(puts.map(({ status }) => status)).toEqual([201, 200]);
      const { provisioningState } = await stack.readVersion(publication.image.id);
      expect(provisioningState).toBe("Succeeded");
    },
    90_000,
  );

  it("service-bus, with requests on the queue: each is taken once", async () => {
    const ids = ["queued-1", "queued-2", "queued-3"];
    for (const [index, requestId] of ids.entries())
      await stack.drop(sample("request.json", { version: `8.1.${index}`, requestId }));
    await stack.kill("service-bus");
    const ended = await Promise.all(ids.map((requestId) => stack.ended(requestId, 90_000)));
    expect(ended.map(({ state }) => state)).toEqual(["published", "published", "published"]);
    const puts = stack.armCalls("PUT", "/versions/8.1.");
    expect(puts.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201, 201, 201]);
  }, 120_000);

  it("storage, once it has saved what it was given: records are there, and the next publication is, too", async () => {
    const saved = (): string =>
      readFileSync(`${stack.directory}/storage/__azurite_db_table__.json`, "utf8");
    await stack.eventually("saved records", async () =>
      ["arm", "identity", "queued-3"].every((id) => saved().includes(`"requestId":"${id}"`))
        ? true
        : undefined,
    );
    await stack.kill("storage");
    expect((await stack.ended("arm")).state).toBe("published");
    await stack.drop(sample("request.json", { version: "8.2.0", requestId: "after-storage" }));
    expect((await stack.ended("after-storage", 90_000)).state).toBe("published");
  }, 120_000);
});
