/** Where the documents of publications and failures lie in the container. */
export const documentPaths = {
  request: (publication: string, fingerprint: string): string =>
    `publications/${publication}/requests/${fingerprint}.json`,
  plan: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/plan.json`,
  outcome: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/outcome.json`,
  /** Sets of the gallery's subscription, listed once for all regions of a run. */
  encryptionSets: (publication: string, runId: string): string =>
    `publications/${publication}/runs/${runId}/encryption-sets.json`,
  failure: (failureId: string): string => `failures/${failureId}.json`,
};
