import { announceTransition } from "./announce-transition";
import { beginVerification } from "./begin-verification";
import { closeSafetyFlag } from "./close-safety-flag";
import { createOrReplicateVersion } from "./create-or-replicate-version";
import { deleteDisks } from "./delete-disks";
import { deleteVersion } from "./delete-version";
import type { ActivityDependencies } from "./dependencies";
import { inspectLostRun } from "./inspect-lost-run";
import { inspectPromotion } from "./inspect-promotion";
import { inspectTarget } from "./inspect-target";
import { lookAtLast } from "./look-at-last";
import { noteFlagClosed } from "./note-flag-closed";
import { noteStalled } from "./note-stalled";
import { prepareRegion } from "./prepare-region";
import { promoteVersion } from "./promote-version";
import { readReplication } from "./read-replication";
import { readSignals } from "./read-signals";
import { readUndo } from "./read-undo";
import { recordFailure } from "./record-failure";
import { recordOutcome } from "./record-outcome";
import { recordPlan } from "./record-plan";
import { removeRegions } from "./remove-regions";
import { restoreReplicaCounts } from "./restore-replica-counts";
import { verifyRegion } from "./verify-region";

/**
 * The registry of activities. `main` registers what is here under these names, and orchestrators can
 * call only these: a name without an implementation doesn't compile. Renaming one breaks runs in
 * flight.
 */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    inspectTarget: inspectTarget(dependencies),
    prepareRegion: prepareRegion(dependencies),
    recordPlan: recordPlan(dependencies),
    createOrReplicateVersion: createOrReplicateVersion(dependencies),
    readReplication: readReplication(dependencies),
    noteStalled: noteStalled(dependencies),
    inspectPromotion: inspectPromotion(dependencies),
    promoteVersion: promoteVersion(dependencies),
    removeRegions: removeRegions(dependencies),
    restoreReplicaCounts: restoreReplicaCounts(dependencies),
    closeSafetyFlag: closeSafetyFlag(dependencies),
    deleteVersion: deleteVersion(dependencies),
    beginVerification: beginVerification(dependencies),
    verifyRegion: verifyRegion(dependencies),
    deleteDisks: deleteDisks(dependencies),
    readSignals: readSignals(dependencies),
    readUndo: readUndo(dependencies),
    lookAtLast: lookAtLast(dependencies),
    announceTransition: announceTransition(dependencies),
    recordOutcome: recordOutcome(dependencies),
    recordFailure: recordFailure(dependencies),
    inspectLostRun: inspectLostRun(dependencies),
    noteFlagClosed: noteFlagClosed(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
