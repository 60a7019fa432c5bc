import type { RunRef } from "./dependencies";

/** What lines about a run begin with. */
export const aboutRun = ({ publicationId, runId, requestId }: RunRef, time: Date) => ({
  time: time.toISOString(),
  publicationId,
  runId,
  requestId,
});
