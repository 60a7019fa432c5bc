import { randomBytes } from "node:crypto";
import type { Cancel, Clock } from "./clock";
import type { StoredMessage } from "./message";

/** A message given to one receiver for a while. */
export interface Lock {
  /** 16 random bytes as hex. */
  token: string;
  message: StoredMessage;
  lockedUntilMs: number;
}

interface HeldLock extends Lock {
  cancelTimer: Cancel;
  onEnd: () => void;
}

/** The locks of one queue: each ends by settlement or by time. */
export class LockTable {
  readonly #held = new Map<string, HeldLock>();

  constructor(
    private readonly clock: Clock,
    private readonly durationMs: number,
    /** Called with a lock whose time has run out. */
    private readonly onExpired: (lock: Lock) => void,
  ) {}

  /** @param onEnd called once the lock is over, for whatever reason. */
  take(message: StoredMessage, onEnd: () => void): Lock {
    const token = randomBytes(16).toString("hex");
    const lockedUntilMs = this.clock.now() + this.durationMs;
    const lock = {
      token,
      message,
      lockedUntilMs,
      onEnd,
      cancelTimer: this.#expireAt(token, lockedUntilMs),
    };
    this.#held.set(token, lock);
    return lock;
  }

  /** The end of the prolonged lock, or undefined when it is lost. */
  renew(token: string): number | undefined {
    const lock = this.#held.get(token);
    if (!lock) return undefined;
    lock.cancelTimer();
    lock.lockedUntilMs = this.clock.now() + this.durationMs;
    lock.cancelTimer = this.#expireAt(token, lock.lockedUntilMs);
    return lock.lockedUntilMs;
  }

  /** Ends the lock and gives its message, or undefined when it is lost already. */
  end(token: string): StoredMessage | undefined {
    const lock = this.#held.get(token);
    if (!lock) return undefined;
    this.#held.delete(token);
    lock.cancelTimer();
    lock.onEnd();
    return lock.message;
  }

  messages(): StoredMessage[] {
    return [...this.#held.values()].map((lock) => lock.message);
  }

  /** Stops all timers; the locks are forgotten. */
  close(): void {
    for (const lock of this.#held.values()) lock.cancelTimer();
    this.#held.clear();
  }

  #expireAt(token: string, atMs: number): Cancel {
    return this.clock.at(atMs, () => {
      const lock = this.#held.get(token);
      if (lock && this.end(token)) this.onExpired(lock);
    });
  }
}
