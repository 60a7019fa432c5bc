import { problem } from "../../domain/problem";
import { buildStep, runBefore, type Build } from "../../domain/schedule/build";
import type { Schedule } from "../../domain/schedule/schedule";
import { decided, failedOnce, requestIdOf, type ScheduleState } from "../../domain/schedule/state";
import type { Occasion } from "./decide";
import type { Log, ScheduleDependencies } from "./dependencies";
import { change, type Held } from "./hold-state";
import { switchOffIfTooMany } from "./switch-off";

/** A schedule that has its image built first. */
export type BuildingSchedule = Schedule & { imageTemplate: string };

export const isBuilding = (schedule: Schedule): schedule is BuildingSchedule =>
  schedule.imageTemplate !== undefined;

/**
 * Writes that a build is wanted for an occasion, before it is started: with the run before, so that whoever goes on
 * knows whether it was. Undefined when somebody else was faster.
 */
export async function wantBuild(
  { templates, states, now }: ScheduleDependencies,
  { id, imageTemplate }: BuildingSchedule,
  held: Held,
  { occurrence, who, force }: Occasion,
  log: Log,
): Promise<Held | undefined> {
  const run = (await templates.lastRun(imageTemplate)) ?? {};
  const at = occurrence.toISOString();
  const since = now().toISOString();
  const build: Build = {
    ...{ occurrence: at, since, ...runBefore(run) },
    ...(who === undefined ? {} : { who }),
    ...(force === true ? { force } : {}),
  };
  const state = decided(held.state, {
    ...{ occurrence: at, decidedAt: since, what: "building", why: `${imageTemplate} is run first` },
    ...(who === undefined ? {} : { who }),
  });
  log.log(`schedule ${id}, due at ${at}: its image template is run first`);
  return change(states, held, { ...state, build });
}

/** The occasion of a build that is done; undefined while there is nothing to go on with. */
export async function awaitBuild(
  dependencies: ScheduleDependencies,
  schedule: BuildingSchedule,
  held: Held,
  build: Build,
  log: Log,
): Promise<{ held: Held; occasion: Occasion } | undefined> {
  const { templates, states, now } = dependencies;
  const end = async (why: string): Promise<undefined> => {
    log.warn(`schedule ${schedule.id}: not fired: ${why}`);
    await states.put(await failed(dependencies, schedule, held.state, build, why, log), held.etag);
  };
  const step = buildStep(build, await templates.lastRun(schedule.imageTemplate), now());
  switch (step.kind) {
    case "wait":
      return undefined;
    case "start": {
      const { refused } = await templates.run(schedule.imageTemplate);
      if (refused !== undefined) return end(`the image template can't be run: ${refused}`);
      log.log(`schedule ${schedule.id}: ${schedule.imageTemplate} was started`);
      return undefined;
    }
    case "failed":
      return end(step.why);
    case "done": {
      const { build: _build, ...state } = held.state;
      const { who, force } = build;
      return {
        held: { ...held, state },
        occasion: {
          occurrence: new Date(build.occurrence),
          isBuilt: true,
          ...(who === undefined ? {} : { who }),
          ...(force === undefined ? {} : { force }),
        },
      };
    }
  }
}

/** A build that failed is a failed run: a schedule that can't build is switched off in the end. */
async function failed(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  state: ScheduleState,
  { occurrence, who }: Build,
  why: string,
  log: Log,
): Promise<ScheduleState> {
  const at = dependencies.now().toISOString();
  const found = problem(
    "$.imageTemplate",
    "ImageTemplateRunFailed",
    why,
    "read the customization log in the template's staging resource group",
  );
  const { build: _build, ...after } = failedOnce(
    decided(
      state,
      {
        ...{ occurrence, decidedAt: at, what: "finding", why },
        ...(who === undefined ? {} : { who }),
      },
      [found],
    ),
  );
  const requestId = requestIdOf(schedule.id, new Date(occurrence), who !== undefined);
  const end = { requestId, outcome: "buildFailed" as const, endedAt: at };
  return switchOffIfTooMany(dependencies, schedule, after, end, log);
}
