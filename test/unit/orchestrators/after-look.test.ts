import type { ReplicationReading } from "../../../src/domain/run/replication";
import {
  afterTrouble,
  NOTHING_SEEN,
  takenIn,
  type Seen,
} from "../../../src/orchestrators/after-look";
import type { WatchInput } from "../../../src/orchestrators/watch-regions";

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-11-24T15:00:00.000Z");
const watched: WatchInput = {
  ...{ publicationId: "p", runId: "run-1", requestId: "r", fingerprint: "f" },
  image: {
    ...{ subscriptionId: "s", resourceGroup: "g", gallery: "G", definition: "D" },
    ...{ version: "1.0.0", location: "westus" },
  },
  ...{ regions: [], others: [], startedAt: NOW, watchedSince: NOW, timeoutMs: 6 * HOUR_MS },
  intervals: { minIntervalMs: 10_000, maxIntervalMs: 60_000, stalledAfterMs: HOUR_MS },
};
const fault = { code: "ServerBusy", advice: "transient", message: "busy", action: "wait" } as const;
const busy = { kind: "wait", fault } as const;
const reading: ReplicationReading = {
  provisioningState: "Creating",
  ...{ targetRegions: [], summary: [], inLatest: [] },
};

/** Pauses after looks that aren't answered. */
function pausesFrom(begin: Seen, looks: number): { pauses: number[]; seen: Seen } {
  const pauses: number[] = [];
  let seen = begin;
  for (let look = 0; look < looks; look++) {
    const next = afterTrouble(watched, seen, busy, HOUR_MS);
    if ("end" in next) throw new Error("the watch has ended");
    pauses.push(next.pauseMs);
    seen = next.seen;
  }
  return { pauses, seen };
}

test("the longer a watch isn't answered the rarer it asks; an answer begins that anew", () => {
  const { pauses, seen } = pausesFrom({ ...NOTHING_SEEN, regions: [] }, 8);
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 120, 120].map((seconds) => seconds * 1000));
  const answered = takenIn(watched, seen, reading, NOW).seen;
  expect(pausesFrom(answered, 2).pauses).toEqual([2_000, 4_000]);
});
