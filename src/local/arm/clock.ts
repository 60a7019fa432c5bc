/** How fast it may go: a year in half a minute. */
export const FASTEST = 1_000_000;
/** How far `advance` may move the calendar: dates have four digits of the year. */
const LAST_DAY = Date.UTC(9999, 11, 31);

/** What the clock needs to go on after a restart. */
export interface ClockAnchor {
  wallMs: number;
  serviceMs: number;
  /** By how much `advance` has moved the calendar. */
  advancedMs: number;
  speed: number;
}

/**
 * The service's time. Durations (replication, operations) run on `serviceMs`, which can be sped up;
 * dates stay on the calendar, so that an end of life isn't reached because a stack ran fast for a
 * week. `advance` moves both.
 */
export class ServiceClock {
  #anchor: ClockAnchor;

  /**
   * @param speed how many seconds of the service pass in one second of ours
   * @param before where the clock stood when the program ended; time has gone on since, as it does
   *   for a service that nobody looks at
   */
  constructor(
    private readonly wall: () => number,
    speed: number,
    before?: ClockAnchor,
  ) {
    const wallMs = wall();
    this.#anchor = {
      wallMs,
      serviceMs:
        before === undefined
          ? 0
          : before.serviceMs + Math.max(0, wallMs - before.wallMs) * before.speed,
      advancedMs: before?.advancedMs ?? 0,
      speed,
    };
  }

  get anchor(): ClockAnchor {
    return { ...this.#anchor };
  }

  get speed(): number {
    return this.#anchor.speed;
  }

  /** Milliseconds of the service since the world began. */
  serviceMs(): number {
    const { wallMs, serviceMs, speed } = this.#anchor;
    return serviceMs + (this.wall() - wallMs) * speed;
  }

  /** The date on the service's calendar. */
  date(): Date {
    return new Date(this.wall() + this.#anchor.advancedMs);
  }

  setSpeed(speed: number): void {
    this.#anchor = { ...this.#anchor, wallMs: this.wall(), serviceMs: this.serviceMs(), speed };
  }

  /** Whether the calendar goes as far as this much later. */
  canAdvance(ms: number): boolean {
    return this.date().getTime() + ms < LAST_DAY;
  }

  /** Lets `ms` of the service's time pass at once; the caller has asked whether that can be. */
  advance(ms: number): void {
    this.#anchor = {
      ...this.#anchor,
      serviceMs: this.#anchor.serviceMs + ms,
      advancedMs: this.#anchor.advancedMs + ms,
    };
  }
}
