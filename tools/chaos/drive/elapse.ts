/** Lets real time pass: what is waited for happens in other processes. */
export const elapse = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until it works: parts of the stack are away for a second or two after a kill. */
export async function insist<T>(attempt: () => Promise<T>, tries = 60, pauseMs = 500): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1) throw error;
      await elapse(pauseMs);
    }
  }
}
