import { problem, type Problem } from "../../domain/problem";
import { buildStep, isBy, type Build } from "../../domain/schedule/build";
import type { Schedule } from "../../domain/schedule/schedule";
import { decided, type ScheduleState } from "../../domain/schedule/state";
import { buildFailed, whyOff, type Occasion, type Verdict } from "./decide";
import type { Log, ScheduleDependencies } from "./dependencies";
import { change, type Held } from "./hold-state";
import { writeEnd } from "./switch-off";

/**
 * Writes that a build is wanted for an occasion, before it is started: with the run before, so that whoever goes on
 * knows whether it was. Undefined when somebody else was faster.
 */
export async function wantBuild(
  { states, now }: Pick<ScheduleDependencies, "states" | "now">,
  { id }: Schedule,
  held: Held,
  { occurrence, who, force }: Occasion,
  { template, before }: Extract<Verdict, { kind: "build" }>,
  log: Log,
): Promise<Held | undefined> {
  const at = occurrence.toISOString();
  const since = now().toISOString();
  const build: Build = {
    ...{ occurrence: at, since, template, ...before },
    ...(who === undefined ? {} : { who }),
    ...(force === true ? { force } : {}),
  };
  const state = decided(held.state, {
    ...{ occurrence: at, decidedAt: since, what: "building", why: `${template} is run first` },
    ...(who === undefined ? {} : { who }),
  });
  const mine = await change(states, held, { ...state, build });
  if (mine !== undefined) log.log(`schedule ${id}, due at ${at}: its image template is run first`);
  return mine;
}

/**
 * Brings the build that is waited for a step on. With the occasion that is to be decided now: its build is done, or
 * isn't waited for any more. Undefined when the state was written anew.
 */
export async function awaitBuild(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  log: Log,
): Promise<{ held: Held; occasion?: Occasion } | undefined> {
  const { build } = held.state;
  if (build === undefined) return { held };
  const { templates, now } = dependencies;
  const { id, imageTemplate } = schedule;
  if (imageTemplate === undefined || !isBy(build, imageTemplate)) {
    const why = `${build.template ?? "its image template"} isn't waited for any more: ${otherTemplate(schedule)}`;
    const after = goOn({ ...held, state: noted(held.state, build, why, now()) }, build, "dropped");
    return { ...after, occasion: { ...after.occasion, word: why } };
  }
  // Nobody starts, or publishes, what was switched off meanwhile; a person's own wish goes on.
  if (build.who === undefined && whyOff(schedule, held.state) !== undefined)
    return goOn(held, build, "dropped");
  const answer = await templates.lastRun(imageTemplate);
  if (answer.kind === "finding")
    return end(dependencies, schedule, held, build, answer.problem, log);
  if (answer.kind === "later") return notNow(answer, schedule, held, log);
  const step = buildStep(build, answer.run, now());
  switch (step.kind) {
    case "wait":
      return { held };
    case "start": {
      const started = await templates.run(imageTemplate);
      if (started.kind === "finding")
        return end(dependencies, schedule, held, build, started.problem, log);
      if (started.kind === "later") return notNow(started, schedule, held, log);
      log.log(`schedule ${id}: ${imageTemplate} was started`);
      return { held };
    }
    case "failed":
      return end(dependencies, schedule, held, build, runFailed(step.why), log);
    case "done":
      return goOn(held, build, "done");
  }
}

const otherTemplate = ({ imageTemplate }: Schedule): string =>
  imageTemplate === undefined
    ? "the document names no image template now"
    : `the document names ${imageTemplate} now`;

/** The state with a word on a build; it is written together with what comes of the occasion. */
function noted(
  state: ScheduleState,
  { occurrence, who }: Build,
  why: string,
  now: Date,
): ScheduleState {
  return decided(state, {
    ...{ occurrence, decidedAt: now.toISOString(), what: "building", why },
    ...(who === undefined ? {} : { who }),
  });
}

function goOn(
  held: Held,
  { occurrence, who, force }: Build,
  build: "done" | "dropped",
): { held: Held; occasion: Occasion } {
  const { build: _build, ...state } = held.state;
  const occasion = {
    ...{ occurrence: new Date(occurrence), build },
    ...(who === undefined ? {} : { who }),
    ...(force === undefined ? {} : { force }),
  };
  return { held: { ...held, state }, occasion };
}

function notNow(
  { fault }: Extract<Verdict, { kind: "later" }>,
  { id }: Schedule,
  held: Held,
  log: Log,
): { held: Held } {
  log.warn(`schedule ${id}: its image template: ${fault.code}: ${fault.message}; asked again`);
  return { held };
}

const runFailed = (why: string): Problem =>
  problem(
    "$.imageTemplate",
    "ImageTemplateRunFailed",
    why,
    "read the customization log in the template's staging resource group",
  );

/** A build that failed is a failed run: a schedule that can't build is switched off in the end. */
async function end(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  { occurrence, who }: Build,
  found: Problem,
  log: Log,
): Promise<undefined> {
  const { now, log: tell } = dependencies;
  const { build: _build, ...state } = held.state;
  const occasion = { occurrence: new Date(occurrence), ...(who === undefined ? {} : { who }) };
  const after = buildFailed(schedule, state, occasion, now(), found);
  await writeEnd(dependencies, held, after, log, () => {
    log.warn(`schedule ${schedule.id}: not fired: ${found.code}: ${found.message}`);
    const about = { time: now().toISOString(), scheduleId: schedule.id, due: occurrence };
    tell({ event: "scheduleNotFired", ...about, code: found.code });
  });
}
