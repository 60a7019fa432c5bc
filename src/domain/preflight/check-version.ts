import { otherSource, type ImageVersionBody } from "../plan/image-version-body";
import { keptSettings } from "../plan/kept-settings";
import type { Writer } from "../plan/version-writer";
import { problem, warning, type Problem, type Remark } from "../problem";
import type { PublishRequest } from "../request/publish-request";
import { imageVersionId } from "../run/identity";
import type { Findings } from "./findings";

/** A version that is there, and who is writing it. */
export interface CheckedVersion {
  provisioningState: string;
  body: ImageVersionBody;
  /** Of each region, as far as the service tells. */
  summary: readonly { state: string }[];
  writer: Writer | undefined;
}

/** Whether a request can go on with the version that is there, and what of it stays as it is. */
export function checkVersion(request: PublishRequest, version: CheckedVersion): Findings {
  const id = imageVersionId(request.image);
  const problems: Problem[] = [];
  // One that is of use somewhere takes the repeated PUT that Azure itself advises for failed regions.
  const dead = !version.summary.some(({ state }) => /^completed$/i.test(state));
  if (/^failed$/i.test(version.provisioningState) && dead)
    problems.push(
      problem(
        "$.image.version",
        "VersionFailed",
        `${id} is in the state Failed without a Completed region; Azure takes no further write until it is deleted`,
        "look at its regions; delete it if it is of no use, or choose another version number",
      ),
    );
  const has = otherSource(version.body.storageProfile, request.source);
  if (has !== undefined)
    problems.push(
      problem(
        "$.source",
        "VersionTaken",
        `${id} exists already, made from ${has.map(({ disk, id: from }) => `${disk}: ${from}`).join(", ")}`,
        "choose another version number: a version's source can't be changed",
      ),
    );
  const { replicationMode = request.replicationMode } = version.body.publishingProfile;
  if (replicationMode !== request.replicationMode)
    problems.push(
      problem(
        "$.replicationMode",
        "ReplicationModeImmutable",
        `${id} exists with the replication mode ${replicationMode}; the request asks for ${request.replicationMode}`,
        "ask for the mode it has, or choose another version number",
      ),
    );
  return {
    problems,
    remarks: [...beingWritten(id, version), ...keptSettings(request, version.body)],
  };
}

/** Of a run this is never told: it waits until nobody is at the version. */
function beingWritten(id: string, { writer, provisioningState }: CheckedVersion): Remark[] {
  if (writer?.kind !== "other") return [];
  const who =
    writer.runId === undefined
      ? "by somebody else"
      : `and was last written by run ${writer.runId} of this pipeline`;
  return [
    warning(
      problem(
        "$.image.version",
        "VersionBeingWritten",
        `${id} is ${provisioningState} ${who}; this is the plan for what it shows now`,
        "none: a run waits until the operation has ended, and plans then",
      ),
    ),
  ];
}
