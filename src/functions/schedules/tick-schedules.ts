import type { InvocationContext, Timer } from "@azure/functions";
import { plainText } from "../../domain/plain-text";
import { definitionKey } from "../../domain/run/identity";
import type { Schedule } from "../../domain/schedule/schedule";
import { dueOccurrence, underClock, type ScheduleState } from "../../domain/schedule/state";
import { awaitBuild, wantBuild } from "./await-build";
import { buildFailed, looked, notFired, verdictOn, type Occasion } from "./decide";
import type { Log, ScheduleDependencies } from "./dependencies";
import { fire } from "./fire";
import { change, holdState, type Held } from "./hold-state";
import { noteUnattended } from "./note-unattended";
import { schedulesNow } from "./schedule-document";
import { settleRequest } from "./settle-request";
import { writeEnd } from "./switch-off";
import { createTurns } from "./take-turns";
import { tellMistakes } from "./tell-mistakes";
import { withinLook } from "./within-look";

/**
 * Timer, every minute: looks which schedules are due by their own calendars, and drops a publish request on the queue
 * for each whose source is new. What one schedule fails at doesn't stop the others; it is tried again a minute later.
 */
export function tickSchedules(dependencies: ScheduleDependencies) {
  // Of two that publish to one definition the second has to see what the first has fired.
  const groupOf = ({ image }: Schedule): string => definitionKey(image);
  const takeTurns = createTurns(dependencies.now, groupOf);
  return async (_timer: Timer, context: InvocationContext): Promise<void> => {
    const read = await schedulesNow(dependencies);
    tellMistakes(dependencies, read, context);
    const sound = read.schedules.flatMap(({ schedule }) => schedule ?? []);
    const left = await takeTurns(sound, async (schedule) => {
      try {
        await tickSchedule(withinLook(dependencies), schedule, context);
      } catch (error) {
        const why = plainText(String(error));
        context.error(`schedule ${schedule.id}: ${why}; the next minute tries again`);
      }
    });
    if (left.length > 0)
      context.warn(`${left.length} schedules are left to the next minute: ${left.join(", ")}`);
    // Last: what it fails at stops no schedule.
    await noteUnattended(dependencies, read);
  };
}

async function tickSchedule(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  log: Log,
): Promise<void> {
  const { states, now } = dependencies;
  const held = await holdState(states, schedule, now());
  if (held.isNew === true) {
    // Its first minute is what its next occurrence counts from.
    await states.put(held.state, held.etag);
    return;
  }
  const inTime = await setBack(dependencies, held, log);
  if (inTime === undefined) return;
  const settled = await settleRequest(dependencies, schedule, inTime, log);
  if (settled === undefined) return;
  const built = await awaitBuild(dependencies, schedule, settled, log);
  if (built === undefined) return;
  const occasion = built.occasion ?? dueOccasion(schedule, built.held.state, now());
  if (occasion !== undefined) await decide(dependencies, schedule, built.held, occasion, log);
}

/** The state as it is under the clock of now; undefined when somebody else was faster. */
async function setBack(
  { states, now }: ScheduleDependencies,
  held: Held,
  log: Log,
): Promise<Held | undefined> {
  const state = underClock(held.state, now());
  if (state === held.state) return held;
  const mine = await change(states, held, state);
  const { id, request, decisions } = state;
  const why =
    decisions === held.state.decisions
      ? `a clock was wrong: what was done about ${request?.requestId} at a time that is yet to come counts as done now`
      : decisions[0]?.why;
  if (mine !== undefined) log.warn(`schedule ${id}: ${why}`);
  return mine;
}

function dueOccasion(schedule: Schedule, state: ScheduleState, now: Date): Occasion | undefined {
  const occurrence = dueOccurrence(schedule, state, now);
  return occurrence === undefined ? undefined : { occurrence };
}

/** Writes what is decided before anything is sent: of two hosts that tick at once, one decides. */
async function decide(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  before: Held,
  occasion: Occasion,
  log: Log,
): Promise<void> {
  const { states, now, log: tell } = dependencies;
  const noted = looked(schedule, before.state, occasion, now());
  const held = noted === before.state ? before : await change(states, before, noted);
  if (held === undefined) return;
  const verdict = await verdictOn(dependencies, schedule, held.state, occasion);
  const due = occasion.occurrence.toISOString();
  const what = `schedule ${schedule.id}, due at ${due}`;
  const about = { time: now().toISOString(), scheduleId: schedule.id, due };
  const isKept = (): void => {
    if (occasion.word !== undefined) log.warn(`schedule ${schedule.id}: ${occasion.word}`);
  };
  switch (verdict.kind) {
    case "later":
      log.warn(`${what}: ${verdict.fault.code}: ${verdict.fault.message}; asked again in a minute`);
      return;
    case "held":
      log.log(`${what}: ${verdict.why}; asked again in a minute`);
      return;
    case "build": {
      const wanted = await wantBuild(dependencies, schedule, held, occasion, verdict, log);
      if (wanted === undefined) return;
      isKept();
      await awaitBuild(dependencies, schedule, wanted, log);
      return;
    }
    case "fire": {
      const next = await fire(dependencies, schedule, held, occasion, verdict);
      if (next === undefined) return;
      const { mine, requestId } = next;
      isKept();
      log.log(`${what}: fired as ${requestId}: ${verdict.why}`);
      tell({ event: "scheduleFired", ...about, requestId });
      await settleRequest(dependencies, schedule, mine, log);
      return;
    }
    case "skip":
      if (await states.put(notFired(held.state, occasion, now(), verdict), held.etag)) {
        isKept();
        log.log(`${what}: skipped: ${verdict.why}`);
        tell({ event: "scheduleSkipped", ...about, why: verdict.why });
      }
      return;
    case "finding": {
      const after =
        verdict.isFailure === true
          ? buildFailed(schedule, held.state, occasion, now(), verdict.problem)
          : notFired(held.state, occasion, now(), verdict);
      await writeEnd(dependencies, held, after, log, () => {
        isKept();
        log.warn(`${what}: not fired: ${verdict.problem.code}: ${verdict.problem.message}`);
        tell({ event: "scheduleNotFired", ...about, code: verdict.problem.code });
      });
      return;
    }
  }
}
