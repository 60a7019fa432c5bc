import { RunningStack, sample } from "../end-to-end/running-stack";

const ADA = { who: "Ada", why: "the host is well again" };
const WAVES = [["westus"], ["eastus2"]];

/** What a PUT says of the version, as far as the tests ask. */
type Put = {
  properties: { safetyProfile?: { allowDeletionOfReplicatedLocations?: boolean } };
};

describe("runs that end in the middle of what they do", () => {
  const stack = new RunningStack();
  beforeAll(
    () =>
      stack.start([
        ...["--speed", "300", "--setting", "RECONCILE_SCHEDULE=*/2 * * * * *"],
        ...["--setting", "RECONCILE_SETTLE_SECONDS=3"],
      ]),
    40_000,
  );
  afterAll(() => stack.stop(), 20_000);

  const post = (path: string, body: unknown) =>
    stack.http(path, { method: "POST", body: JSON.stringify(body) });
  const putsOf = (version: string): Put[] =>
    stack.armCalls("PUT", `/versions/${version}`).map(({ body }) => body as Put);

  async function begin(version: string, rollout: object): Promise<string> {
    const request = { ...sample("request.json", { version, requestId: `r-${version}` }), rollout };
    const { status, body } = await post("/api/publications", request);
    expect(status).toBe(202);
    return body.id as string;
  }
  const once = (what: string, isSo: () => boolean | Promise<boolean>): Promise<true> =>
    stack.eventually(what, async () => ((await isSo()) ? true : undefined), 60_000);
  const stateOf = async (id: string): Promise<string> =>
    (await stack.http(`/api/publications/${id}`)).body.state;

  /** Begins a run whose second region fails until it is removed, and returns while the flag is open. */
  async function beginWithOpenFlag(version: string): Promise<{ id: string; fault: string }> {
    const fault = await stack.addFault({
      replication: {
        ...{ version, region: "eastus2", provisioningState: "Succeeded" },
        details: "Replication failed in this region due to 'not enough capacity'",
      },
    });
    const id = await begin(version, { readdFailedRegions: true });
    await once(
      "the removal",
      () =>
        putsOf(version).at(-1)?.properties.safetyProfile?.allowDeletionOfReplicatedLocations ===
        true,
    );
    return { id, fault };
  }

  /** The run as the timer has recorded it. */
  async function recorded(version: string) {
    const ended = await stack.ended(`r-${version}`, 60_000);
    const { body: failure } = await stack.http(`/api/failures/${ended.failureId}`);
    return { ended, failure };
  }

  async function versionOf(id: string) {
    const { image } = (await stack.http(`/api/publications/${id}`)).body;
    const version = await stack.readVersion(image.id);
    return {
      regions: version.publishingProfile?.targetRegions?.map(({ name }) => name),
      isOpen: version.safetyProfile?.allowDeletionOfReplicatedLocations,
    };
  }

  /** A redrive completes what the lost run had begun. */
  async function redriven(failure: { id: string; links: { redrive: string } }): Promise<void> {
    expect((await post(failure.links.redrive, ADA)).status).toBe(202);
    expect(await stack.ended(`redrive-${failure.id}`, 60_000)).toMatchObject({
      state: "published",
      regions: [
        { name: "westus", state: "completed" },
        { name: "eastus2", state: "completed" },
      ],
    });
  }

  it("terminated in its second wave: recorded with what is left over, and a redrive completes it", async () => {
    const id = await begin("7.0.1", { waves: WAVES });
    await once("the second wave", () => putsOf("7.0.1").length === 2);
    await stack.terminate(id);
    const { ended, failure } = await recorded("7.0.1");
    expect(ended).toMatchObject({ state: "partlyPublished", runs: [{ state: "partlyPublished" }] });
    expect(failure).toMatchObject({ fault: { code: "RunLost" }, status: "open" });
    expect(failure.leftOver[0]).toMatchObject({
      what: expect.stringContaining("Completed in westus") as string,
      command: expect.stringMatching(/^az sig image-version show /) as string,
    });
    expect(failure.regions[0]).toMatchObject({ region: "westus", kind: "completed" });
    await redriven(failure);
    const { regions, isOpen } = await versionOf(id);
    expect({ regions, isOpen }).toEqual({ regions: ["West US", "East US 2"], isOpen: false });
  }, 120_000);

  it("terminated while the safety flag is open: the flag is closed, the removed region is told, and a redrive adds it", async () => {
    const { id, fault } = await beginWithOpenFlag("7.0.2");
    await stack.terminate(id);
    const { ended, failure } = await recorded("7.0.2");
    expect(ended.state).toBe("partlyPublished");
    expect(await versionOf(id)).toEqual({ regions: ["West US"], isOpen: false });
    expect(failure).toMatchObject({
      fault: { code: "RunLost" },
      regions: [
        { region: "westus", kind: "completed" },
        { region: "eastus2", kind: "failed", fault: { code: "RunLost" } },
      ],
      undone: [{ step: { activity: "closeSafetyFlag" }, result: "undone" }],
    });
    await stack.clearFault(fault);
    await redriven(failure);
    expect(await versionOf(id)).toEqual({ regions: ["West US", "East US 2"], isOpen: false });
  }, 150_000);

  it("terminated while it waits for an approval: recorded, nothing further is written, and a redrive completes it", async () => {
    const id = await begin("7.0.3", { waves: WAVES, approveBetweenWaves: true });
    await once("the question", async () => (await stateOf(id)) === "awaitingApproval");
    await stack.terminate(id);
    const { ended, failure } = await recorded("7.0.3");
    expect(ended.state).toBe("partlyPublished");
    expect(failure.regions).toMatchObject([
      { region: "westus", kind: "completed" },
      { region: "eastus2", kind: "notStarted" },
    ]);
    expect(putsOf("7.0.3")).toHaveLength(1);
    expect((await post(`/api/publications/${id}/approve`, ADA)).status).toBe(409);
    expect((await post(failure.links.redrive, ADA)).status).toBe(202);
    // What it asks for, it asks for again: its first wave is there, and the second waits for a person.
    await once("the question, again", async () => (await stateOf(id)) === "awaitingApproval");
    expect((await post(`/api/publications/${id}/approve`, ADA)).status).toBe(202);
    expect((await stack.ended(`redrive-${failure.id}`, 60_000)).state).toBe("published");
    expect((await versionOf(id)).regions).toEqual(["West US", "East US 2"]);
  }, 120_000);

  it("its host killed while the safety flag is open: the next start closes it, without a redrive", async () => {
    const { id, fault } = await beginWithOpenFlag("7.0.4");
    const { isOpen } = await versionOf(id);
    expect(isOpen).toBe(true);
    await stack.kill("functions-host");
    await stack.clearFault(fault);
    const ended = await stack.ended("r-7.0.4", 90_000);
    expect(ended).toMatchObject({ state: "published", runs: [{ state: "published" }] });
    expect(await versionOf(id)).toEqual({ regions: ["West US", "East US 2"], isOpen: false });
    const { items } = (await stack.http(`/api/failures?publicationId=${id}`)).body;
    expect(items).toEqual([]);
  }, 150_000);
});
