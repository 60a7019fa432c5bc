import { regionName } from "../region-name";
import type { PublishRequest } from "../request/publish-request";
import { isInFlight } from "../run/in-flight";
import { FINGERPRINT_TAG, RUN_TAG, type ImageVersionBody } from "./image-version-body";

/** Who is writing a version, by the tags that a write of this pipeline leaves. */
export type Writer =
  /** A run of the same request: what it wrote is what would be written again. */
  | { kind: "sameRequest"; runId: string }
  /** Somebody else, or a run of another request. */
  | { kind: "other"; runId?: string };

/**
 * Who is at a version now; undefined when nobody is. A write of the same request is only taken for
 * one when every region is in it: else it was written over, or is being deleted.
 */
export function writerOf(
  { provisioningState, body }: { provisioningState: string; body: ImageVersionBody },
  request: PublishRequest,
  fingerprint: string,
): Writer | undefined {
  if (!isInFlight(provisioningState)) return undefined;
  const { [RUN_TAG]: runId, [FINGERPRINT_TAG]: mark } = body.tags;
  const written = new Set(body.publishingProfile.targetRegions.map(({ name }) => regionName(name)));
  const whole = request.targetRegions.every(({ name }) => written.has(name));
  const isGoing = provisioningState.toLowerCase() !== "deleting";
  if (runId !== undefined && mark === fingerprint && whole && isGoing)
    return { kind: "sameRequest", runId };
  return { kind: "other", ...(runId === undefined ? {} : { runId }) };
}
