import type { PublishRequest } from "../request/publish-request";
import {
  createBody,
  extendBody,
  toArmJson,
  type ImageVersionBody,
  type WriteMark,
} from "./image-version-body";
import type { Plan } from "./plan";

/**
 * The bodies of a plan's PUTs in ARM's own shape, one for each wave: of a version that exists the
 * whole union, with everything that is echoed. A plan that writes nothing has none.
 * @param existing the version as it was when the plan was made
 */
export function waveBodies(
  plan: Plan,
  request: PublishRequest,
  existing: ImageVersionBody | undefined,
  mark: WriteMark,
): Record<string, unknown>[] {
  if (plan.kind !== "create" && plan.kind !== "extend") return [];
  const body =
    existing === undefined
      ? createBody(request, plan.targetRegions, mark)
      : extendBody(existing, plan.targetRegions, mark);
  return [toArmJson(body)];
}
