/** Looked at side by side: Azure may be slow about one, and hundreds at once would be throttled. */
const AT_ONCE = 8;
/** No other is begun after this: the timer comes again a minute after it came. */
const LONGEST_MS = 45_000;

interface Named {
  id: string;
}

/**
 * Gives each schedule its turn, those that have waited longest first, as far as the time goes. What is left comes first
 * the next time; this host's memory is enough for that, since each schedule's own state says what is due.
 */
export function createTurns(now: () => Date) {
  let lookedAt = new Map<string, number>();
  /** @returns the ids of those whose turn didn't come */
  return async <T extends Named>(all: readonly T[], turn: (one: T) => Promise<void>) => {
    const begin = now().getTime();
    const since = ({ id }: Named): number => lookedAt.get(id) ?? 0;
    const waiting = all.toSorted((one, other) => since(one) - since(other));
    lookedAt = new Map(all.map((one) => [one.id, since(one)]));
    const work = async (): Promise<void> => {
      while (now().getTime() - begin < LONGEST_MS) {
        const one = waiting.shift();
        if (one === undefined) return;
        lookedAt.set(one.id, begin);
        await turn(one);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return waiting.map(({ id }) => id);
  };
}
