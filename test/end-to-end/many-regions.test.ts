import { RunningStack, sample } from "./running-stack";

describe("40 regions, two of which fail only in replicationStatus", () => {
  const stack = new RunningStack();
  beforeAll(
    () => stack.start(["--world", "samples/world-40-regions.yaml", "--speed", "300"]),
    40_000,
  );
  afterAll(() => stack.stop(), 20_000);

  it("are partlyPublished with 38 completed and 2 failed with the service's details, though provisioningState is Succeeded", async () => {
    const request = sample("request-40-regions.json", { version: "4.0.0", requestId: "forty" });
    expect(request.targetRegions).toHaveLength(40);
    await stack.drop(request);
    const publication = await stack.ended("forty", 60_000);
    expect(publication.state).toBe("partlyPublished");
    const version = await stack.readVersion(publication.image.id);
    expect(version.provisioningState).toBe("Succeeded");
    const failure = (await stack.http(`/api/failures/${publication.failureId}`)).body;
    const kinds = failure.regions.map((region: { kind: string }) => region.kind);
    expect(kinds.filter((kind: string) => kind === "completed")).toHaveLength(38);
    const failed = failure.regions.filter((region: { kind: string }) => region.kind === "failed");
    const said = new Map(
      version.replicationStatus?.summary
        ?.filter((entry) => entry.state === "Failed")
        .map((entry) => [entry.region, entry.details]),
    );
    expect(said.size).toBe(2);
    expect(
      failed.map((entry: { region: string; fault: { message: string } }) => [
        entry.region,
        entry.fault.message,
      ]),
    ).toEqual([...said]);
    // The first, and as many repeats for the two.
    const puts = stack.armCalls("PUT", "/versions/4.0.0");
    expect(puts.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
  }, 90_000);
});
