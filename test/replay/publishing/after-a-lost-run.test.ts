import { RUN_TAG } from "../../../src/domain/plan/image-version-body";
import { documentPaths } from "../../../src/domain/run/document-paths";
import type { PlanDocument } from "../../../src/domain/run/records";
import { mend, runUntil, terminate } from "./lost-run";
import { createScene, type Scene } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];
const CANARY = { rollout: { waves: { canary: 1, size: 2 } } };

const nextRun = (before: Scene, runId: string, request: Record<string, unknown> = {}): Scene =>
  createScene({
    regions: THREE,
    request,
    world: before.world,
    clock: before.harness.clock,
    runId,
  });
/** The version's own flag, and the regions'. */
const excluded = ({ world }: Scene): unknown[] => {
  const { publishingProfile } = world.version()?.body ?? {};
  return [
    publishingProfile?.excludeFromLatest,
    ...(publishingProfile?.targetRegions ?? []).map((region) => region.excludeFromLatest),
  ];
};
const planOf = ({ world, input }: Scene): PlanDocument["plan"] =>
  (world.documents.get(documentPaths.plan(input.publicationId, input.runId)) as PlanDocument).plan;
const puts = ({ world }: Scene): unknown[] => world.log.puts.map(({ tags }) => tags[RUN_TAG]);
const written = (scene: Scene, count: number) => () => scene.world.log.puts.length === count;
const isThere = ({ world }: Scene) => world.version()?.provisioningState === "Succeeded";

/** Where run 1 is lost, and what run 2 of the same request finds then. */
interface Lost {
  when: string;
  request: Record<string, unknown>;
  isSo: (scene: Scene) => boolean;
  /** Between the end of run 1 and run 2. */
  laterMs: number;
  plan: string;
  runs: string[];
}
const LOST: Lost[] = [
  {
    when: "right after its PUT, which still goes on",
    request: {},
    isSo: (scene) => written(scene, 1)(),
    laterMs: 0,
    plan: "adopt",
    runs: ["run-1", "run-2"],
  },
  {
    when: "right after its PUT, which is through",
    request: {},
    isSo: (scene) => written(scene, 1)(),
    laterMs: 3_600_000,
    plan: "nothingToDo",
    runs: ["run-1", "run-2"],
  },
  {
    when: "after its first wave",
    request: CANARY,
    isSo: (scene) => written(scene, 1)() && isThere(scene),
    laterMs: 0,
    plan: "extend",
    runs: ["run-1", "run-2", "run-2"],
  },
];

async function lose({ request, isSo }: Lost): Promise<Scene> {
  const first = createScene({ regions: THREE, request });
  // Longer than it takes until a lost run is recorded.
  first.world.behaviour.durationMs = () => 1_800_000;
  await first.begin();
  await runUntil(first, () => isSo(first));
  await terminate(first);
  return first;
}

describe.each(LOST)("a run that was lost $when", (lost) => {
  const { request, laterMs, plan, runs } = lost;

  it.each([
    ["is recorded, and", true],
    ["isn't recorded yet, and", false],
  ])("%s the next run of its request takes the version into latest", async (_, recorded) => {
    const first = await lose(lost);
    if (recorded) {
      expect(await mend(first)).toEqual({ kind: "recorded" });
      expect(first.failure()).toMatchObject({ fault: { code: "RunLost" } });
    }
    expect(excluded(first)).not.toContain(false);
    await first.harness.advance(laterMs);

    const second = nextRun(first, "run-2", request);
    expect(await second.run()).toEqual({ state: "published" });
    expect(excluded(second)).toEqual([false, false, false, false]);
    expect(puts(second)).toEqual(runs);
    expect(planOf(second)).toMatchObject({ kind: plan, latest: { whole: true } });
    // Nobody is told that it stays out.
    expect(planOf(second).remarks).not.toContainEqual(
      expect.objectContaining({ path: "$.excludeFromLatest" }),
    );
    expect(second.world.events.map(({ type }) => type.split(".").at(-1))).toContain("promoted");
  });

  it("leaves the version out of latest for another request", async () => {
    const first = await lose(lost);
    await mend(first);
    const other = nextRun(first, "run-2", { ...request, tags: { team: "core" } });
    expect(await other.run()).toEqual({ state: "published" });
    expect(excluded(other)).toEqual([true, true, true, true]);
  });

  it("after somebody had cancelled it leaves that to a person", async () => {
    const first = await lose(lost);
    await first.world.dependencies.records.signal(first.input.publicationId, {
      runId: "run-1",
      about: "cancel",
      who: "Ada",
      why: "wrong image",
      at: new Date(0).toISOString(),
    });
    await mend(first);
    await first.harness.advance(laterMs);
    expect(await nextRun(first, "run-2", request).run()).toEqual({ state: "published" });
    expect(excluded(first)).not.toContain(false);
  });
});

// Where nothing is left but the promotion, no time passes before it.
describe.each(LOST.filter(({ plan }) => plan !== "nothingToDo"))(
  "a run that was lost $when, and the next one before its last write",
  (lost) => {
    it("leave the version to the third one, which takes it into latest", async () => {
      const { request, runs } = lost;
      const first = await lose(lost);
      await mend(first);
      const second = nextRun(first, "run-2", request);
      await second.begin();
      await runUntil(second, written(second, runs.length - 1));
      await terminate(second);
      expect(excluded(second)).not.toContain(false);
      const third = nextRun(second, "run-3", request);
      expect(await third.run()).toEqual({ state: "published" });
      expect(excluded(third)).toEqual([false, false, false, false]);
    });
  },
);
