/** Why a row can't strike at a point. */
export const REASONS = {
  noPut:
    "The service says it to a PUT. Here the run's PUT is accepted already and the run only reads; the next PUT is another point.",
  putOnly: "The service says it to a PUT; here the run deletes.",
  deleteOnly: "The service says it to a DELETE; here the run sends none.",
  notRead:
    "No reading tells it beforehand: what policies will say, who else will use the source, how a copy will end. It shows at the first PUT, or after it.",
  warnedOnly:
    "A plan only warns of such a source, because not every capture fails; what becomes of it shows when it is copied.",
  saidLater:
    "It isn't said to the PUT but by the operation that the PUT begins: the points after it.",
  sameRegions:
    "It is about what the body says of its regions, and this PUT says nothing of them that Azure hasn't taken from the run before.",
  sourceTaken: "Only a PUT that makes the version looks at what its source is.",
  nameTaken: "The version's name was taken with the first PUT.",
  noCopy: "The operation of this write begins no copy: no key is used, and no region can fail.",
  ownInFlight:
    "The run's own operation is in flight until the next point: Azure refuses every other write and delete of the version (row 22).",
  notFailed: "The version isn't Failed here: what was written before has succeeded.",
} as const;

export type ReasonKey = keyof typeof REASONS;
