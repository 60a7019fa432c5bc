import { RunningStack, sample } from "../end-to-end/running-stack";

const ADA = { who: "Ada", why: "seen in the canary" };
const WAVES = [["westus"], ["eastus2"]];

/** A region whose replication fails without the version failing. */
const failing = (version: string) => ({
  replication: {
    version,
    region: "eastus2",
    details: "Replication failed in this region due to 'not enough capacity'",
    provisioningState: "Succeeded",
  },
});

describe("people steer runs on the running stack", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "300"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  const post = (path: string, body: unknown = ADA) =>
    stack.http(path, { method: "POST", body: JSON.stringify(body) });

  async function begin(version: string, rollout: object) {
    const request = { ...sample("request.json", { version, requestId: `r-${version}` }), rollout };
    const { status, body } = await post("/api/publications", request);
    expect(status).toBe(202);
    return body.id as string;
  }
  const inState = (id: string, state: string) =>
    stack.eventually(`${id} to be ${state}`, async () => {
      const { body } = await stack.http(`/api/publications/${id}`);
      return body.state === state ? body : undefined;
    });
  const failureOf = async ({ failureId }: { failureId: string }) =>
    (await stack.http(`/api/failures/${failureId}`)).body;
  const names = (version: Awaited<ReturnType<RunningStack["readVersion"]>>) =>
    version.publishingProfile?.targetRegions?.map(({ name }) => name);

  it("an approved wave is written, and the version promoted", async () => {
    const id = await begin("6.0.1", { waves: WAVES, approveBetweenWaves: true });
    const waiting = await inState(id, "awaitingApproval");
    expect(waiting.awaitingApproval.wave).toBe(2);
    expect(names(await stack.readVersion(waiting.image.id))).toEqual(["West US"]);
    const { approve, reject } = waiting.awaitingApproval.links;
    expect((await post(approve)).status).toBe(202);
    expect((await post(approve)).status).toBe(200);
    expect((await post(reject)).status).toBe(409);
    const ended = await stack.ended("r-6.0.1");
    expect(ended.state).toBe("published");
    const version = await stack.readVersion(ended.image.id);
    expect(names(version)).toEqual(["West US", "East US 2"]);
    expect(version.publishingProfile?.excludeFromLatest).toBe(false);
  });

  it("a rejected wave isn't written: the first one stays, out of latest, and the ledger says who and why", async () => {
    const id = await begin("6.0.2", { waves: WAVES, approveBetweenWaves: true });
    const waiting = await inState(id, "awaitingApproval");
    expect((await post(waiting.awaitingApproval.links.reject)).status).toBe(202);
    const ended = await stack.ended("r-6.0.2");
    expect(ended.state).toBe("partlyPublished");
    expect(await failureOf(ended)).toMatchObject({
      fault: { code: "WaveRejected", message: "Ada rejected wave 2: seen in the canary" },
      regions: [{ kind: "completed" }, { region: "eastus2", kind: "notStarted" }],
    });
    const version = await stack.readVersion(ended.image.id);
    expect(names(version)).toEqual(["West US"]);
    expect(version.publishingProfile?.excludeFromLatest).toBe(true);
  });

  it.each([
    ["keepHealthy", "6.0.3", ["West US", "East US 2"]],
    ["rollBack", "6.0.4", ["West US"]],
  ])(
    "a run that is cancelled during its second wave ends by %s",
    async (onFailure, number, left) => {
      await stack.addFault(failing(number));
      const id = await begin(number, { waves: WAVES, onFailure });
      await stack.eventually("the second wave", async () => {
        const { body } = await stack.http(`/api/publications/${id}`);
        return body.regions.find(
          ({ name, state }: { name: string; state: string }) =>
            name === "eastus2" && state === "replicating",
        );
      });
      expect((await post(`/api/publications/${id}/cancel`)).status).toBe(202);
      const ended = await stack.ended(`r-${number}`);
      expect(ended.state).toBe("cancelled");
      const failure = await failureOf(ended);
      expect(failure.fault.message).toBe("Ada cancelled the run: seen in the canary");
      expect(failure.undone.map(({ result }: { result: string }) => result)).toEqual(
        onFailure === "rollBack" ? ["undone", "kept", "nothingToUndo", "undone"] : [],
      );
      const version = await stack.readVersion(ended.image.id);
      expect(names(version)).toEqual(left);
      expect(version.publishingProfile?.excludeFromLatest).toBe(true);
      expect(version.safetyProfile?.allowDeletionOfReplicatedLocations).toBe(false);
      expect((await post(`/api/publications/${id}/cancel`)).status).toBe(200);
    },
  );

  it("a run that is cancelled before its first write writes nothing, also when Azure would take it by then", async () => {
    const fault = await stack.addFault({
      throttled: { method: "PUT", resource: "6.0.6", retryAfter: 3 },
    });
    const id = await begin("6.0.6", {});
    await stack.eventually("Azure to put the write off", async () => {
      const [told] = await stack.faults([fault]);
      return told !== undefined && told.struck > 0 ? told : undefined;
    });
    expect((await post(`/api/publications/${id}/cancel`)).status).toBe(202);
    await stack.clearFault(fault);
    const ended = await stack.ended("r-6.0.6");
    expect(ended.state).toBe("cancelled");
    expect(await failureOf(ended)).toMatchObject({
      fault: { code: "Cancelled", message: "Ada cancelled the run: seen in the canary" },
      regions: [{ kind: "notStarted" }, { kind: "notStarted" }],
      leftOver: [],
      undone: [],
    });
    await expect(stack.readVersion(ended.image.id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it("a partial success is redriven, only its failed region again, then promoted; all of it one at a time", async () => {
    const fault = await stack.addFault(failing("6.0.5"));
    const id = await begin("6.0.5", {});
    const ended = await stack.ended("r-6.0.5");
    expect(ended.state).toBe("partlyPublished");
    const { links } = await failureOf(ended);
    await stack.clearFault(fault);
    const inLatest = async () =>
      (await stack.http(ended.links.consume)).body.regions.map(
        (region: { inLatest?: boolean }) => region.inLatest,
      );
    expect(await inLatest()).toEqual([false, undefined]);

    const redrives = await Promise.all([
      post(links.redrive),
      post(links.redrive, { who: "Bob", why: "me too" }),
    ]);
    expect(redrives.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(redrives.map(({ body }) => body.runId)).size).toBe(1);
    expect((await post(`/api/publications/${id}/promote`)).status).toBe(409);
    const redriven = await stack.ended(`redrive-${ended.failureId}`);
    expect(redriven.state).toBe("published");
    expect(redriven.plan.difference).toMatchObject([
      { region: "westus", operation: "unchanged" },
      { region: "eastus2", operation: "repeat" },
    ]);

    const other = sample("request.json", { version: "6.0.5", requestId: "other" });
    const race = await Promise.all([
      post(`/api/publications/${id}/promote`),
      post("/api/publications", { ...other, rollout: { timeout: "PT5H" } }),
    ]);
    expect(race.map(({ status }) => status).sort()).toEqual([202, 409]);
    const winner = race.find(({ status }) => status === 202)?.body;
    const last = await stack.ended(winner.requestId);
    if (last.state !== "promoted") {
      const { body } = await post(`/api/publications/${id}/promote`);
      expect((await stack.ended(body.requestId)).state).toBe("promoted");
    }
    const version = await stack.readVersion(ended.image.id);
    expect(names(version)).toEqual(["West US", "East US 2"]);
    expect(await inLatest()).toEqual([true, true]);
    const { excludeFromLatest, targetRegions } = version.publishingProfile ?? {};
    expect([
      excludeFromLatest,
      ...(targetRegions ?? []).map((region) => region.excludeFromLatest),
    ]).toEqual([false, false, false]);
  });

  it("a dismissed failure is out of the list, and readable", async () => {
    await stack.drop("{not json", "no-json");
    const listed = (query = "") =>
      stack.http(`/api/failures?requestId=no-json${query}`).then(({ body }) => body.items);
    const [failure] = await stack.eventually("the ledger's entry", async () => {
      const items = await listed();
      return items.length > 0 ? items : undefined;
    });
    expect((await post(failure.links.redrive)).body).toMatchObject({
      title: "The message has to be mended",
      problems: [{ code: "NotJson" }],
    });
    expect((await post(failure.links.dismiss)).body).toMatchObject({ dismissed: ADA });
    expect(await listed()).toEqual([]);
    expect(await listed("&status=dismissed")).toHaveLength(1);
    expect((await stack.http(failure.links.self)).body).toMatchObject({ status: "dismissed" });
  });
});
