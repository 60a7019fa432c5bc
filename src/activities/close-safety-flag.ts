import { closedFlag } from "../domain/plan/image-version-body";
import type { ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import type { Trouble } from "./settle";
import { writeVersion, type Written } from "./write-version";

/** Sets `allowDeletionOfReplicatedLocations` back, when a removal has left it open. */
export function closeSafetyFlag(dependencies: ActivityDependencies) {
  return (ref: WriteRef): Promise<Written | Trouble> =>
    writeVersion<never>(dependencies, ref, (existing) => {
      if (existing?.body.safetyProfile.allowDeletionOfReplicatedLocations !== true)
        return { kind: "nothing" };
      const safetyProfile = closedFlag(existing.body);
      return { kind: "put", body: { ...existing.body, safetyProfile }, undo: [] };
    });
}
