import { fault } from "../domain/fault";
import { requestOf, type ActivityDependencies } from "./dependencies";
import { keepUndo, type WriteRef } from "./keep-undo";
import type { Trouble } from "./settle";

export interface BeginVerificationInput extends WriteRef {
  /** Of the disks that are about to be made. */
  names: string[];
}

export interface VerificationBegun {
  kind: "begun";
  /** Id of the resource group that the disks are made in. */
  group: string;
}

/** Records which disks a verification makes, and where, before the first of them is made. */
export function beginVerification(dependencies: ActivityDependencies) {
  return async ({
    names,
    ...ref
  }: BeginVerificationInput): Promise<VerificationBegun | Extract<Trouble, { kind: "failed" }>> => {
    const { documents, verificationGroup } = dependencies;
    if (verificationGroup === undefined) return { kind: "failed", fault: notConfigured() };
    const { image } = await requestOf(documents, ref);
    const group = `/subscriptions/${image.subscriptionId}/resourceGroups/${verificationGroup}`;
    const step = { activity: "deleteDisks" as const, write: ref.write, group, names };
    await keepUndo(dependencies, ref, [step]);
    return { kind: "begun", group };
  };
}

/** Admission refuses such requests: the setting was taken away since. */
const notConfigured = () =>
  fault(
    "VerificationFailed",
    "operator",
    "the setting VERIFICATION_RESOURCE_GROUP was taken away after the request was admitted: there is no place to make disks in",
    "make the setting, then redrive the failure: the region is verified again, and nothing is copied anew",
  );
