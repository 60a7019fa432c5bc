/** Looked at side by side: Azure may be slow about one, and hundreds at once would be throttled. */
const AT_ONCE = 8;
/** No other is begun after this: the timer comes again a minute after it came. */
const LONGEST_MS = 45_000;
const MINUTE_MS = 60_000;

interface Named {
  id: string;
}

/**
 * Gives each schedule its turn, as far as the time goes: those of one group one after another, few groups side by side.
 * A group has one turn, then the others have theirs: what Azure is slow about holds up its own group only. Those that
 * have waited longest come first the next time; this host's memory is enough for that, since each schedule's own state
 * says what is due. A host that remembers nothing begins elsewhere each minute.
 */
export function createTurns<T extends Named>(now: () => Date, groupOf: (one: T) => string) {
  let lookedAt = new Map<string, number>();
  const since = ({ id }: Named): number => lookedAt.get(id) ?? 0;
  /** @returns the ids of those whose turn didn't come */
  return async (all: readonly T[], turn: (one: T) => Promise<void>): Promise<string[]> => {
    const begin = now().getTime();
    lookedAt = new Map(all.map((one) => [one.id, since(one)]));
    const byWaiting = rotated(all, begin).toSorted((one, other) => since(one) - since(other));
    const last = (group: readonly T[]): number => Math.max(...group.map(since));
    const waiting = groupsOf(byWaiting, groupOf).toSorted((one, other) => last(one) - last(other));
    // A group that has its turn isn't among those that wait: so nobody waits for it, and its order holds.
    const work = async (): Promise<void> => {
      while (now().getTime() - begin < LONGEST_MS) {
        const [one, ...rest] = waiting.shift() ?? [];
        if (one === undefined) return;
        lookedAt.set(one.id, now().getTime());
        await turn(one);
        if (rest.length > 0) waiting.push(rest);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return waiting.flat().map(({ id }) => id);
  };
}

/** All of them, from others on each minute. */
function rotated<T>(all: readonly T[], begin: number): T[] {
  const first = all.length === 0 ? 0 : (Math.floor(begin / MINUTE_MS) * AT_ONCE) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** In the order in which their first ones come. */
function groupsOf<T>(all: readonly T[], groupOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(groupOf(one), [...(groups.get(groupOf(one)) ?? []), one]);
  return [...groups.values()];
}
