import { documentPaths } from "../../../src/domain/run/document-paths";
import { promotionFingerprint } from "../../../src/domain/run/identity";
import type { SignalRow } from "../../../src/domain/run/signals";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  SIGNALLED,
} from "../../../src/orchestrators/names";
import { admitted, type Scene } from "./run";

/** Takes the scene's version into `latest` as somebody's word would, by a run of its own. */
export async function promote(
  scene: Scene,
  runId = "promotion",
): Promise<{ state: string; failureId?: string }> {
  return endOf(await beginPromotion(scene, runId));
}

/** Begins it only; the scene is that of the promotion then. */
export async function beginPromotion(scene: Scene, runId = "promotion"): Promise<Scene> {
  const { world, input, request } = scene;
  const fingerprint = promotionFingerprint(request);
  world.documents.set(documentPaths.request(input.publicationId, fingerprint), request);
  const accepted = { ...input.accepted, action: "promote" as const };
  const run = { ...input, runId, requestId: `promote-${runId}`, fingerprint, accepted };
  await beginOnceMore(scene, PROMOTE_IMAGE_VERSION, run);
  return { ...scene, input: run };
}

/** Asks for the same once more, as the redrive of its failure does. */
export async function redrive(scene: Scene): Promise<{ state: string; failureId?: string }> {
  return endOf(await beginRedrive(scene));
}

/** Begins it only; the scene is that of the redrive then. */
export async function beginRedrive(scene: Scene): Promise<Scene> {
  const input = { ...scene.input, runId: "redrive", requestId: "redrive-1" };
  await beginOnceMore(scene, PUBLISH_IMAGE_VERSION, input);
  return { ...scene, input };
}

/** A further run of the version, admitted as it is; one that is there already is gone on with. */
async function beginOnceMore(
  { world, harness }: Scene,
  orchestrator: string,
  input: Scene["input"],
): Promise<void> {
  await admitted(world, input);
  const instanceId = input.publicationId;
  const there = (await harness.status(instanceId))?.input as { runId?: string } | undefined;
  if (there?.runId !== input.runId) await harness.start(orchestrator, { instanceId, input });
}

const endOf = async ({ harness, input }: Scene): Promise<{ state: string; failureId?: string }> =>
  (await harness.runToEnd(input.publicationId)).output as { state: string; failureId?: string };

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
