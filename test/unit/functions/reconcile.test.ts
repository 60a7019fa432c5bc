import type { Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { admit } from "../../../src/functions/admit";
import { reconcile } from "../../../src/functions/reconcile";
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
const { Completed, Failed, Terminated } = OrchestrationRuntimeStatus;

async function begun(): Promise<FakeFunctionApp> {
  const app = createFakeFunctionApp();
  const arrival = { raw: REQUEST, trigger: "http" as const, fallbackRequestId: "m" };
  await admit(app.dependencies, app.durable.client, arrival);
  return app;
}

const tick = (app: FakeFunctionApp): Promise<void> =>
  reconcile(app.dependencies)({} as Timer, app.durable.client, invocation());
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

  it("mends a run whose instance is gone, once no delivery can start it any more", async () => {
    const app = await begun();
    app.durable.instances.delete(ID);
    await tick(app);
    expect(mends(app)).toEqual([]);
    app.pass(10 * 60_000);
    await tick(app);
    expect(mends(app)).toHaveLength(1);
  });

  it("starts one mender, however often it comes", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    await Promise.all([tick(app), tick(app), tick(app)]);
    await tick(app);
    expect(mends(app)).toHaveLength(1);
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

  it("leaves a run alone that is recorded", async () => {
    const app = await begun();
    await record(app);
    app.durable.end(ID, Completed);
    app.pass(3_600_000);
    await tick(app);
    expect(mends(app)).toEqual([]);
  });

  it("closes a flag that a recorded run has left open, unless another run is going on", async () => {
    const app = await begun();
    await record(app);
    await app.records.putFailure({
      id: "entry",
      recordedAt: "2026-11-24T12:00:00.000Z",
      kind: "run",
      state: "failed",
      summary: "failed",
      status: "open",
      publicationId: ID,
      runId: "run-1",
      flagOpen: "true",
    });
    await tick(app);
    expect(mends(app)).toEqual([]);
    app.durable.end(ID, Completed);
    await tick(app);
    expect(mends(app)).toMatchObject([{ input: { failureId: "entry" } }]);
  });

  it("tells a sender of the same request that the version is held, not that it joined a run", async () => {
    const app = await begun();
    app.durable.end(ID, Terminated);
    await tick(app);
    const arrival = { raw: REQUEST, trigger: "queue" as const, fallbackRequestId: "m" };
    const admission = await admit(app.dependencies, app.durable.client, arrival);
    expect(admission.kind).toBe("conflict");
  });
});
