import { QueueRun, violationsOf } from "../../../tools/check-queue/queue-run";

/** A small version of `npm run check:queue`. */
test.each([false, true])(
  "two kill -9 with messages in flight lose nothing and bring back nothing (duplicate detection: %s)",
  async (detectDuplicates) => {
    const messages = 400;
    const inFlight = 100;
    const result = await new QueueRun({
      messages,
      kills: 2,
      inFlight,
      detectDuplicates,
      log: () => undefined,
    }).run();
    expect(violationsOf(result, { messages, inFlight })).toEqual([]);
    expect(result.kills).toHaveLength(2);
    // What was in flight comes again; a kill isn't counted as a failed delivery.
    expect(result.deliveredAgain).toBeGreaterThanOrEqual(200);
    if (detectDuplicates) expect(result.storedTwice).toBe(0);
  },
);
