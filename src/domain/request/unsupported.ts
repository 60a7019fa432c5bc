import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import type { WireRollout } from "./schema";
import type { Sound } from "./sound-parts";
import type { ReadRequest } from "./structure";

const NOT_YET = "leave it out; this version doesn't support it";

/** Everything in the request that this version understands but can't do. */
export function unsupported(request: ReadRequest["members"]): Problem[] {
  return [
    ...unsupportedRollout(request.rollout),
    ...when(
      request.image !== undefined &&
        "version" in request.image &&
        typeof request.image.version === "object",
      "$.image.version",
      "VersionStrategyUnsupported",
      "version strategies aren't supported yet",
      "name the version: Major.Minor.Patch",
    ),
  ];
}

function unsupportedRollout(rollout: Sound<WireRollout> | undefined): Problem[] {
  if (rollout === undefined) return [];
  const waves = rollout.waves;
  const oneWave = waves === undefined || (Array.isArray(waves) && waves.length <= 1);
  const refuse = (given: boolean, member: string): Problem[] =>
    when(
      given,
      `$.rollout.${member}`,
      "RolloutUnsupported",
      `rollout.${member} isn't supported yet`,
      NOT_YET,
    );
  return [
    ...refuse(!oneWave, "waves"),
    ...refuse(rollout.approveBetweenWaves === true, "approveBetweenWaves"),
    ...refuse(rollout.onFailure === "rollBack", "onFailure"),
    ...refuse(rollout.readdFailedRegions === true, "readdFailedRegions"),
    ...refuse(rollout.verify === "disk", "verify"),
  ];
}

function when(
  given: boolean,
  path: string,
  code: ProblemCode,
  message: string,
  action: string,
): Problem[] {
  return given ? [problem(path, code, message, action)] : [];
}
