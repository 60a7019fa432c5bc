import { ArmError } from "../azure/arm-error";
import type { ImageVersionState } from "../azure/image-versions";
import type { Fault } from "../domain/fault";
import {
  isMarkedBy,
  isMarkedByRun,
  marked,
  type ImageVersionBody,
} from "../domain/plan/image-version-body";
import { regionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import type { UndoStep } from "../domain/rollout/undo";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { requestOf, type ActivityDependencies } from "./dependencies";
import { keepUndo, type WriteRef } from "./keep-undo";
import { settle, type Trouble } from "./settle";

export interface Written {
  kind: "written";
  /** `adopted`: the run's own earlier PUT was found, so none was sent; `unchanged`: none was needed. */
  how: "created" | "updated" | "adopted" | "unchanged";
  /** Where the operation's state and error stand; Azure gave it with the PUT. */
  operationUrl?: string;
}

/** What a write wants of a version as it is now. */
export type Wanted =
  { kind: "put"; body: ImageVersionBody; undo: UndoStep[] } | { kind: "nothing" };

type Writer = Pick<ActivityDependencies, "documents" | "imageVersions">;

/** Decides from the version as it is now, undefined when there is none. */
type Want<R> = (
  existing: ImageVersionState | undefined,
  request: PublishRequest,
) => Wanted | R | Promise<Wanted | R>;

/**
 * The only writer of image versions. Looks first: what this run wrote before a crash is adopted, what others
 * are at is waited for, and how to take the write back is recorded before the one PUT is sent.
 * @param want what it answers besides is the reason why nothing is written
 * @param stop asked before somebody else's operation is waited for: the reason why the write isn't to be made any more
 */
export async function writeVersion<R extends { kind: string }>(
  { documents, imageVersions }: Writer,
  ref: WriteRef,
  want: Want<R>,
  stop: () => Promise<R | undefined> = async () => undefined,
): Promise<Written | R | Trouble> {
  const request = await requestOf(documents, ref);
  return settle<Written | R | Trouble>(async () => {
    const existing = await imageVersions.get(request.image);
    if (existing !== undefined && isMarkedBy(existing.body.tags, ref))
      return { kind: "written", how: "adopted" };
    const stopped = await stop();
    if (stopped !== undefined) return stopped;
    if (existing !== undefined && isInFlight(existing.provisioningState))
      return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
    const wanted = await want(existing, request);
    if (!isWanted(wanted)) return wanted;
    if (wanted.kind === "nothing") return { kind: "written", how: "unchanged" };
    const isHis = existing !== undefined && !isMarkedByRun(existing.body.tags, ref);
    await keepUndo({ documents }, ref, wanted.undo, isHis);
    const changed = await changedBeforeRemoval(imageVersions, request.image, wanted.body, existing);
    if (changed !== undefined) return { kind: "wait", fault: changed };
    const body = marked(wanted.body, ref);
    const { operationUrl } = await put(imageVersions, request.image, body, existing);
    return {
      kind: "written",
      how: existing === undefined ? "created" : "updated",
      ...(operationUrl === undefined ? {} : { operationUrl }),
    };
  });
}

/**
 * Azure takes an open flag as leave to remove whatever the body leaves out, also what somebody has added since it was
 * decided. So the version is looked at once more with nothing in between; his own operation keeps ours out from then on.
 */
async function changedBeforeRemoval(
  imageVersions: Writer["imageVersions"],
  image: ImageTarget,
  { safetyProfile }: ImageVersionBody,
  seen: ImageVersionState | undefined,
): Promise<Fault | undefined> {
  if (!safetyProfile.allowDeletionOfReplicatedLocations) return undefined;
  const now = await imageVersions.get(image);
  if (!writtenSince(seen, now)) return undefined;
  return {
    ...operationInFlight(now?.provisioningState ?? "gone"),
    message: "somebody else has written the version between two looks of a removal",
    action: "none: the run reads it again",
  };
}

const isWanted = (answer: { kind: string }): answer is Wanted =>
  answer.kind === "put" || answer.kind === "nothing";

/**
 * The PUT. There is no ETag: what Azure refuses for good may only be refused because somebody else has
 * written the version since it was read, or is at it now. Then it is to be read again first.
 */
async function put(
  imageVersions: Writer["imageVersions"],
  image: ImageTarget,
  body: ImageVersionBody,
  seen: ImageVersionState | undefined,
): Promise<{ operationUrl?: string }> {
  try {
    return await imageVersions.put(image, body);
  } catch (error) {
    if (!(error instanceof ArmError) || error.fault.advice !== "permanent") throw error;
    const now = await imageVersions.get(image);
    if (!writtenSince(seen, now)) throw error;
    throw new ArmError({
      ...error.fault,
      advice: "waitForOperation",
      action: "none: somebody else has written the version meanwhile; the run reads it again",
    });
  }
}

function writtenSince(
  seen: ImageVersionState | undefined,
  now: ImageVersionState | undefined,
): boolean {
  if (now === undefined || seen === undefined) return now !== seen;
  return isInFlight(now.provisioningState) || regionsOf(now) !== regionsOf(seen);
}

/** Everything about the target regions, in an order that doesn't depend on the answer's. */
function regionsOf({ body }: ImageVersionState): string {
  const regions = body.publishingProfile.targetRegions.map((region) => ({
    ...region,
    name: regionName(region.name),
  }));
  return JSON.stringify(regions.sort((a, b) => (a.name < b.name ? -1 : 1)));
}
