import { dismissFailure } from "../../../src/functions/dismiss-failure";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { listFailures, readFailure } from "../../../src/functions/read-failures";
import { promotePublication } from "../../../src/functions/promote-publication";
import { redriveFailure } from "../../../src/functions/redrive-failure";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { endRun, withFailedRun } from "../../support/recorded-failure";
import { accepted, managedImageExample, SUBSCRIPTION } from "../../support/request-factory";

const ADA = { who: "Ada", why: "the key is granted" };
const BOB = { who: "Bob", why: "I saw it too" };

/** An app whose dry runs find nothing in the way. */
function createApp(): FakeFunctionApp {
  const app = createFakeFunctionApp();
  app.dependencies.dryRun = async () => {
    if (app.away.has("resourceManager")) throw new Error("resourceManager is away");
    return {
      plan: { kind: "nothingToDo", waves: [], difference: [], targetRegions: [], remarks: [] },
      summary: ["eastus2: repeated"],
      bodies: [],
      calls: { reads: 1, writes: 1 },
    };
  };
  return app;
}

const post = (id: string, body: unknown) =>
  httpRequest(`failures/${id}/x`, { method: "POST", body: JSON.stringify(body), params: { id } });
const redrive = async (app: FakeFunctionApp, id: string, body: unknown = ADA) =>
  readAnswer(
    await redriveFailure(app.dependencies)(post(id, body), app.durable.client, invocation()),
  );
const dismiss = async (app: FakeFunctionApp, id: string, body: unknown = ADA) =>
  readAnswer(await dismissFailure(app.dependencies)(post(id, body), invocation()));
const read = async (app: FakeFunctionApp, id: string) =>
  readAnswer(await readFailure(app.dependencies)(httpRequest("failures/x", { params: { id } })));
const listedIds = async (app: FakeFunctionApp, query = "") => {
  const request = httpRequest(`failures${query}`);
  const { body } = readAnswer(await listFailures(app.dependencies)(request, invocation()));
  return (body["items"] as { id: string }[]).map(({ id }) => id);
};
/** The run that was started last. */
const runIdOf = (app: FakeFunctionApp): string =>
  (app.durable.started.at(-1)?.input as { runId: string }).runId;
/** A message that was kept: refused for the gallery, or not JSON. */
async function withMessage(app: FakeFunctionApp, message: unknown): Promise<string> {
  await publishFromQueue(app.dependencies)(
    message,
    app.durable.client,
    invocation({ messageId: "m-1", enqueuedTimeUtc: "2026-11-24T11:00:00" }),
  );
  return (await listedIds(app, "?kind=message"))[0] ?? "";
}

