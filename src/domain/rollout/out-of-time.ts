import { fault, type Fault } from "../fault";

const AGAIN = "run the request again: it continues from what Azure has";

/**
 * Why something wasn't begun any more: the run's time was over, or would have been before the next try.
 * @param cause trouble that was waited for; whether it may hide an accepted write stays to be seen by it
 */
export function outOfTime(cause?: Fault): Fault {
  const why = "the run's time (rollout.timeout) was over";
  if (cause === undefined)
    return fault("RunTimedOut", "repeat", `${why} before this was begun`, AGAIN);
  const { afterMs: _, ...rest } = cause;
  return {
    ...rest,
    code: "RunTimedOut",
    message: `${why} while this was waited for: ${cause.code}: ${cause.message}`,
    action: `${cause.action}; then ${AGAIN}`,
  };
}
