/** Why a row can't strike at a point. */
export const REASONS = {
  noPut:
    "The service says it to a PUT. Here the run's PUT is accepted already and the run only reads; the next PUT is another point.",
  operationEnded:
    "Here the run only reads the answer of an operation that has ended. What it failed with was struck while it went on, and what strikes the version since then is met by the next PUT: the points before and after.",
  putOnly: "The service says it to a PUT; here the run deletes.",
  deleteOnly: "The service says it to a DELETE of a version; here the run sends none.",
  notRead:
    "No reading tells it beforehand: what policies will say, who else will use the source, how a copy will end. It shows at the first PUT, or after it.",
  warnedOnly:
    "A plan only warns of such a source, because not every capture fails; what becomes of it shows when it is copied.",
  saidLater:
    "It isn't said to the PUT but by the operation that the PUT begins (§3, when): the points after it.",
  echoed:
    "This PUT says nothing of its own about regions: it repeats what Azure itself answers of them, with their sets and counts, changes flags, or takes a region away. (Where somebody has just deleted the version, so that it would make it: row 15.)",
  sourceStays:
    "The version has its source region: neither the run nor anybody else can take it out (REST contract), and the body repeats every region that Azure answers.",
  sameSource:
    "Only a PUT that makes the version looks at its source, and Azure has taken that with the one that made it. (Left out: between the run's look and this PUT somebody deletes the version, and has made the source anew under its id as one that can't be encrypted, or not from here. Row 15 runs it with a source that is gone, and the same words are met where the version is made anew.)",
  nameTaken: "The version's name was taken with the first PUT.",
  noCopy:
    "Only the status of a region says it, when a copy is made: where the source region is Completed, as it is here, none of the run's begins with this write. (Left out: the source region has failed beside a Completed one. It is never taken out, so a removal of the third begins it again.)",
  deleteCopiesNothing:
    "The operation of a copy or an update says it, or the status of a region. A delete uses no key, and copies nothing.",
  disksOnly:
    "The service says it to a PUT of a version. Here disks are made, read and deleted: nothing of it is in their bodies.",
  verifiesCompleted:
    "It is about copies. Only Completed regions are verified, once nothing of the run's is in flight.",
} as const;

export type ReasonKey = keyof typeof REASONS;
