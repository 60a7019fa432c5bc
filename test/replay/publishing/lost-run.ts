import type { Fault } from "../../../src/domain/fault";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import type { ReconcileInput } from "../../../src/domain/run/ended-run";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import type { Scene } from "./run";

/** Longer than any activity of the run can go on. */
export const SETTLE_MS = 600_000;

/** Azure is busy for a while. */
export const BUSY: Fault = {
  code: "ServerBusy",
  advice: "transient",
  message: "busy",
  action: "none: the run waits",
};

/** Lets time pass in steps until something is so. @throws {Error} when it never comes to that */
export async function runUntil(
  { harness }: Scene,
  isSo: () => boolean | Promise<boolean>,
  stepMs = 5_000,
): Promise<void> {
  for (let step = 0; step < 2000; step++) {
    if (await isSo()) return;
    await harness.advance(stepMs);
  }
  throw new Error("it never came to that");
}

/** As an operator's terminate in the portal: nothing of the run goes on. */
export async function terminate({ harness, input }: Scene): Promise<void> {
  await harness.terminate(input.publicationId);
  expect(await harness.runToEnd(input.publicationId)).toMatchObject({
    runtimeStatus: "Terminated",
  });
}

/** What the timer starts for a run that is gone, to its end. */
export async function mend(scene: Scene, failureId?: string): Promise<unknown> {
  await beginMending(scene, failureId);
  return (await scene.harness.runToEnd(scene.input.publicationId)).output;
}

/** Begins it, unless it is going on: a second process goes on with it. */
export async function beginMending({ input, harness }: Scene, failureId?: string): Promise<void> {
  const { accepted, ...run } = input;
  const reconcile: ReconcileInput = {
    publicationId: input.publicationId,
    runId: "reconcile-1",
    requestId: "reconcile",
    fingerprint: "reconcile",
    ended: {
      ...run,
      startedAt: accepted.startedAt,
      ...(accepted.action === "promote" ? { action: "promote" } : {}),
    },
    settleMs: SETTLE_MS,
    ...(failureId === undefined ? {} : { failureId }),
  };
  const instanceId = input.publicationId;
  const there = await harness.status(instanceId);
  const isGoing = there?.runtimeStatus === "Pending" || there?.runtimeStatus === "Running";
  if (there?.name === RECONCILE_PUBLICATION && isGoing) return;
  await harness.start(RECONCILE_PUBLICATION, { instanceId, input: reconcile });
}

export const isOpen = (body: ImageVersionBody | undefined): boolean | undefined =>
  body?.safetyProfile.allowDeletionOfReplicatedLocations;

/** Terminates the run between the removal of a region and its return. */
export async function endWithOpenFlag(scene: Scene): Promise<void> {
  const { behaviour, log } = scene.world;
  behaviour.failing.set("eastus2", "no");
  // Azure takes the removal, and is busy afterwards.
  behaviour.onWrite = (kind, moment) => {
    if (kind === "put" && moment === "after" && isOpen(log.puts.at(-1)) === true)
      behaviour.troubles.get = Array.from({ length: 5 }, () => BUSY);
  };
  await scene.begin();
  await runUntil(scene, () => isOpen(log.puts.at(-1)) === true);
  await terminate(scene);
  behaviour.troubles = {};
}
