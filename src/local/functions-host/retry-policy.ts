import type { Clock } from "../durable-engine/clock";
import type { RetryContext, RetryOptions } from "./core-module";

/**
 * Runs `attempt` under a function's retry policy (for triggers whose retry is the host's work). The
 * attempt gets a retry context, also the first time.
 * @throws the last failure.
 */
export async function runWithRetry<T>(
  policy: RetryOptions | undefined,
  clock: Clock,
  attempt: (context: RetryContext | undefined) => Promise<T>,
): Promise<T> {
  if (!policy) return attempt(undefined);
  let exception: RetryContext["exception"] = null;
  for (let retryCount = 0; ; retryCount++) {
    try {
      return await attempt({ retryCount, maxRetryCount: policy.maxRetryCount, exception });
    } catch (error) {
      const isLast = policy.maxRetryCount !== -1 && retryCount >= policy.maxRetryCount;
      if (isLast) throw error;
      const { message, stack = "" } = error as Error;
      exception = { message, stackTrace: stack, source: "" };
      const due = clock.now() + delayMs(policy, retryCount);
      await new Promise<void>((resolve) => clock.setTimer(due, resolve));
    }
  }
}

/** Wait before the retry after attempt `retryCount` (from 0), in milliseconds. */
export function delayMs(policy: RetryOptions, retryCount: number): number {
  if (policy.retryStrategy === "fixedDelay") return (policy.delayInterval?.seconds ?? 0) * 1000;
  const minimum = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const maximum = (policy.maximumInterval?.seconds ?? Infinity) * 1000;
  return Math.min(minimum * 2 ** retryCount, maximum);
}