describe("a redrive", () => {
  it("runs the recorded request again as a run of its own, and says what it writes", async () => {
    const app = createApp();
    const { id, publication } = await withFailedRun(app);
    expect(await redrive(app, id)).toMatchObject({
      status: 202,
      body: {
        id: publication,
        runId: "run-2",
        requestId: `redrive-${id}`,
        joined: false,
        status: "redriven",
        redriven: ADA,
        summary: ["eastus2: repeated"],
      },
    });
    expect(app.durable.started).toHaveLength(2);
    expect((await app.records.runs(publication))[1]).toMatchObject({
      runId: "run-2",
      action: "redrive",
      redriveOf: id,
      ...ADA,
    });
    expect((await read(app, id)).body).toMatchObject({ status: "redriven", redriven: ADA });
  });

  it("is one run however often and by whomever it is asked for, also when that has ended", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const answers = await Promise.all([redrive(app, id, ADA), redrive(app, id, BOB)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const runIds = new Set(answers.map(({ body }) => body["runId"]));
    expect(runIds.size).toBe(1);
    await endRun(app, [...runIds].join(), `redrive-${id}`, { state: "published" });
    expect(await redrive(app, id, BOB)).toMatchObject({
      status: 202,
      body: { runId: [...runIds].join(), joined: true },
    });
    expect(app.durable.started).toHaveLength(2);
  });

  it("is refused while another run of the version is going on", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    await publishFromQueue(app.dependencies)(
      managedImageExample({ requestId: "other", replicaCount: 7 }),
      app.durable.client,
      invocation(),
    );
    expect(await redrive(app, id)).toMatchObject({
      status: 409,
      body: { title: "A run is going on" },
    });
    expect((await read(app, id)).body).toMatchObject({ status: "open" });
  });

  it("is refused with the preflight's problems while it is still impossible", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const problems = [{ path: "$", code: "X", message: "the set is gone", action: "make it" }];
    app.dependencies.dryRun = async () => ({
      plan: { kind: "impossible", problems, remarks: [] },
      summary: [],
      bodies: [],
      calls: { reads: 0, writes: 0 },
    });
    expect(await redrive(app, id)).toMatchObject({ status: 422, body: { problems } });
    expect(app.durable.started).toHaveLength(1);
  });

  it("says which request holds the version meanwhile", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    await publishFromQueue(app.dependencies)(
      managedImageExample({ requestId: "other", replicaCount: 7 }),
      app.durable.client,
      invocation(),
    );
    expect((await redrive(app, id)).body["detail"]).toMatch(
      /^another request, "other", is publishing .*1\.0\.0 since 2026-/,
    );
  });

  it("says who promotes the version meanwhile", async () => {
    const app = createApp();
    const { id, publication } = await withFailedRun(app);
    await promotePublication(app.dependencies)(
      post(publication, BOB),
      app.durable.client,
      invocation(),
    );
    expect(await redrive(app, id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/ is promoting .* for Bob since /) as string },
    });
  });

  it.each<[string, (app: FakeFunctionApp) => void, string]>([
    [
      "configuration",
      ({ dependencies: { rules } }) => (rules.allow = { ...rules.allow, galleries: [] }),
      "GalleryNotAllowed",
    ],
    ["clock", (app) => app.pass(400 * 24 * 3_600_000), "EndOfLifeInPast"],
  ])("is refused when the %s doesn't allow the request any more", async (_what, change, code) => {
    const app = createApp();
    const { id } = await withFailedRun(app, {}, { endOfLifeDate: "2027-06-01" });
    change(app);
    expect(await redrive(app, id)).toMatchObject({ status: 422, body: { problems: [{ code }] } });
    expect(app.durable.started).toHaveLength(1);
  });

  it("that has begun is answered with its run, whatever the configuration allows since", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const { body } = await redrive(app, id);
    app.dependencies.rules.allow = { ...app.dependencies.rules.allow, galleries: [] };
    expect(await redrive(app, id, BOB)).toMatchObject({
      status: 202,
      body: { runId: body["runId"], redriven: ADA },
    });
  });

  it("starts nothing when something outside is away, and can be asked for again", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    for (const outside of ["resourceManager", "publications", "startNew"] as const) {
      app.away.add(outside);
      expect(await redrive(app, id)).toMatchObject({ status: 503 });
      app.away.clear();
    }
    expect(await redrive(app, id)).toMatchObject({ status: 202 });
    expect(app.durable.started).toHaveLength(2);
  });

  it("of a message that can't be understood asks for a mended one", async () => {
    const app = createApp();
    const id = await withMessage(app, "{not json");
    expect(await redrive(app, id)).toMatchObject({
      status: 422,
      body: {
        title: "The message has to be mended",
        problems: [{ code: "NotJson" }],
      },
    });
    expect(app.durable.started).toEqual([]);
  });

  it("of a message that was refused runs it once nothing stands against it any more", async () => {
    const app = createApp();
    const { allow } = app.dependencies.rules;
    app.dependencies.rules.allow = { ...allow, subscriptions: [] };
    const id = await withMessage(app, managedImageExample({ requestId: "mine" }));
    expect(await redrive(app, id)).toMatchObject({
      status: 422,
      body: {
        problems: expect.arrayContaining([
          expect.objectContaining({ code: "SubscriptionNotAllowed" }),
        ]),
      },
    });
    app.dependencies.rules.allow = { ...allow, subscriptions: [SUBSCRIPTION] };
    expect(await redrive(app, id)).toMatchObject({
      status: 202,
      body: { requestId: `redrive-${id}` },
    });
  });

  it("of a message that was sent again since, and has had its run, is a run of its own", async () => {
    const app = createApp();
    const other = managedImageExample({ requestId: "other", replicaCount: 7 });
    const mine = managedImageExample({ requestId: "mine" });
    const send = (message: unknown) =>
      publishFromQueue(app.dependencies)(message, app.durable.client, invocation());
    await send(other);
    const id = await withMessage(app, mine);
    expect((await read(app, id)).body).toMatchObject({ problems: [{ code: "VersionBusy" }] });
    await endRun(app, "run-1", "other", { state: "published" }, accepted(other));
    await send(mine);
    const failed = app.durable.started.length;
    await endRun(app, runIdOf(app), "mine", { state: "partlyPublished" });

    const { status, body } = await redrive(app, id);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { joined: false, status: "redriven", summary: ["eastus2: repeated"] },
    });
    expect(app.durable.started).toHaveLength(failed + 1);
    expect(body["runId"]).toBe(runIdOf(app));
    await endRun(app, runIdOf(app), `redrive-${id}`, { state: "published" });
    const again = await redrive(app, id, BOB);
    expect(again).toMatchObject({ status: 202, body: { joined: true, runId: body["runId"] } });
    expect(again.body).not.toHaveProperty("summary");
    expect(app.durable.started).toHaveLength(failed + 1);
  });
});

