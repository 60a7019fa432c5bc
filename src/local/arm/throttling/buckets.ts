/** A bucket of calls: full at the beginning, and filled up again over time. */
export interface BucketSize {
  capacity: number;
  perSecond: number;
}

interface Bucket {
  level: number;
  atMs: number;
}

/** What taking one call from a bucket comes to. */
export type Taken =
  | { kind: "taken"; remaining: number }
  /** Service time until there is one again. */
  | { kind: "empty"; waitSeconds: number };

/**
 * Buckets by name, in memory: a restart fills them, as another instance of the service would.
 * @param nowMs service time, so that a clock that runs fast fills them fast
 */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly nowMs: () => number) {}

  /** How many calls a bucket holds now; whole ones count. */
  level(name: string, size: BucketSize): number {
    return this.#filled(name, size).level;
  }

  take(name: string, size: BucketSize): Taken {
    const bucket = this.#filled(name, size);
    if (bucket.level < 1)
      return { kind: "empty", waitSeconds: (1 - bucket.level) / size.perSecond };
    this.#buckets.set(name, { ...bucket, level: bucket.level - 1 });
    return { kind: "taken", remaining: Math.floor(bucket.level - 1) };
  }

  #filled(name: string, { capacity, perSecond }: BucketSize): Bucket {
    const atMs = this.nowMs();
    const before = this.#buckets.get(name) ?? { level: capacity, atMs };
    const level = before.level + ((atMs - before.atMs) / 1000) * perSecond;
    return { level: Math.min(capacity, level), atMs };
  }
}
