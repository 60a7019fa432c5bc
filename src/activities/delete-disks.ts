import { ArmError } from "../azure/arm-error";
import { fault, passes, type Fault } from "../domain/fault";
import { RUN_TAG } from "../domain/plan/image-version-body";
import { diskKept, verificationDiskId } from "../domain/rollout/verification";
import type { ActivityDependencies, RunRef } from "./dependencies";
import type { Trouble } from "./settle";

export interface DeleteDisksInput extends RunRef {
  /** Id of their resource group. */
  group: string;
  names: string[];
}

/** `gone`: none of them is there any more. `left`: these couldn't be deleted, and why. */
export type DisksDeleted = { kind: "gone" } | { kind: "left"; names: string[]; fault: Fault };

/**
 * Deletes disks that this run has made; others by their names are left alone. Asked again until none is there:
 * one that can't be deleted doesn't keep the others.
 */
export function deleteDisks({ disks }: ActivityDependencies) {
  return async ({
    group,
    names,
    runId,
  }: DeleteDisksInput): Promise<DisksDeleted | Extract<Trouble, { kind: "wait" }>> => {
    const answers = await Promise.all(
      names.map(async (name) => ({
        name,
        why: await deleteDisk(disks, verificationDiskId(group, name), runId),
      })),
    );
    const there = answers.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }]));
    const open = there.find(({ why }) => passes(why));
    if (open !== undefined) return { kind: "wait", fault: open.why };
    const [first] = there;
    return first === undefined
      ? { kind: "gone" }
      : { kind: "left", names: there.map(({ name }) => name), fault: first.why };
  };
}

/** Why the disk is still there; undefined when it is gone. */
async function deleteDisk(
  disks: ActivityDependencies["disks"],
  id: string,
  runId: string,
): Promise<Fault | undefined> {
  try {
    const found = await disks.get(id);
    if (found === undefined) return undefined;
    if (found.tags[RUN_TAG] !== runId) return diskKept(id);
    if (!/^deleting$/i.test(found.provisioningState)) await disks.delete(id);
    return deleting();
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return error.fault;
  }
}

/** Seconds, in general: a disk that isn't gone after minutes isn't waited for like an update of a version. */
const deleting = (): Fault =>
  fault(
    "OperationInFlight",
    "transient",
    "the disk is being deleted",
    "none: the run waits for it",
  );
