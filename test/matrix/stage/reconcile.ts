import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import type { Stage } from "./stage";

/** What the timer starts for a flag that a run has left open, once what stood against it is gone. */
export async function reconcileFlags(stage: Stage): Promise<void> {
  const { scene, world } = stage;
  const { trigger: _trigger, ...run } = scene.input;
  const open = await world.dependencies.records.openFlags();
  expect(open.map(({ publicationId }) => publicationId)).toEqual([run.publicationId]);
  const input = {
    ...run,
    runId: "run-2",
    ended: { ...scene.input, startedAt: new Date(stage.clock.now()).toISOString() },
    failureId: open[0]?.id,
  };
  await stage.further(RECONCILE_PUBLICATION, input);
  await stage.settle();
  expect(await world.dependencies.records.openFlags()).toEqual([]);
}
