import { ArmError } from "../azure/arm-error";
import { passes, unexpectedTrouble, type Fault } from "../domain/fault";

/** Trouble with Azure as data: no region stops the others, and the orchestrator decides. */
export type Trouble =
  /** Nothing more to be tried by the run. */
  | { kind: "failed"; fault: Fault }
  /** Worth trying again after `fault.afterMs`, or after a pause of the caller's choice. */
  | { kind: "wait"; fault: Fault };

/** How long somebody asks. */
export interface Patience {
  /** No further try follows: trouble that passes is told like a refusal, beside all else. */
  lastTry?: boolean | undefined;
}

/**
 * Why Azure doesn't show something, when nothing more is to be tried for it.
 * @throws {unknown} the error itself, when it's no answer of Azure's or a further try may bring another
 */
export function finalFault(error: unknown, { lastTry = false }: Patience = {}): Fault {
  if (!(error instanceof ArmError) || (passes(error.fault) && !lastTry)) throw error;
  return error.fault;
}

/** True for an answer of `settle` that isn't the work's own. */
export const isTrouble = (answer: unknown): answer is Trouble =>
  ["failed", "wait"].includes((answer as { kind?: string } | undefined)?.kind ?? "");

/**
 * Turns what Azure answered into data. Everything else (storage away, a mistake of ours) stays
 * thrown, for the durable retry policy and, in the end, the compensating step.
 */
export async function settle<T>(work: () => Promise<T>): Promise<T | Trouble> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const { fault } = error;
    return { kind: passes(fault) ? "wait" : "failed", fault };
  }
}

/**
 * Like `settle`, and what else is thrown becomes passing trouble. For activities that run side by
 * side: when one of them fails as a durable task while another is still being retried, the library
 * and the durable engine count tasks differently, and the next task gets a wrong result.
 */
export async function settleAll<T>(work: () => Promise<T>): Promise<T | Trouble> {
  try {
    return await settle(work);
  } catch (error) {
    return unexpectedTrouble(error instanceof Error ? error.message : String(error));
  }
}
