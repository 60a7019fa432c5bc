import { problem, type Problem } from "../problem";
import type { ProblemCode } from "../problem-catalogue";
import type { ReadRequest } from "./structure";

/** Everything in the request that this version understands but can't do. */
export function unsupported(request: ReadRequest["members"]): Problem[] {
  return [
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

function when(
  given: boolean,
  path: string,
  code: ProblemCode,
  message: string,
  action: string,
): Problem[] {
  return given ? [problem(path, code, message, action)] : [];
}
