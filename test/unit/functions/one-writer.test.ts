import type { Timer } from "@azure/functions";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { promotionFingerprint } from "../../../src/domain/run/identity";
import { admit } from "../../../src/functions/admit";
import { promotePublication } from "../../../src/functions/promote-publication";
import { redriveFailure } from "../../../src/functions/redrive-failure";
import { reconcile } from "../../../src/functions/reconcile";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  RECONCILE_PUBLICATION,
} from "../../../src/orchestrators/names";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { Interleaving } from "../../support/interleaving";
import { endRun, withFailedRun } from "../../support/recorded-failure";
import { managedImageExample } from "../../support/request-factory";

const ADA = { who: "Ada", why: "it is needed" };
const post = (id: string) =>
  httpRequest(`x/${id}`, { method: "POST", body: JSON.stringify(ADA), params: { id } });

async function failed(raw: Record<string, unknown> = {}) {
  const app = createFakeFunctionApp();
  app.dependencies.dryRun = async () => ({
    plan: { kind: "nothingToDo", waves: [], difference: [], targetRegions: [], remarks: [] },
    summary: [],
    bodies: [],
    calls: { reads: 1, writes: 1 },
  });
  const run = await withFailedRun(app, {}, raw);
  const found = await app.records.failure(run.id);
  if (found !== undefined)
    await app.records.settleFailure({ ...found.row, flagOpen: "true" }, found.etag);
  return { app, ...run };
}

const promote = async (app: FakeFunctionApp, publication: string) =>
  readAnswer(
    await promotePublication(app.dependencies)(post(publication), app.durable.client, invocation()),
  );

/** Everything that writes a version, each with what it is told while another one is at it. */
type Writer = (app: FakeFunctionApp, at: { id: string; publication: string }) => Promise<string>;
const WRITERS = {
  publish: async (app) =>
    (
      await admit(app.dependencies, app.durable.client, {
        raw: managedImageExample({ requestId: "new", replicaCount: 7 }),
        trigger: "queue",
        fallbackRequestId: "m",
      })
    ).kind,
  promote: async (app, { publication }) => String((await promote(app, publication)).status),
  redrive: async (app, { id }) =>
    String(
      readAnswer(await redriveFailure(app.dependencies)(post(id), app.durable.client, invocation()))
        .status,
    ),
  repair: async (app, { id }) => {
    const before = app.durable.started.length;
    const found = await app.records.failure(id);
    if (found?.row.flagOpen !== "true") throw new Error("the flag isn't known to be open");
    await reconcile(app.dependencies, 60_000)({} as Timer, app.durable.client, invocation());
    const begun = app.durable.started.slice(before);
    return begun.some(({ name }) => name === RECONCILE_PUBLICATION) ? "accepted" : "later";
  },
} satisfies Record<string, Writer>;
const BEGAN = new Set(["accepted", "202"]);
const NAMES = Object.keys(WRITERS) as (keyof typeof WRITERS)[];
const PAIRS = NAMES.flatMap((one, at) => NAMES.slice(at + 1).map((other) => [one, other] as const));
/** The first is let on for some steps, then the other for some, then the first to its end. */
const PREEMPTIONS = Array.from({ length: 12 * 12 }, (_, index) => [
  Math.floor(index / 12),
  index % 12,
]);

test.each(PAIRS)(
  "of %s and %s one gets the version, in whatever order they step",
  async (one, other) => {
    const won = new Set<string>();
    for (const [first = 0, second = 0] of PREEMPTIONS) {
      const at = await failed();
      const begun = at.app.durable.started.length;
      const order = new Interleaving();
      order.gate(at.app.dependencies.records, ["publication", "reserve", "beginRun", "runs"]);
      order.gate(at.app.durable.client, ["startNew", "getStatus"]);
      const { results } = await order.run(
        [() => WRITERS[one](at.app, at), () => WRITERS[other](at.app, at)],
        (step) => (step >= first && step < first + second ? 1 : 0),
      );
      expect(results.filter((result) => BEGAN.has(result))).toHaveLength(1);
      expect(at.app.durable.started).toHaveLength(begun + 1);
      won.add(BEGAN.has(results[0] ?? "") ? one : other);
    }
    // Both can be first, or the orders weren't different.
    expect(won.size).toBe(2);
  },
);

