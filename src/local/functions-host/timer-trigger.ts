import type { Clock } from "../durable-engine/clock";
import { findSetting, resolveSettings, SettingError, type AppSettings } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import { runWithRetry } from "./retry-policy";
import { parseSchedule, type TimerSchedule } from "./timer-schedule";
import type { TimerStatus, TimerStatusStore } from "./timer-status";

export interface TimerTriggerParts {
  clock: Clock;
  statuses: TimerStatusStore;
  runner: Pick<FunctionRunner, "run">;
  settings: AppSettings;
}

/** .NET's earliest time, which stands for "never". */
const NEVER = "0001-01-01T00:00:00+00:00";

/** Runs one timer function on its schedule, one run at a time. */
export class TimerTrigger {
  readonly #schedule: TimerSchedule;
  readonly #monitored: boolean;
  #status: TimerStatus | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  /** @throws {SettingError} when the schedule can't be read. */
  constructor(
    private readonly target: FunctionDefinition,
    private readonly parts: TimerTriggerParts,
  ) {
    const { schedule, useMonitor } = target.trigger;
    if (typeof schedule !== "string") throw new SettingError("the timer has no schedule");
    const zone = findSetting(parts.settings, "WEBSITE_TIME_ZONE") ?? "UTC";
    if (zone !== "UTC")
      throw new SettingError(`WEBSITE_TIME_ZONE ${zone} is not supported: schedules are in UTC`);
    this.#schedule = parseSchedule(
      resolveSettings(schedule, parts.settings),
      this.parts.clock.now(),
    );
    this.#monitored = this.#schedule.monitored && useMonitor !== false;
  }

  /** Begins; a run that fell into a downtime, and `runOnStartup`, run once at once. */
  start(): void {
    const now = this.parts.clock.now();
    const kept = this.#monitored ? this.parts.statuses.load(this.target.name) : undefined;
    const status = this.#statusAt(now, kept);
    if (status !== kept) this.#keep({ ...status, lastUpdated: now });
    this.#status = status;
    const isPastDue = status === kept && status.next < now;
    if (isPastDue || this.target.trigger.runOnStartup === true) void this.#runDue(now, isPastDue);
    else this.#arm(status.next);
  }

  /** What was kept, as long as it fits the schedule: one that was changed begins anew. */
  #statusAt(now: number, kept: TimerStatus | undefined): TimerStatus {
    if (!kept) return { next: this.#schedule.next(now) };
    const from = kept.last ?? kept.lastUpdated ?? now;
    if (kept.next === this.#schedule.next(from)) return kept;
    return { next: this.#schedule.next(now), lastUpdated: now };
  }

  #keep(status: TimerStatus): void {
    if (this.#monitored) this.parts.statuses.save(this.target.name, status);
  }

  /** Begins no further run. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Runs the function once, outside its schedule. */
  async runOnce(): Promise<void> {
    await this.parts.runner.run(
      this.target,
      { json: JSON.stringify(this.#info(false)) },
      { subject: "by hand" },
    );
  }

  #arm(at: number): void {
    if (this.#stopped) return;
    const run = (): void => void this.#runDue(Math.max(at, this.parts.clock.now()), false);
    this.#cancel = this.parts.clock.setTimer(at, run);
  }

  async #runDue(at: number, isPastDue: boolean): Promise<void> {
    const json = JSON.stringify(this.#info(isPastDue));
    const subject = isPastDue ? "past due" : "-";
    try {
      await runWithRetry(this.target.retryOptions, this.parts.clock, (retryContext) =>
        this.parts.runner.run(this.target, { json }, { retryContext, subject }),
      );
    } catch {
      // Cut off by the end of the host: the next one runs it again, past due.
      if (this.#stopped) return;
      // The runner has logged it. A failed timer is not repeated before its next occurrence.
    }
    const next = this.#schedule.next(at);
    this.#status = { last: at, next, lastUpdated: at };
    this.#keep(this.#status);
    // An occurrence that fell into the run follows at once.
    this.#arm(next);
  }

  #info(isPastDue: boolean): object {
    const status = this.#status;
    return {
      Schedule: { AdjustForDST: this.#schedule.adjustForDst },
      ScheduleStatus:
        this.#monitored && status
          ? {
              Last: toOffsetTime(status.last),
              LastUpdated: toOffsetTime(status.lastUpdated),
              Next: toOffsetTime(status.next),
            }
          : null,
      IsPastDue: isPastDue,
    };
  }
}

/** ISO time with `+00:00` where JavaScript writes `Z`. */
function toOffsetTime(epochMs: number | undefined): string {
  if (epochMs === undefined) return NEVER;
  return new Date(epochMs).toISOString().replace("Z", "+00:00");
}
