import type { RunStatus } from "../../../src/domain/run/progress";
import { phaseShown } from "../../../src/functions/live-status";
import { WATCH_REGIONS } from "../../../src/orchestrators/names";
import { createScene, type Scene, type SceneOptions } from "./run";
import { promote } from "./steering";

/** What `GET /api/publications/{id}` shows of a run, each time that it changes. */
async function shownBy(
  options: SceneOptions,
  run: (scene: Scene) => Promise<unknown>,
): Promise<string[]> {
  const shown: string[] = [];
  const scene = createScene({
    ...options,
    onOrchestrator: ({ name, answer }) => {
      const { customStatus } = JSON.parse(answer) as { customStatus?: RunStatus };
      if (name === WATCH_REGIONS || !customStatus) return;
      const state = phaseShown(customStatus);
      if (state !== shown.at(-1)) shown.push(state);
    },
  });
  scene.world.behaviour.durationMs = () => 15_000;
  await run(scene);
  await scene.harness.stop();
  return shown;
}

const REFUSED = { code: "RequestDisallowedByPolicy", advice: "permanent" } as const;
const failing =
  (then: (scene: Scene) => Promise<unknown>) =>
  (scene: Scene): Promise<unknown> => {
    scene.world.behaviour.failing.set("eastus2", "no capacity");
    return then(scene);
  };
const rollBack = { rollout: { onFailure: "rollBack" } };

test.each<[string, SceneOptions, (scene: Scene) => Promise<unknown>, string[]]>([
  ["is published", {}, (scene) => scene.run(), ["planning", "publishing", "promoting"]],
  [
    "takes back what it did",
    { request: rollBack },
    failing((scene) => scene.run()),
    ["planning", "publishing", "compensating"],
  ],
  [
    "keeps what is healthy",
    {},
    failing((scene) => scene.run()),
    ["planning", "publishing", "compensating"],
  ],
  [
    "is refused",
    {},
    (scene) => {
      scene.world.behaviour.troubles.put = [{ ...REFUSED, message: "no", action: "ask" }];
      return scene.run();
    },
    ["planning"],
  ],
  [
    "is promoted afterwards by a person",
    {},
    failing(async (scene) => {
      await scene.run();
      return promote(scene);
    }),
    ["planning", "publishing", "compensating", "planning", "promoting"],
  ],
])("a run that %s is shown at one thing after the other until its record", (...row) => {
  const [, options, run, states] = row;
  return expect(shownBy(options, run)).resolves.toEqual(states);
});
