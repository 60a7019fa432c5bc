/** Where the documents of publications and failures lie in the container. */
export const documentPaths = {
  request: (publication: string, fingerprint: string): string =>
    `publications/${publication}/requests/${fingerprint}.json`,
  plan: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/plan.json`,
  outcome: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/outcome.json`,
  /** What was found before the plan and is needed after it. */
  inspected: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/inspected.json`,
  /** What creating machines from the regions that the run has completed needs to know. */
  machines: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/machines.json`,
  /** Steps that would take a run's writes back. */
  undo: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/undo.json`,
  /** What somebody has said when a dead letter was to be sent back. */
  deadLetterRedrive: (sequenceNumber: string, at: string): string =>
    `dead-letters/${sequenceNumber}/${at}.json`,
  /** A schedule's request, as it is sent. */
  scheduledRequest: (schedule: string, requestId: string, content: string): string =>
    `schedules/${schedule}/${requestId}-${content}.json`,
  failure: (failureId: string): string => `failures/${failureId}.json`,
};
