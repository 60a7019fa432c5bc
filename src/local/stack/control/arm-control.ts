import type { FoundStack } from "./command";
import { ControlError } from "./failure";
import { endpointsOf } from "./find-stack";

const PATIENCE_MS = 5000;

/**
 * Calls the control interface of the Resource Manager stand-in.
 * @throws {ControlError} with what it says against the call, or that it doesn't answer
 */
export async function armControl<T>(
  stack: FoundStack,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const { armControlUrl } = endpointsOf(stack);
  if (armControlUrl === undefined)
    throw new ControlError(`arm doesn't run in the stack of ${stack.directory}`);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${armControlUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    answer = await response.json();
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
    throw new ControlError(`arm doesn't answer at ${armControlUrl} (${why})`);
  }
  if (response.ok) return answer as T;
  throw new ControlError((answer as { error?: string }).error ?? `HTTP ${response.status}`);
}
