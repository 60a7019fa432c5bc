/**
 * Longest waits for storage, all tries of a call together. The SDKs wait without end for a service that
 * took the request and doesn't answer; whoever is waiting at the door would have no answer either.
 * Thrown back in time, a request gets its 503 and a message its redelivery.
 */
export const ROWS_ANSWER_WITHIN_MS = 20_000;
/** A document may have 100 MB, as a message may. */
export const DOCUMENTS_ANSWER_WITHIN_MS = 30_000;

/** Option of a call of the storage SDKs: it fails when it hasn't been answered by then. */
export const answerWithin = (ms: number): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.timeout(ms),
});

/** The same for Service Bus, whose client waits for minutes in all by default. */
export const SERVICE_BUS_RETRIES = { timeoutInMs: 15_000, maxRetries: 1, retryDelayInMs: 1_000 };

/** All that is done about one dead letter, or to show them: several calls, each with its own retries. */
export const DEAD_LETTERS_ANSWER_WITHIN_MS = 30_000;

/** What is done by then, or else what stands for that. The work itself goes on: for what may be repeated only. */
export async function inTimeOr<T, L>(ms: number, work: Promise<T>, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
    // A process that ends doesn't wait for what nobody waits for any more.
    timer.unref();
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

const LATE = Symbol("late");

/** What is done by then, or else a fault. */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = await inTimeOr(ms, work, LATE);
  if (done === LATE) throw new Error(`no answer within ${ms} ms`);
  return done;
}
