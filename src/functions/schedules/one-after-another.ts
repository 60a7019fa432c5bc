/** Runs what has one key one after another, and all else side by side. */
export function oneAfterAnother() {
  const last = new Map<string, Promise<void>>();
  return (key: string, work: () => Promise<void>): Promise<void> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    // What one fails at is told to its caller, and is no reason for the next to wait for ever.
    last.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  };
}
