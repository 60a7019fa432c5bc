import { ArmError } from "../azure/arm-error";
import { problemOf } from "../domain/plan/combine";
import type { Problem } from "../domain/problem";
import { isTrouble, settle } from "./settle";

/** What Azure refuses to show is a reason against the plan, beside all others; what passes is thrown. */
export async function readOrRefused<T>(path: string, read: () => Promise<T>): Promise<T | Problem> {
  const answer = await settle(read);
  if (!isTrouble(answer)) return answer;
  if (answer.kind === "wait") throw new ArmError(answer.fault);
  return problemOf(answer.fault, path);
}

/** Whether it was refused. */
export const isProblem = (answer: object): answer is Problem => "code" in answer;
