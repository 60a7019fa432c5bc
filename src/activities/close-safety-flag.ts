import { closedFlag } from "../domain/plan/image-version-body";
import type { ActivityDependencies } from "./dependencies";
import type { Trouble } from "./settle";
import { writeBack, type Left, type WriteBackRef, type WrittenBack } from "./write-back";

/** Sets `allowDeletionOfReplicatedLocations` back, when a removal has left it open. */
export function closeSafetyFlag(dependencies: ActivityDependencies) {
  return (ref: WriteBackRef): Promise<WrittenBack | Left | Trouble> =>
    writeBack(dependencies, ref, {
      want: (existing) => {
        if (existing?.body.safetyProfile.allowDeletionOfReplicatedLocations !== true)
          return { kind: "nothing", regions: [] };
        const safetyProfile = closedFlag(existing.body);
        return { kind: "put", regions: [], body: { ...existing.body, safetyProfile }, undo: [] };
      },
      done: () => [],
    });
}
