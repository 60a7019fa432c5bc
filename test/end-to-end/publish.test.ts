import { RunningStack, sample } from "./running-stack";

const SETS =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.Compute/diskEncryptionSets";

describe("the bundled app on the embedded stack", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "300"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  it("publishes the document's first example from the queue: two regions, four sets on the right disks, one PUT and another into latest", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    await stack.drop(sample("request.json", { version: "1.0.0", requestId: "cli-1" }), undefined, {
      "Diagnostic-Id": `00-${trace}-00f067aa0ba902b7-01`,
    });
    const publication = await stack.ended("cli-1");
    expect(publication.state).toBe("published");
    // One id leads from the message to every call of its run, and Azure has that of the run for each.
    const calls = ["GET", "PUT"].flatMap((method) => stack.armCalls(method, "/"));
    const ofRun = calls.filter(({ correlationId }) => correlationId === publication.correlationId);
    expect(ofRun.filter(({ method }) => method === "PUT")).toHaveLength(2);
    expect(ofRun.length).toBeGreaterThan(10);
    expect(new Set(ofRun.map(({ traceparent }) => traceparent?.split("-")[1]))).toEqual(
      new Set([trace]),
    );
    expect(calls.filter(({ traceparent }) => traceparent?.includes(trace))).toEqual(ofRun);

    const version = await stack.readVersion(publication.image.id);
    expect(
      version.publishingProfile?.targetRegions?.map((region) => ({
        name: region.name,
        regionalReplicaCount: region.regionalReplicaCount,
        storageAccountType: region.storageAccountType,
        os: region.encryption?.osDiskImage?.diskEncryptionSetId,
        data: region.encryption?.dataDiskImages,
      })),
    ).toEqual([
      {
        name: "West US",
        regionalReplicaCount: 2,
        storageAccountType: "Standard_LRS",
        os: `${SETS}/WestUSDiskEncryptionSet1`,
        data: [{ lun: 0, diskEncryptionSetId: `${SETS}/WestUSDiskEncryptionSet2` }],
      },
      {
        name: "East US 2",
        regionalReplicaCount: 1,
        storageAccountType: "Standard_LRS",
        os: `${SETS}/EastUS2DiskEncryptionSet1`,
        data: [{ lun: 0, diskEncryptionSetId: `${SETS}/EastUS2DiskEncryptionSet2` }],
      },
    ]);
    expect(version.replicationStatus?.aggregatedState).toBe("Completed");
    // One PUT writes both regions, the other takes the version into latest once they are there.
    expect(stack.armCalls("PUT", "/versions/1.0.0")).toEqual([
      expect.objectContaining({ status: 201, apiVersion: "2025-12-03" }),
      expect.objectContaining({ status: 200, apiVersion: "2025-12-03" }),
    ]);
    expect(
      [version.publishingProfile, ...(version.publishingProfile?.targetRegions ?? [])].map(
        (one) => one?.excludeFromLatest,
      ),
    ).toEqual([false, false, false]);
    const events = await stack.events();
    expect(events.map((event) => event.body)).toEqual(
      ["accepted", "planned", "waveCompleted", "promoted", "published"].map((state) =>
        expect.objectContaining({
          specversion: "1.0",
          type: `com.gallery-publisher.publication.${state}`,
          subject: publication.id,
        }),
      ),
    );

    const history = await stack.http(
      `/runtime/webhooks/durabletask/instances/${publication.id}?showHistory=true`,
      { headers: { "x-functions-key": stack.endpoints.masterKey } },
    );
    const names = history.body.historyEvents.map(
      (event: { FunctionName?: string }) => event.FunctionName,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        "publishImageVersion",
        "inspectTarget",
        "prepareRegion",
        "createOrReplicateVersion",
        "watchRegions",
        "recordOutcome",
      ]),
    );
    expect(names.filter((name: string) => name === "prepareRegion")).toHaveLength(2);
  });

  it("the record has texts to paste that name exactly the sets that Resource Manager has for a region", async () => {
    const { links, image } = await stack.ended("cli-1");
    const { targetRegions } = (await stack.readVersion(image.id)).publishingProfile ?? {};
    const list = (await stack.http(links.consume)).body.regions;
    expect(list.map(({ region }: { region: string }) => region)).toEqual(["westus", "eastus2"]);
    for (const [at, target] of (targetRegions ?? []).entries()) {
      const sets = [target.encryption?.osDiskImage, ...(target.encryption?.dataDiskImages ?? [])];
      const { status, text } = await stack.http(list[at].links.azureCli);
      expect(status).toBe(200);
      expect(text).toContain("az vm create");
      expect(text).toContain(`IMAGE_VERSION_ID='${image.id}'`);
      expect(text.match(/\/subscriptions\/\S*\/diskEncryptionSets\/[^']*/g)).toEqual(
        sets.map((disk) => disk?.diskEncryptionSetId),
      );
    }
    expect((await stack.http(`${links.consume}?region=uksouth`)).status).toBe(404);
  });

  it("a dry run shows the bodies that the run then sends, and what it costs", async () => {
    const request = sample("request.json", { version: "1.0.9", requestId: "dry" });
    const before = stack.armCalls("GET", "").length;
    const dry = await stack.http("/api/publications?dryRun=true", {
      method: "POST",
      body: JSON.stringify(request),
    });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, plan: { kind: "create" } } });
    // All that was read for it is in the stand-in's log, and one list for all four sets among it.
    expect(dry.body.calls).toEqual({ reads: stack.armCalls("GET", "").length - before, writes: 2 });
    expect(stack.armCalls("PUT", "/versions/1.0.9")).toEqual([]);

    await stack.drop(request);
    const { runId } = await stack.ended("dry");
    const [bodies, promotion] = JSON.parse(
      JSON.stringify([dry.body.bodies, dry.body.promotion]).replaceAll("{runId}", runId),
    );
    const sent = stack.armCalls("PUT", "/versions/1.0.9").map(({ body }) => body);
    expect(sent).toEqual([...bodies, expect.anything()]);
    expect(bodies).toHaveLength(1);
    // The promotion echoes what Azure has made of the first one: its spelling of regions, its defaults.
    const spelling: Record<string, string> = { westus: "West US", eastus2: "East US 2" };
    const asAzureSpells: unknown = JSON.parse(JSON.stringify(promotion), (key, value) =>
      key === "name" ? (spelling[String(value)] ?? value) : value,
    );
    expect(sent[1]).toMatchObject(asAzureSpells as object);
    // One list of sets for the dry run, one for the run's plan, one right before its write.
    const reads = stack.armCalls("GET", "").slice(before);
    expect(reads.filter(({ path }) => path.includes("/diskEncryptionSets"))).toHaveLength(3);
    // What the run planned and recorded is what the dry run said, but for the run's id.
    const { plan } = await stack.ended("dry");
    expect(plan).toEqual({ ...dry.body.plan, summary: dry.body.summary, bodies, promotion });
  });

  it("publishes the document's second example: snapshots as the source, sets that lie in eastus", async () => {
    const request = sample("request-snapshots.json", { version: "1.0.1", requestId: "cli-2" });
    const started = await stack.http("/api/publications", {
      method: "POST",
      body: JSON.stringify(request),
    });
    expect(started.status).toBe(202);
    const publication = await stack.ended("cli-2");
    expect(publication.state).toBe("published");
    const version = await stack.readVersion(publication.image.id);
    expect(version.storageProfile?.dataDiskImages?.[0]).toMatchObject({ lun: 0 });
    expect(
      version.publishingProfile?.targetRegions?.map((region) => [
        region.name,
        region.encryption?.osDiskImage?.diskEncryptionSetId,
        region.encryption?.dataDiskImages?.[0]?.diskEncryptionSetId,
      ]),
    ).toEqual([
      ["West US", `${SETS}/WestUSDiskEncryptionSet1`, `${SETS}/WestUSDiskEncryptionSet2`],
      ["East US", `${SETS}/EastUSDiskEncryptionSet1`, `${SETS}/EastUSDiskEncryptionSet2`],
    ]);
  });

  it("a set that doesn't exist: nothing is written, region, code and Azure's reason are recorded and announced", async () => {
    await stack.events();
    const request = sample("request.json", { version: "1.0.2", requestId: "no-set" });
    request.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId = "NoSuchSet";
    await stack.drop(request);
    const publication = await stack.ended("no-set");
    expect(publication.state).toBe("rejected");
    expect(stack.armCalls("PUT", "/versions/1.0.2")).toEqual([]);
    const failure = (await stack.http(`/api/failures/${publication.failureId}`)).body;
    expect(failure.problems).toEqual([
      expect.objectContaining({
        code: "DiskEncryptionSetNotFound",
        region: "eastus2",
        path: "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId",
        message: expect.stringMatching(/NoSuchSet was not found.*ResourceNotFound/),
      }),
    ]);
    expect(failure.regions.map((region: { kind: string }) => region.kind)).toEqual([
      "notStarted",
      "failed",
    ]);
    const events = await stack.events();
    expect(events.map(({ body }) => body)).toMatchObject(
      ["accepted", "rejected"].map((state) => ({
        type: `com.gallery-publisher.publication.${state}`,
        data: { requestId: "no-set" },
      })),
    );
  });

  it("an expired key is known before the first write where the request asks to look, and else ends the operation", async () => {
    const key = "https://kv-eastus2.vault.azure.net/keys/EastUS2DiskEncryptionSet2";
    const looking = (requestId: string, version: string) => ({
      ...sample("request.json", { version, requestId }),
      preflight: { keyVault: true },
    });
    await stack.changeKey(key, { expires: "2020-01-01T00:00:00Z" });
    await stack.drop(looking("expired-key", "1.0.23"));
    const refused = await stack.ended("expired-key");
    expect(refused.state).toBe("rejected");
    expect(stack.armCalls("PUT", "/versions/1.0.23")).toEqual([]);
    const { problems } = (await stack.http(`/api/failures/${refused.failureId}`)).body;
    expect(problems).toEqual([
      expect.objectContaining({
        code: "KeyExpired",
        region: "eastus2",
        path: "$.targetRegions[1].encryption.dataDiskImages[0].diskEncryptionSetId",
        message: expect.stringContaining("the key expired on 2020-01-01T00:00:00Z"),
      }),
    ]);

    await stack.drop(sample("request.json", { version: "1.0.24", requestId: "expired-unseen" }));
    const { state, failureId } = await stack.ended("expired-unseen");
    // Only the region whose key it is fails.
    expect(state).toBe("partlyPublished");
    const late = (await stack.http(`/api/failures/${failureId}`)).body;
    expect(late.regions[1].fault.code).toBe("KeyVaultAccessForbidden");
    expect(stack.armCalls("PUT", "/versions/1.0.24")).not.toEqual([]);

    await stack.changeKey(key, { expires: null });
    await stack.drop(looking("usable-key", "1.0.23"));
    const published = await stack.ended("usable-key");
    expect(published).toMatchObject({ state: "published", plan: { remarks: [] } });
  });

  it.each([
    ["that isn't JSON", "{ not json", "NotJson"],
    ["that is a list", [1, 2], "NotAnObject"],
    [
      "of 190 regions with three mistakes each",
      { targetRegions: Array(190).fill({ name: 7, x: 1, y: 1 }) },
      "MoreProblems",
    ],
    ["with wrong types", { image: 5, source: {}, targetRegions: "westus" }, "Invalid"],
  ])("keeps a message %s with its reasons, and completes it", async (_, body, code) => {
    const raw = typeof body === "string" ? Buffer.from(body) : body;
    const before = (await stack.http("/api/failures")).body.items.length;
    await stack.drop(raw, `bad-${code}`);
    const failure = await stack.eventually("the record", async () => {
      const { items } = (await stack.http("/api/failures")).body;
      return items.length > before ? items[0] : undefined;
    });
    const whole = (await stack.http(`/api/failures/${failure.id}`)).body;
    expect(whole.problems.map((problem: { code: string }) => problem.code)).toContain(code);
    expect(whole.rawMessage).toMatchObject({ body, messageId: `bad-${code}` });
    const dead = stack.serviceBus.createReceiver("publish-requests", {
      subQueueType: "deadLetter",
    });
    expect(await dead.peekMessages(10)).toEqual([]);
    await dead.close();
  });

  it("shows a message that the trigger can't even read among the dead letters, with the reason", async () => {
    const sender = stack.serviceBus.createSender("publish-requests");
    await sender.sendMessages({
      body: "text",
      bodyType: "value",
      properties: { messageId: "no-bytes" },
    });
    await sender.close();
    const dead = await stack.eventually("the dead letter", async () => {
      const { deadLetters } = (await stack.http("/api/failures")).body;
      return deadLetters.find((one: { messageId: string }) => one.messageId === "no-bytes");
    });
    expect(dead).toMatchObject({ reason: "MaxDeliveryCountExceeded" });
  });

  it("a message delivered twice and a request repeated over HTTP make one run, and no PUT twice", async () => {
    const request = sample("request.json", { version: "1.0.3", requestId: "twice" });
    await Promise.all([stack.drop(request, "m-1"), stack.drop(request, "m-1")]);
    const publication = await stack.ended("twice");
    const again = await stack.http("/api/publications", {
      method: "POST",
      body: JSON.stringify(request),
    });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ joined: true, state: "published" });
    expect(publication.runs).toHaveLength(1);
    expect(stack.armCalls("PUT", "/versions/1.0.3").map(({ status }) => status)).toEqual([
      201, 200,
    ]);
  });

  it("refuses a different request for a version in flight, and tells every mistake of a wrong one", async () => {
    const request = sample("request.json", { version: "1.0.4", requestId: "first" });
    await stack.http("/api/publications", { method: "POST", body: JSON.stringify(request) });
    const other = { ...request, requestId: "second", replicaCount: 3 };
    const refused = await stack.http("/api/publications", {
      method: "POST",
      body: JSON.stringify(other),
    });
    expect(refused.status).toBe(409);
    const wrong = { ...request, targetRegions: [{ name: "wetus" }, { name: 5 }], replicaCount: 0 };
    const invalid = await stack.http("/api/publications", {
      method: "POST",
      body: JSON.stringify(wrong),
    });
    expect(invalid.status).toBe(400);
    expect(invalid.headers.get("content-type")).toBe("application/problem+json");
    expect(invalid.body.problems.map((problem: { path: string }) => problem.path)).toEqual(
      expect.arrayContaining([
        "$.targetRegions[0].name",
        "$.targetRegions[1].name",
        "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId",
        "$.replicaCount",
      ]),
    );
    expect((await stack.ended("first")).state).toBe("published");
  });

  it("a page token of somebody's own making is a mistake of the query, not of the app", async () => {
    const base64 = (token: unknown) => Buffer.from(JSON.stringify(token)).toString("base64");
    for (const list of ["publications", "failures"])
      for (const token of ["made-up", base64(null), base64({ nextPartitionKey: 5 })]) {
        const answer = await stack.http(`/api/${list}?pageToken=${encodeURIComponent(token)}`);
        expect(answer).toMatchObject({ status: 400, body: { title: "Invalid query" } });
      }
  });

  it("no answer contains a durable management URL or a key", async () => {
    const request = sample("request.json", { version: "1.0.5", requestId: "links" });
    const answers = [
      await stack.http("/api/publications", { method: "POST", body: JSON.stringify(request) }),
      await stack.http("/api/publications"),
      await stack.http("/api/failures"),
      await stack.http("/api/health"),
      await stack.http(`/api/publications/${(await stack.ended("links")).id}`),
    ];
    for (const { text, headers } of answers) {
      const all = text + JSON.stringify([...headers]);
      expect(all).not.toMatch(/runtime\/webhooks|code=|terminate|raiseEvent/);
      expect(all).not.toContain(stack.endpoints.functionsKey);
    }
    expect((await fetch(`${stack.endpoints.functionsUrl}/api/publications`)).status).toBe(401);
  });
});
