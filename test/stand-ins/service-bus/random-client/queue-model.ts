import type { Settlement } from "./steps";

export const LOCK_MS = 60_000;
export const MAX_DELIVERIES = 2;

export interface ModelMessage {
  body: number;
  sequence: number;
  state: "scheduled" | "active" | "deferred";
  deliveryCount: number;
  dueAtMs?: number;
  timeToLiveMs?: number | undefined;
  expiresAtMs?: number | undefined;
  /** While somebody has it; each delivery has a lock of its own. */
  lock?: ModelLock | undefined;
}

export interface ModelLock {
  message: ModelMessage;
  untilMs: number;
}

/** What peeking shows of a message. */
export type Seen = [body: number, sequence: number, state: string, deliveryCount: number];

/** What a queue must be like after everything that was done to it: a few plain rules. */
export class QueueModel {
  #messages: ModelMessage[] = [];
  #dead: ModelMessage[] = [];
  #lastSequence = 0;
  #lastBody = 0;

  constructor(private nowMs: number) {}

  /** Bodies for new messages, each used once. */
  newBodies(count: number): number[] {
    return Array.from({ length: count }, () => ++this.#lastBody);
  }

  send(bodies: number[], more: { timeToLiveMs?: number | undefined; dueInMs?: number } = {}): void {
    for (const body of bodies) {
      const { timeToLiveMs, dueInMs } = more;
      this.#messages.push({
        body,
        sequence: ++this.#lastSequence,
        state: dueInMs === undefined ? "active" : "scheduled",
        deliveryCount: 0,
        ...(dueInMs !== undefined && { dueAtMs: this.nowMs + dueInMs }),
        timeToLiveMs,
        expiresAtMs: timeToLiveMs === undefined ? undefined : this.nowMs + timeToLiveMs,
      });
    }
  }

  scheduled(): ModelMessage[] {
    return this.#messages.filter(({ state }) => state === "scheduled");
  }

  deferred(): ModelMessage[] {
    return this.#messages.filter(({ state }) => state === "deferred");
  }

  cancel(message: ModelMessage): void {
    this.#remove(message);
  }

  /** The message that comes next, locked. */
  receive(): ModelLock | undefined {
    const [next] = this.#messages
      .filter(({ state, lock }) => state === "active" && !lock)
      .sort(bySequence);
    return next && this.#lock(next);
  }

  /** Undefined when somebody has it, or when it has outlived its time. */
  receiveDeferred(message: ModelMessage): ModelLock | undefined {
    if (message.lock) return undefined;
    if (!this.#isExpired(message)) return this.#lock(message);
    this.#kill(message);
    return undefined;
  }

  takeDeadLetter(): ModelMessage | undefined {
    return this.#dead.sort(bySequence).shift();
  }

  isValid(lock: ModelLock): boolean {
    return lock.message.lock === lock;
  }

  renew(lock: ModelLock): void {
    lock.untilMs = this.nowMs + LOCK_MS;
  }

  /** Of a valid lock. */
  settle({ message }: ModelLock, how: Settlement): void {
    message.lock = undefined;
    if (how === "complete") this.#remove(message);
    else if (how === "deadLetter") this.#kill(message);
    else if (how === "abandon") this.#deliveryFailed(message);
    else {
      message.state = "deferred";
      message.deliveryCount++;
    }
  }

  /** A restart ends all locks without counting them. */
  restart(): void {
    for (const message of this.#messages) {
      message.lock = undefined;
      this.#expireIfAvailable(message);
    }
  }

  pass(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const [next] = this.#messages
        .flatMap((message) => this.#nextEvent(message) ?? [])
        .filter(({ atMs }) => atMs <= until)
        .sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.nowMs = next.atMs;
      next.happen();
    }
    this.nowMs = until;
  }

  /** What peeking the queue must show. */
  messages(): Seen[] {
    return [...this.#messages].sort(bySequence).map(seen);
  }

  deadLetters(): Seen[] {
    return [...this.#dead].sort(bySequence).map(seen);
  }

  #nextEvent(message: ModelMessage): { atMs: number; happen: () => void } | undefined {
    const { state, lock, dueAtMs = 0, expiresAtMs } = message;
    if (lock)
      return {
        atMs: lock.untilMs,
        happen: () => {
          message.lock = undefined;
          this.#deliveryFailed(message);
        },
      };
    if (state === "scheduled") return { atMs: dueAtMs, happen: () => this.#activate(message) };
    if (state === "deferred" || expiresAtMs === undefined) return undefined;
    return { atMs: expiresAtMs, happen: () => this.#kill(message) };
  }

  #activate(message: ModelMessage): void {
    message.state = "active";
    message.sequence = ++this.#lastSequence;
  }

  #lock(message: ModelMessage): ModelLock {
    message.lock = { message, untilMs: this.nowMs + LOCK_MS };
    return message.lock;
  }

  #deliveryFailed(message: ModelMessage): void {
    message.deliveryCount++;
    if (message.deliveryCount >= MAX_DELIVERIES) this.#kill(message);
    else this.#expireIfAvailable(message);
  }

  #expireIfAvailable(message: ModelMessage): void {
    if (message.state === "active" && this.#isExpired(message)) this.#kill(message);
  }

  #isExpired({ expiresAtMs }: ModelMessage): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.nowMs;
  }

  #kill(message: ModelMessage): void {
    this.#remove(message);
    this.#dead.push({ ...message, state: "active", lock: undefined });
  }

  #remove(message: ModelMessage): void {
    this.#messages = this.#messages.filter((other) => other !== message);
  }
}

const bySequence = (a: ModelMessage, b: ModelMessage): number => a.sequence - b.sequence;

const seen = ({ body, sequence, state, deliveryCount }: ModelMessage): Seen => [
  body,
  sequence,
  state,
  deliveryCount,
];
