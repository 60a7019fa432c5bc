import { documentPaths } from "../../../src/domain/run/document-paths";
import { fingerprint, publicationId } from "../../../src/domain/run/identity";
import type { FinalState, RegionOutcome } from "../../../src/domain/run/outcome";
import type { OutcomeDocument } from "../../../src/domain/run/records";
import type { PublishRequest } from "../../../src/domain/request/publish-request";
import { admit } from "../../../src/functions/admit";
import { promotePublication } from "../../../src/functions/promote-publication";
import { azureFault } from "../../support/azure-fault";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { endRun } from "../../support/recorded-failure";
import { accepted, computeId, managedImageExample } from "../../support/request-factory";

const ID = publicationId(accepted(managedImageExample()).image);

/** A run of the version that was admitted and has ended; its request. */
async function ended(
  app: FakeFunctionApp,
  hour: number,
  raw: Record<string, unknown>,
  { state, regions }: { state: FinalState; regions: RegionOutcome[] },
): Promise<PublishRequest> {
  const wire = managedImageExample({ requestId: `at-${hour}`, ...raw });
  const request = accepted(wire);
  const begun = await admit(app.dependencies, app.durable.client, {
    ...{ raw: wire, trigger: "queue", fallbackRequestId: "m" },
  });
  if (begun.kind !== "accepted") throw new Error(`the request is ${begun.kind}`);
  const { runId } = begun;
  const startedAt = `2026-11-24T${hour}:00:00.000Z`;
  const document: OutcomeDocument = {
    ...{ publicationId: ID, runId, requestId: `at-${hour}`, state, image: request.image, regions },
    ...{ startedAt, endedAt: startedAt },
  };
  await app.documents.write(documentPaths.request(ID, fingerprint(request)), request);
  await app.documents.write(documentPaths.outcome(ID, runId), document);
  await endRun(app, runId, `at-${hour}`, { state, startedAt }, request, fingerprint(request));
  return request;
}

async function promote(app: FakeFunctionApp) {
  const body = JSON.stringify({ who: "Ada", why: "it is needed" });
  const post = httpRequest(`publications/${ID}/promote`, {
    ...{ method: "POST", body, params: { id: ID } },
  });
  return readAnswer(
    await promotePublication(app.dependencies)(post, app.durable.client, invocation()),
  );
}

/** What the promotion that was started last goes by. */
async function wish(app: FakeFunctionApp): Promise<PublishRequest | undefined> {
  const { fingerprint: content } = app.durable.started.at(-1)?.input as { fingerprint: string };
  return app.documents.read<PublishRequest>(documentPaths.request(ID, content));
}

const PUBLISHED = {
  state: "published",
  regions: [{ region: "westus", kind: "completed" }],
} satisfies Parameters<typeof ended>[3];
const NOT_STARTED: RegionOutcome[] = [{ region: "westus", kind: "notStarted" }];
const taken = azureFault("VersionTaken", "permanent", "it is another image", "take another number");
const otherSource = { source: { managedImage: computeId("images", "other", "myResourceGroup") } };

describe("a promotion goes by the newest request that was written, and not by", () => {
  test.each<[string, Record<string, unknown>, Parameters<typeof ended>[3]]>([
    ["one without its exclusions that was rejected", {}, { state: "rejected", regions: [] }],
    ["one with another source that was rejected", otherSource, { state: "rejected", regions: [] }],
    [
      "one for a version out of latest that was rejected",
      { excludeFromLatest: true },
      { state: "rejected", regions: NOT_STARTED },
    ],
    [
      "one that was cancelled before its first write",
      { excludeFromLatest: true },
      { state: "cancelled", regions: NOT_STARTED },
    ],
    [
      "one that met another version under its number",
      otherSource,
      {
        state: "failed",
        regions: [{ region: "westus", kind: "failed", fault: taken, attempts: 1 }],
      },
    ],
  ])("%s", async (_, raw, ending) => {
    const app = createFakeFunctionApp();
    const published = await ended(app, 13, { replicaCount: 3 }, PUBLISHED);
    await ended(app, 14, raw, ending);
    expect(await promote(app)).toMatchObject({ status: 202 });
    expect(await wish(app)).toEqual(published);
  });
});

test("a promotion goes by a newer request once that was written as well", async () => {
  const app = createFakeFunctionApp();
  await ended(app, 13, {}, PUBLISHED);
  const newer = await ended(app, 14, { replicaCount: 3 }, PUBLISHED);
  expect(await promote(app)).toMatchObject({ status: 202 });
  expect(await wish(app)).toEqual(newer);
});

test("a version that no run has written isn't promoted: a rejected request is nobody's word about it", async () => {
  const app = createFakeFunctionApp();
  await ended(app, 13, {}, { state: "rejected", regions: NOT_STARTED });
  expect(await promote(app)).toMatchObject({ status: 409, body: { title: "Nothing to promote" } });
  expect(app.durable.started).toHaveLength(1);
});