test("a promotion is a run of its own under the version's instance, with the request it promotes", async () => {
  const { app, publication, request } = await failed();
  expect(await promote(app, publication)).toMatchObject({ status: 202, body: { id: publication } });
  const started = app.durable.started.at(-1);
  expect(started).toMatchObject({ name: PROMOTE_IMAGE_VERSION, instanceId: publication });
  const path = documentPaths.request(publication, promotionFingerprint(request));
  expect(await app.documents.read(path)).toEqual(request);
  expect((await app.records.publication(publication))?.row).toMatchObject({
    state: "accepted",
    action: "promote",
    ...ADA,
  });
  expect(await promote(app, publication)).toMatchObject({ status: 202, body: { joined: true } });
  expect(app.durable.started).toHaveLength(2);
});

test("the request that was promoted isn't taken for the promotion: it waits, and runs afterwards", async () => {
  const { app, publication } = await failed();
  const { body } = await promote(app, publication);
  const again = () =>
    admit(app.dependencies, app.durable.client, {
      raw: managedImageExample({ requestId: "again" }),
      trigger: "http",
      fallbackRequestId: "m",
    });
  expect(await again()).toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("is promoting"),
  });
  await endRun(app, String(body["runId"]), String(body["requestId"]), { state: "published" });
  expect(await again()).toMatchObject({ kind: "accepted" });
  expect(app.durable.started.at(-1)?.name).toBe(PUBLISH_IMAGE_VERSION);
});

test("a promotion is refused while a run is going on, and for a request that stays out of latest", async () => {
  const { app, publication } = await failed();
  await WRITERS.publish(app);
  expect(await promote(app, publication)).toMatchObject({
    status: 409,
    body: { title: "A run is going on" },
  });
  const out = await failed({ excludeFromLatest: true });
  expect(await promote(out.app, out.publication)).toMatchObject({
    status: 409,
    body: { title: "Not for latest" },
  });
  expect(await promote(out.app, "nobody")).toMatchObject({ status: 404 });
});

test("what failed as a promotion is promoted again by a redrive", async () => {
  const app = createFakeFunctionApp();
  const { id, publication } = await withFailedRun(app, { action: "promote" });
  await WRITERS.redrive(app, { id, publication });
  expect(app.durable.started.at(-1)?.name).toBe(PROMOTE_IMAGE_VERSION);
  expect((await app.records.failure(id))?.row).toMatchObject({ status: "redriven" });
});

test("a failed promotion is redriven once: asked for again it is answered with that run, also when that has failed", async () => {
  const app = createFakeFunctionApp();
  const { id, publication, request } = await withFailedRun(app, { action: "promote" });
  const redrive = async () =>
    readAnswer(await redriveFailure(app.dependencies)(post(id), app.durable.client, invocation()));
  const first = await redrive();
  expect(first).toMatchObject({
    status: 202,
    body: { requestId: `redrive-${id}`, joined: false, redriven: ADA },
  });
  const runId = String(first.body["runId"]);
  expect((await app.records.publication(publication))?.row).toMatchObject({
    ...{ runId, action: "promote", redriveOf: id },
  });
  const again = { status: 202, body: { runId, joined: true, redriven: { runId } } };
  expect(await redrive()).toMatchObject(again);
  const fingerprint = promotionFingerprint(request);
  await endRun(app, runId, `redrive-${id}`, { state: "partlyPublished" }, request, fingerprint);
  expect(await redrive()).toMatchObject(again);
  expect(app.durable.started).toHaveLength(2);
});
