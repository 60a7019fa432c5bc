import { createOrReplicateVersion } from "./create-or-replicate-version";
import type { ActivityDependencies } from "./dependencies";
import { inspectTarget } from "./inspect-target";
import { prepareRegion } from "./prepare-region";
import { readReplication } from "./read-replication";
import { recordFailure } from "./record-failure";
import { recordOutcome } from "./record-outcome";
import { recordPlan } from "./record-plan";

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
    recordOutcome: recordOutcome(dependencies),
    recordFailure: recordFailure(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
