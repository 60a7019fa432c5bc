import { InvocationContext, type Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { admit } from "../../../src/functions/admit";
import { reconcile } from "../../../src/functions/reconcile";
import type { FailureRow, RunRow } from "../../../src/domain/run/records";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import {
  createFakeFunctionApp,
  invocation,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { accepted, managedImageExample } from "../../support/request-factory";
import { publicationId } from "../../../src/domain/run/identity";

const REQUEST = managedImageExample({ requestId: "golden" });
const ID = publicationId(accepted(REQUEST).image);
const OTHER = managedImageExample({ requestId: "other", replicaCount: 3 });
const SETTLE_MS = 600_000;
const { Completed, Failed, Terminated } = OrchestrationRuntimeStatus;

const arrive = (app: FakeFunctionApp, raw: unknown) =>
  admit(app.dependencies, app.durable.client, { raw, trigger: "http", fallbackRequestId: "m" });

async function begun(): Promise<FakeFunctionApp> {
  const app = createFakeFunctionApp();
  await arrive(app, REQUEST);
  return app;
}

async function openRuns(app: FakeFunctionApp) {
  const found = [];
  for await (const run of app.records.openRuns()) found.push(run);
  return found;
}

const tick = (app: FakeFunctionApp): Promise<void> =>
  reconcile(app.dependencies, SETTLE_MS)({} as Timer, app.durable.client, invocation());
const mends = (app: FakeFunctionApp) =>
  app.durable.started.filter(({ name }) => name === RECONCILE_PUBLICATION);

/** Ends the run in the ledger, as its own last step does. */
async function record(app: FakeFunctionApp): Promise<void> {
  const found = await app.records.publication(ID);
  if (found === undefined) throw new Error("there is no row");
  const { id: _id, imageId: _imageId, location: _location, ...run } = found.row;
  const endedAt = app.dependencies.now().toISOString();
  await app.records.finish({ ...run, publicationId: ID, state: "failed", endedAt });
}

const openFlag = (runId: string): FailureRow => ({
  id: "entry",
  recordedAt: "2026-11-24T12:00:00.000Z",
  kind: "run",
  state: "failed",
  summary: "failed",
  status: "open",
  publicationId: ID,
  runId,
  flagOpen: "true",
});

describe("the timer reconcile", () => {
  it("leaves a run alone that is going on, however long", async () => {
    const app = await begun();
    app.pass(7 * 24 * 3_600_000);
    await tick(app);
    expect(mends(app)).toEqual([]);
  });

  it.each([Failed, Terminated, Completed])(
    "mends a run that ended %s without a record, at once",
    async (status) => {
      const app = await begun();
      app.durable.end(ID, status);
      await tick(app);
      expect(mends(app)).toEqual([
        {
          name: RECONCILE_PUBLICATION,
          instanceId: ID,
          input: expect.objectContaining({
            requestId: "reconcile",
            ended: expect.objectContaining({ publicationId: ID, runId: "run-1" }) as unknown,
          }) as unknown,
        },
      ]);
    },
  );

  it.each(["by the same delivery", "by another request"])(
    "a lost run that is asked for again %s is the answer, and isn't started again",
    async (by) => {
      const app = await begun();
      const again = () =>
        arrive(app, by === "by another request" ? { ...REQUEST, requestId: "other" } : REQUEST);
      const started = app.durable.started.length;
      app.durable.end(ID, Terminated);
      expect(await again()).toMatchObject({ kind: "joined", runId: "run-1" });
      await tick(app);
      app.durable.end(ID, Failed);
      expect(await again()).toMatchObject({ kind: "joined", runId: "run-1" });
      expect(app.durable.started.slice(started)).toEqual(mends(app));
    },
  );

  it("mends a run whose instance is gone, once no delivery can start it any more", async () => {
    const app = await begun();
    app.durable.instances.delete(ID);
    await tick(app);
    expect(mends(app)).toEqual([]);
    app.pass(10 * 60_000);
    await tick(app);
    expect(mends(app)).toHaveLength(1);
  });

  it("starts one mender, however often and from however many hosts at once it comes, and says so once", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    const said: string[] = [];
    const look = () => {
      const context = new InvocationContext({
        functionName: "reconcile",
        logHandler: (_level, ...words) => void said.push(words.join(" ")),
      });
      return reconcile(app.dependencies, SETTLE_MS)({} as Timer, app.durable.client, context);
    };
    await Promise.all([look(), look(), look()]);
    await look();
    expect(mends(app)).toHaveLength(1);
    expect(said).toEqual([
      `run run-1 of ${ID} has ended without a record; what it has left is looked at, and recorded`,
    ]);
  });

  it("tries again when a mender has ended and the run still isn't recorded", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    await tick(app);
    app.durable.end(ID, Failed);
    app.pass(10 * 60_000);
    await tick(app);
    expect(mends(app)).toHaveLength(2);
  });

  describe("a run whose version another one has taken since", () => {
    /** Its sender is gone between the two steps of the start; then somebody else comes. */
    async function superseded(): Promise<FakeFunctionApp> {
      const app = createFakeFunctionApp();
      app.away.add("startNew");
      await expect(arrive(app, REQUEST)).rejects.toThrow();
      app.away.clear();
      app.pass(60_000);
      expect(await arrive(app, OTHER)).toMatchObject({ kind: "accepted", runId: "run-2" });
      return app;
    }

    it("is left alone while the other one goes on", async () => {
      const app = await superseded();
      app.pass(3_600_000);
      await tick(app);
      expect(mends(app)).toEqual([]);
    });

    it("is mended when that has ended and been recorded, and then no more", async () => {
      const app = await superseded();
      await record(app);
      app.durable.end(ID, Completed);
      await tick(app);
      expect(mends(app)).toEqual([]);
      app.pass(10 * 60_000);
      await tick(app);
      expect(mends(app)).toMatchObject([
        { instanceId: ID, input: { settleMs: SETTLE_MS, ended: { runId: "run-1" } } },
      ]);
      const { id, ...run } = (await openRuns(app))[0] ?? { id: "" };
      const ended = { state: "rejected" as const, endedAt: "2026-11-24T13:00:00.000Z" };
      const row = { ...(run as RunRow), ...ended, publicationId: id, updatedAt: ended.endedAt };
      await app.records.finish(row);
      app.durable.end(ID, Completed);
      app.pass(10 * 60_000);
      await tick(app);
      expect(mends(app)).toHaveLength(1);
      expect((await app.records.publication(ID))?.row.runId).toBe("run-2");
    });

    it("is mended at once when it had been begun, and was terminated", async () => {
      const app = await begun();
      app.durable.end(ID, Terminated);
      app.pass(60_000);
      app.away.add("startNew");
      await expect(arrive(app, OTHER)).rejects.toThrow();
      app.away.clear();
      await tick(app);
      expect(mends(app)).toMatchObject([{ input: { ended: { runId: "run-1" } } }]);
    });
  });

  it("leaves a run alone that is recorded", async () => {
    const app = await begun();
    await record(app);
    app.durable.end(ID, Completed);
    app.pass(3_600_000);
    await tick(app);
    expect(mends(app)).toEqual([]);
  });

  it("comes again to a run that an earlier look has left without a record", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    await tick(app);
    app.durable.end(ID, Completed);
    app.pass(SETTLE_MS);
    await tick(app);
    expect(mends(app)).toHaveLength(2);
  });

  it("closes a flag that a recorded run has left open, unless another run is going on", async () => {
    const app = await begun();
    await record(app);
    await app.records.putFailure(openFlag("run-1"));
    await tick(app);
    expect(mends(app)).toEqual([]);
    app.durable.end(ID, Completed);
    await tick(app);
    expect(mends(app)).toMatchObject([{ input: { failureId: "entry" } }]);
  });

  it("tells at each look of flags that are open and of dead letters, also when Service Bus is away", async () => {
    const app = createFakeFunctionApp();
    const flag = { id: "entry", publicationId: ID, runId: "run-1", flagOpen: "true" as const };
    const row = { recordedAt: "2026-11-24T12:00:00.000Z", summary: "", status: "open" as const };
    await app.records.putFailure({ ...flag, ...row, kind: "run", state: "failed" });
    const letter = { sequenceNumber: "7", deliveryCount: 10, body: "", enqueuedAt: row.recordedAt };
    const looks = [[letter, letter], new Error("away"), []];
    app.dependencies.deadLetters.peek = async () => {
      const look = looks.shift() ?? [];
      if (look instanceof Error) throw look;
      return look;
    };
    for (let look = 0; look < 3; look++) await tick(app);
    const time = app.dependencies.now().toISOString();
    const flagged = { publicationId: ID, runId: "run-1", since: row.recordedAt };
    const open = { event: "safetyFlagOpen", time, ...flagged };
    expect(app.lines).toEqual([
      { ...open, failureId: "entry" },
      { event: "deadLetters", time, count: 2, oldest: row.recordedAt },
      { ...open, failureId: "entry" },
      { ...open, failureId: "entry" },
    ]);
  });

  it("says that a flag is open whose run isn't known any more: nothing else would", async () => {
    const app = createFakeFunctionApp();
    await app.records.putFailure(openFlag("gone"));
    const said: string[] = [];
    const context = new InvocationContext({
      logHandler: (level, ...words) => void said.push(`${level}: ${words.join(" ")}`),
    });
    await reconcile(app.dependencies, SETTLE_MS)({} as Timer, app.durable.client, context);
    expect(said).toEqual([
      expect.stringMatching(/^warning: failure entry .* open, and its run gone/),
    ]);
    expect(mends(app)).toEqual([]);
  });

  it("tells a sender of the same request that the version is held, not that it joined a run", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    await tick(app);
    expect(await arrive(app, REQUEST)).toMatchObject({
      kind: "conflict",
      message: expect.stringMatching(
        /^what an earlier run has left of .* is being mended$/,
      ) as string,
    });
  });
});
