import type { InvocationContext, Timer } from "@azure/functions";
import { plainText } from "../../domain/plain-text";
import type { Schedule } from "../../domain/schedule/schedule";
import { dueOccurrence } from "../../domain/schedule/state";
import { awaitBuild, isBuilding, wantBuild } from "./await-build";
import { fired, notFired, verdictOn, type Occasion } from "./decide";
import type { Log, ScheduleDependencies } from "./dependencies";
import { change, holdState, type Held } from "./hold-state";
import { schedulesNow } from "./schedule-document";
import { settleRequest } from "./settle-request";

/**
 * Timer, every minute: looks which schedules are due by their own calendars, and drops a publish request on the queue
 * for each whose source is new. What one schedule fails at doesn't stop the others; it is tried again a minute later.
 */
export function tickSchedules(dependencies: ScheduleDependencies) {
  return async (_timer: Timer, context: InvocationContext): Promise<void> => {
    const { schedules, problems } = await schedulesNow(dependencies);
    for (const { path, message } of problems)
      context.error(`the schedules can't be read: ${path}: ${message}`);
    for (const { id, schedule, problems: mistakes } of schedules) {
      if (schedule === undefined) {
        context.warn(`schedule ${plainText(id, 60)} doesn't run: ${mistakes[0]?.message ?? ""}`);
        continue;
      }
      try {
        await tickSchedule(dependencies, schedule, context);
      } catch (error) {
        context.error(`schedule ${id}: ${plainText(String(error))}; the next minute tries again`);
      }
    }
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
  const settled = await settleRequest(dependencies, schedule, held, log);
  if (settled === undefined) return;
  const { build } = settled.state;
  if (build !== undefined && isBuilding(schedule)) {
    const built = await awaitBuild(dependencies, schedule, settled, build, log);
    if (built !== undefined) await decide(dependencies, schedule, built.held, built.occasion, log);
    return;
  }
  const occurrence = dueOccurrence(schedule, settled.state, now());
  if (occurrence !== undefined) await decide(dependencies, schedule, settled, { occurrence }, log);
}

/** Writes what is decided before anything is sent: of two hosts that tick at once, one decides. */
async function decide(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  occasion: Occasion,
  log: Log,
): Promise<void> {
  const { states, now, log: tell } = dependencies;
  const verdict = await verdictOn(dependencies, schedule, held.state, occasion);
  const due = occasion.occurrence.toISOString();
  const what = `schedule ${schedule.id}, due at ${due}`;
  const about = { time: now().toISOString(), scheduleId: schedule.id, due };
  switch (verdict.kind) {
    case "later":
      log.warn(`${what}: ${verdict.fault.code}: ${verdict.fault.message}; asked again in a minute`);
      return;
    case "build": {
      if (!isBuilding(schedule)) return;
      const wanted = await wantBuild(dependencies, schedule, held, occasion, log);
      const build = wanted?.state.build;
      if (wanted !== undefined && build !== undefined)
        await awaitBuild(dependencies, schedule, wanted, build, log);
      return;
    }
    case "fire": {
      const next = await fired(dependencies, schedule, held.state, occasion, verdict);
      const mine = await change(states, held, next.state);
      if (mine === undefined) return;
      log.log(`${what}: fired as ${next.request.requestId}: ${verdict.why}`);
      tell({ event: "scheduleFired", ...about, requestId: next.request.requestId });
      await settleRequest(dependencies, schedule, mine, log);
      return;
    }
    case "skip":
      if (await states.put(notFired(held.state, occasion, now(), verdict), held.etag)) {
        log.log(`${what}: skipped: ${verdict.why}`);
        tell({ event: "scheduleSkipped", ...about, why: verdict.why });
      }
      return;
    case "finding":
      if (await states.put(notFired(held.state, occasion, now(), verdict), held.etag)) {
        log.warn(`${what}: not fired: ${verdict.problem.code}: ${verdict.problem.message}`);
        tell({ event: "scheduleNotFired", ...about, code: verdict.problem.code });
      }
      return;
  }
}