describe("a dismissal", () => {
  it("is kept with who and why, announced, and takes the entry out of the list, not out of the ledger", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    expect(await dismiss(app, id)).toMatchObject({
      status: 200,
      body: { status: "dismissed", dismissed: ADA },
    });
    expect(await listedIds(app)).toEqual([]);
    expect(await listedIds(app, "?status=dismissed")).toEqual([id]);
    expect(await listedIds(app, "?status=all")).toEqual([id]);
    expect((await read(app, id)).body).toMatchObject({ status: "dismissed", dismissed: ADA });
    expect(app.announcer.events.at(-1)).toMatchObject({
      id: `${id}.dismissed`,
      type: "com.gallery-publisher.publication.dismissed",
      data: { dismissed: ADA },
    });
  });

  it.each(["announcer", "failures"] as const)(
    "that meets the %s away is answered 503, and is announced once it is repeated",
    async (outside) => {
      const app = createApp();
      const { id } = await withFailedRun(app);
      app.away.add(outside);
      const answer = await dismiss(app, id, ADA);
      expect(answer).toMatchObject({ status: 503, body: { title: "Try again" } });
      app.away.clear();
      const first = outside === "announcer" ? ADA : BOB;
      expect(await dismiss(app, id, BOB)).toMatchObject({
        status: 200,
        body: { status: "dismissed", dismissed: first },
      });
      expect(app.announcer.events.at(-1)).toMatchObject({
        id: `${id}.dismissed`,
        data: { dismissed: first },
      });
    },
  );

  it("counts once: who dismisses it later, or at the same moment, sees the first one", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const answers = await Promise.all([dismiss(app, id, ADA), dismiss(app, id, BOB)]);
    const said = new Set(answers.map(({ body }) => (body["dismissed"] as typeof ADA).who));
    expect(said.size).toBe(1);
    expect((await dismiss(app, id, BOB)).body["dismissed"]).toMatchObject({ who: [...said][0] });
    const ids = app.announcer.events.map((event) => event.id).filter((key) => key.startsWith(id));
    expect(new Set(ids)).toEqual(new Set([`${id}.dismissed`]));
  });

  it("stands when the failure is recorded once more", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const row = (await app.records.failure(id))?.row;
    await dismiss(app, id);
    if (row !== undefined) await app.records.putFailure(row);
    expect(await listedIds(app)).toEqual([]);
  });

  it("of a failure that was redriven keeps both, and is in the way of another redrive", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    const { body } = await redrive(app, id);
    expect(await dismiss(app, id, BOB)).toMatchObject({
      status: 200,
      body: { status: "dismissed", dismissed: BOB, redriven: { ...ADA, runId: body["runId"] } },
    });
    expect(await listedIds(app)).toEqual([]);
    expect(await redrive(app, id)).toMatchObject({
      status: 409,
      body: { title: "Dismissed", dismissed: BOB, redriven: { runId: body["runId"] } },
    });
    expect(app.durable.started).toHaveLength(2);
  });

  it("is in the way of a redrive", async () => {
    const app = createApp();
    const { id } = await withFailedRun(app);
    await dismiss(app, id);
    expect(await redrive(app, id)).toMatchObject({ status: 409, body: { dismissed: ADA } });
    expect(app.durable.started).toHaveLength(1);
  });
});

test("the ledger is filtered by state, kind and publication; a filter that can't match is a mistake", async () => {
  const app = createApp();
  const { id, publication } = await withFailedRun(app);
  const message = await withMessage(app, "{not json");
  expect(await listedIds(app)).toEqual([id, message]);
  expect(await listedIds(app, "?state=partlyPublished")).toEqual([id]);
  expect(await listedIds(app, "?kind=message&state=rejected")).toEqual([message]);
  expect(await listedIds(app, `?publicationId=${publication.toUpperCase()}`)).toEqual([id]);
  const request = httpRequest("failures?kind=letter");
  expect((await listFailures(app.dependencies)(request, invocation())).status).toBe(400);
});

test.each([["nobody"], ["0001-ab"]])(
  "there is nothing to redrive or dismiss under %s",
  async (id) => {
    const app = createApp();
    expect((await redrive(app, id)).status).toBe(404);
    expect((await dismiss(app, id)).status).toBe(404);
    expect((await dismiss(app, id, {})).status).toBe(400);
  },
);
