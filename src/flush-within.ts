import { diag } from "@opentelemetry/api";

/**
 * Sends what is kept for the next batch, one sending after the other: a processor that is asked while it sends answers at
 * once, with the rest unsent. Whoever waits waits so long at most, and never learns of a failure: telemetry that is away is
 * no reason to fail.
 */
export function flushWithin(flush: () => Promise<void>, withinMs: number): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    last = last.then(flush).catch((error: unknown) => {
      diag.warn(`lines couldn't be sent: ${String(error)}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        diag.warn(
          `lines weren't sent within ${withinMs} ms; they are sent later, if the process lives`,
        );
        resolve();
      }, withinMs);
    });
    await Promise.race([last, late]);
    clearTimeout(timer);
  };
}
