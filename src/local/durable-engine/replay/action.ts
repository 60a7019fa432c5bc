import type { FailureDetails } from "../history-event";

/** When and how often a failed call is made again. */
export interface RetryPolicy {
  firstIntervalMs: number;
  maxAttempts: number;
  /** Each interval is the one before times this. */
  backoffCoefficient: number;
  maxIntervalMs: number;
  /** No retry begins later than this after the first attempt; undefined: no such limit. */
  timeoutMs: number | undefined;
}

/** What an orchestrator asks for. Inputs are JSON text. */
export type Action =
  | { kind: "callActivity"; name: string; input: string; retry?: RetryPolicy }
  | {
      kind: "callSubOrchestration";
      name: string;
      input: string;
      instanceId?: string;
      version?: string;
      retry?: RetryPolicy;
    }
  | { kind: "continueAsNew"; input: string }
  /** `fireAt` in epoch ms. */
  | { kind: "createTimer"; fireAt: number; isCancelled: boolean }
  | { kind: "waitForEvent"; name: string }
  | { kind: "whenAny"; actions: Action[] }
  | { kind: "whenAll"; actions: Action[] }
  /** Something that this engine has not got. */
  | { kind: "unsupported"; feature: string };

/**
 * What an orchestrator function returned: every task that it yielded since the begin of its
 * generation, one after the other, and what came out in the end.
 */
export interface OrchestratorAnswer {
  isDone: boolean;
  actions: Action[];
  /** JSON text. */
  output: string | null;
  error?: string;
  failureDetails?: FailureDetails;
  /** JSON text. */
  customStatus?: string;
}
