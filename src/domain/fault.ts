import type { Advice } from "./advice";
import type { FaultCode } from "./problem-catalogue";

/**
 * What went wrong in a call to Azure, and what that asks for. Crosses the durable boundary, so it
 * is plain data: the class of an error would be lost there.
 */
export interface Fault {
  /** Azure's code where it gave one, else one of ours. Stable. */
  code: string;
  advice: Advice;
  /** Azure's own words where it gave any. */
  message: string;
  /** What a person should do next. */
  action: string;
  /** `x-ms-correlation-request-id` (or request id): what Azure support asks for. */
  correlationId?: string;
  /** HTTP status of the answer, when there was one. */
  status?: number;
  /** Milliseconds to wait before the next try, when Azure named them. */
  afterMs?: number;
}

/** A fault of our own making: a code, what happened and what to do. */
export function fault(code: FaultCode, advice: Advice, message: string, action: string): Fault {
  return { code, advice, message, action };
}

/** True for trouble that is worth another try. */
export const passes = ({ advice }: Fault): boolean =>
  advice === "transient" || advice === "waitForOperation";

/** A refusal wrote nothing; a broken connection or a 5xx may hide an accepted PUT. */
export const mayBeAccepted = ({ status, advice }: Fault): boolean =>
  advice === "transient" && (status === undefined || status === 408 || status >= 500);

/** A mistake of ours, or a store that stayed away: for a person. */
export const unexpectedFault = (error: unknown): Fault =>
  fault(
    "Unexpected",
    "operator",
    (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "",
    "read the log of the run, mend the cause, then run the request again: it continues from what Azure has",
  );

/**
 * Trouble of our own that may pass, such as a store that is away or a process that ended: as data, for
 * activities that run side by side and mustn't throw.
 */
export function unexpectedTrouble(message: string): { kind: "wait"; fault: Fault } {
  const action = "read the log of the run, mend the cause, then run the request again";
  return { kind: "wait", fault: fault("Unexpected", "transient", message, action) };
}
