import { problemOf } from "../domain/plan/combine";
import type { Problem } from "../domain/problem";
import { finalFault, type Patience } from "./settle";

/**
 * What Azure refuses to show is a reason against the plan, beside all others; what passes is thrown,
 * unless this is the last try.
 */
export async function readOrRefused<T>(
  path: string,
  read: () => Promise<T>,
  patience?: Patience,
): Promise<T | Problem> {
  try {
    return await read();
  } catch (error) {
    return problemOf(finalFault(error, patience), path);
  }
}

/** Whether it was refused. */
export const isProblem = (answer: object): answer is Problem => "code" in answer;
