import type { ReconcileInput } from "../../../src/domain/run/ended-run";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import type { Scene } from "./run";

/** Longer than any activity of the run can go on. */
export const SETTLE_MS = 600_000;

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
  await harness.start(RECONCILE_PUBLICATION, {
    instanceId: input.publicationId,
    input: reconcile,
  });
}
