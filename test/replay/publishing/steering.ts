import { documentPaths } from "../../../src/domain/run/document-paths";
import { promotionFingerprint } from "../../../src/domain/run/identity";
import type { SignalRow } from "../../../src/domain/run/signals";
import { PROMOTE_IMAGE_VERSION, SIGNALLED } from "../../../src/orchestrators/names";
import type { Scene } from "./run";

/** Takes the scene's version into `latest` as somebody's word would, by a run of its own. */
export async function promote(
  { world, harness, input, request }: Scene,
  runId = "promotion",
): Promise<{ state: string; failureId?: string }> {
  const { publicationId } = input;
  const fingerprint = promotionFingerprint(request);
  world.documents.set(documentPaths.request(publicationId, fingerprint), request);
  const run = { ...input, runId, requestId: `promote-${runId}`, fingerprint };
  const found = await world.dependencies.records.publication(publicationId);
  if (found === undefined) throw new Error("nothing was published");
  const row = { ...found.row, ...run, state: "accepted" as const };
  await world.dependencies.records.reserve(row, found.etag);
  await harness.start(PROMOTE_IMAGE_VERSION, { instanceId: publicationId, input: run });
  return (await harness.runToEnd(publicationId)).output as { state: string; failureId?: string };
}

/** Says something to the scene's run, as the triggers do: what counts is stored, the event only wakes it. */
export async function say(
  { world, harness, input }: Scene,
  said: Pick<SignalRow, "about" | "decision">,
): Promise<void> {
  const { publicationId, runId } = input;
  const at = new Date(harness.clock.now()).toISOString();
  const statement = { who: "Ada", why: "seen in the canary", at };
  await world.dependencies.records.signal(publicationId, { runId, ...said, ...statement });
  await harness.raiseEvent(publicationId, SIGNALLED, {});
}
