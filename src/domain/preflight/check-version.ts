import { otherSource, type ImageVersionBody } from "../plan/image-version-body";
import { keptSettings } from "../plan/kept-settings";
import type { Writer } from "../plan/version-writer";
import { problem, warning, type Remark } from "../problem";
import type { Promotion } from "../rollout/latest";
import type { PublishRequest } from "../request/publish-request";
import { imageVersionId } from "../run/identity";
import type { Findings } from "./findings";
import { completedRegions } from "../run/replication";

/** A version that is there. */
export interface CheckedVersion {
  provisioningState: string;
  body: ImageVersionBody;
  summary: readonly { region: string; state: string }[];
}

/**
 * Whether a request can go on with the version that is there, and what of it stays as it is.
 * @param owed what the run will take into `latest`, though the version is out of it
 */
export function checkVersion(
  request: PublishRequest,
  version: CheckedVersion,
  owed?: Promotion,
): Findings {
  const id = imageVersionId(request.image);
  const { problems, remarks } = checkFailed(id, version);
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
    remarks: [...remarks, ...keptSettings(request, version.body, owed)],
  };
}

/** While some region is Completed the same PUT repeats the others; else Azure takes no write at all. */
function checkFailed(id: string, { provisioningState, summary }: CheckedVersion): Findings {
  if (provisioningState.toLowerCase() !== "failed") return { problems: [], remarks: [] };
  const path = "$.image.version";
  const completed = completedRegions(summary);
  if (completed.length === 0)
    return {
      problems: [
        problem(
          path,
          "VersionFailed",
          `${id} is in the state Failed and no region is Completed; Azure takes no further write until it is deleted`,
          "delete it, or choose another version number",
        ),
      ],
      remarks: [],
    };
  const there = completed.join(", ");
  return {
    problems: [],
    remarks: [
      warning(
        problem(
          path,
          "VersionFailed",
          `${id} is in the state Failed; Completed are ${there}, and the others are repeated by the same PUT`,
          "none; if Azure refuses it, delete the version or choose another version number",
        ),
      ),
    ],
  };
}

/**
 * That somebody is at the version. Of a run this is never told: it waits until nobody is.
 * @param version that Azure shows now, and who is writing it
 */
export function beingWritten(
  { image }: Pick<PublishRequest, "image">,
  { writer, provisioningState }: { writer: Writer | undefined; provisioningState: string },
): Remark[] {
  if (writer?.kind !== "other") return [];
  const id = imageVersionId(image);
  const isGoing = provisioningState.toLowerCase() !== "deleting";
  const who =
    writer.runId === undefined
      ? "by somebody else"
      : `and was last written by run ${writer.runId} of this pipeline`;
  return [
    warning(
      problem(
        "$.image.version",
        "VersionBeingWritten",
        `${id} is ${provisioningState} ${who}; this is the plan for ${isGoing ? "what it shows now" : "a new version in its place"}`,
        isGoing
          ? "none: a run waits until the operation has ended, and plans then"
          : "none: a run waits until it is deleted, and creates it anew",
      ),
    ),
  ];
}
