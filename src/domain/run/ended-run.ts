import type { RunRow } from "./records";

/** A run that has ended, or is gone, as its row tells. */
export interface EndedRun extends Pick<
  RunRow,
  "runId" | "requestId" | "fingerprint" | "trigger" | "startedAt"
> {
  publicationId: string;
  /** It was to take the version into `latest`; else it was to publish. */
  action?: "promote";
}

/** For request and fingerprint of what mends: it is nobody's request, nor its content. */
export const RECONCILE = "reconcile";

/**
 * What is started to mend a run. Its own identity is nobody's request: who sends the run's request meanwhile is
 * told that the version is held, not that the request has joined a run.
 */
export interface ReconcileInput {
  publicationId: string;
  runId: string;
  requestId: string;
  fingerprint: string;
  ended: EndedRun;
  /** A write of the run may arrive late: nothing of the version has changed for so long when it is judged. */
  settleMs: number;
  /** The run is recorded under this, and has left the safety flag open. */
  failureId?: string;
}
