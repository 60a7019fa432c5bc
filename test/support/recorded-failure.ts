import { documentPaths } from "../../src/domain/run/document-paths";
import { fingerprint, publicationId } from "../../src/domain/run/identity";
import type { FinalState } from "../../src/domain/run/outcome";
import { failureId, type FailureDocument } from "../../src/domain/run/records";
import { admit } from "../../src/functions/admit";
import type { FakeFunctionApp } from "./fake-function-app";
import { accepted, managedImageExample } from "./request-factory";

const TIME = "2026-11-24T13:00:00.000Z";

/** A run that was admitted, has ended and is in the ledger, as its last activity records it. */
export async function withFailedRun(
  app: FakeFunctionApp,
  change: Partial<FailureDocument> = {},
  raw: Record<string, unknown> = {},
) {
  const wire = managedImageExample({ requestId: "failed", ...raw });
  const request = accepted(wire);
  const begun = await admit(app.dependencies, app.durable.client, {
    raw: wire,
    trigger: "queue",
    fallbackRequestId: "m",
  });
  if (begun.kind !== "accepted") throw new Error(`the request is ${begun.kind}`);
  const id = failureId(Date.parse(TIME), "0123456789abcdef");
  const publication = publicationId(request.image);
  const row = {
    id,
    recordedAt: TIME,
    kind: "run" as const,
    state: "partlyPublished" as const,
    summary: "partlyPublished: 1 of 2 regions completed",
    publicationId: publication,
    runId: begun.runId,
    requestId: "failed",
  };
  const failure: FailureDocument = {
    ...row,
    problems: [],
    regions: [],
    leftOver: [],
    image: request.image,
    request,
    ...change,
  };
  await app.documents.write(documentPaths.failure(id), failure);
  await app.records.putFailure({ ...row, status: "open" });
  await endRun(app, begun.runId, "failed", { state: "partlyPublished", failureId: id }, request);
  return { id, publication, request };
}

/** Ends the run that holds the version. */
export async function endRun(
  app: FakeFunctionApp,
  runId: string,
  requestId: string,
  ending: { state: FinalState; failureId?: string; startedAt?: string },
  request = accepted(managedImageExample()),
  content = fingerprint(request),
): Promise<void> {
  const id = publicationId(request.image);
  await app.records.finish({
    publicationId: id,
    runId,
    requestId,
    fingerprint: content,
    trigger: "queue",
    startedAt: TIME,
    endedAt: TIME,
    updatedAt: TIME,
    ...ending,
  });
  app.durable.end(id);
}
