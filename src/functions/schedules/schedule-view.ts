import { nextOccurrence } from "../../domain/schedule/calendar";
import type { ReadSchedule } from "../../domain/schedule/read-schedules";
import type { ScheduledRequest, ScheduleState } from "../../domain/schedule/state";

const selfOf = (id: string): string => `/api/schedules/${encodeURIComponent(id)}`;

/** Where a schedule and what can be done about it are found. */
export const linksOf = (id: string) => ({
  self: selfOf(id),
  run: `${selfOf(id)}/run`,
  enable: `${selfOf(id)}/enable`,
  disable: `${selfOf(id)}/disable`,
});

/** A schedule as it is shown: next and last runs, what was decided last and why. */
export function scheduleView(
  { id, schedule, problems }: ReadSchedule,
  state: ScheduleState | undefined,
  now: Date,
): object {
  const off = state?.switchedOff;
  const runs = schedule?.enabled === true && off === undefined;
  const next = schedule !== undefined && runs ? nextOccurrence(schedule, now) : undefined;
  const [last] = state?.decisions ?? [];
  return {
    id,
    state: schedule === undefined ? "invalid" : runs ? "on" : "switchedOff",
    ...(schedule === undefined
      ? {}
      : {
          cron: schedule.cron,
          timeZone: schedule.timeZone,
          image: schedule.image,
          enabled: schedule.enabled,
          maxConsecutiveFailures: schedule.maxConsecutiveFailures,
        }),
    nextRunAt: next?.toISOString() ?? null,
    lastDecision: last ?? null,
    lastRun: state?.request === undefined ? null : runView(state.request),
    failures: state?.failures ?? 0,
    ...(off === undefined ? {} : { switchedOff: { who: off.who, why: off.why, at: off.at } }),
    findings: [...problems, ...(state?.findings ?? [])],
    links: linksOf(id),
  };
}

/** Where the message lies, its key among the others, and who looks after it, is nobody's business. */
function runView({ path: _path, makes: _makes, ...kept }: ScheduledRequest): object {
  const { leftAt: _leftAt, sendNoMore: _sendNoMore, ...request } = kept;
  const { publicationId, requestId } = request;
  return {
    ...request,
    links: {
      publications: `/api/publications?requestId=${encodeURIComponent(requestId)}`,
      ...(publicationId === undefined ? {} : { publication: `/api/publications/${publicationId}` }),
    },
  };
}
