/** Lets real time pass: what is waited for happens in other processes. */
export const elapse = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

const TRIES = 60;
const PAUSE_MS = 500;
/** A client whose server was killed may wait for ever. */
const ATTEMPT_WITHIN_MS = 10_000;

/** Tries until it works: parts of the stack are away for a second or two after a kill. */
export async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await within(ATTEMPT_WITHIN_MS, attempt());
    } catch (error) {
      if (left <= 1) throw error;
      await elapse(PAUSE_MS);
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
