import { promoted } from "../rollout/latest";
import type { PublishRequest } from "../request/publish-request";
import {
  createBody,
  extendBody,
  marked,
  toArmJson,
  type ImageVersionBody,
  type WriteMark,
} from "./image-version-body";
import { wanted, wavesToPublish, type Plan, type RolloutPlan } from "./plan";

/**
 * The bodies of a plan's PUTs in ARM's own shape, with everything that is echoed. All but the first also echo
 * what Azure makes of the ones before: its spelling of regions, its defaults.
 */
export interface WaveBodies {
  /** One for each wave that writes: of a version that exists the whole union. */
  bodies: Record<string, unknown>[];
  /** The last PUT, that takes the version into `latest`; absent when nothing is to be lifted. */
  promotion?: Record<string, unknown>;
}

/**
 * What a plan will send, wave by wave. A plan that has only to watch has no bodies.
 * @param existing the version as it was when the plan was made
 */
export function waveBodies(
  plan: Plan,
  request: PublishRequest,
  existing: ImageVersionBody | undefined,
  run: Omit<WriteMark, "write">,
): WaveBodies {
  const { bodies, promotion } = plannedBodies(plan, request, existing, run);
  return {
    bodies: bodies.map(toArmJson),
    ...(promotion === undefined ? {} : { promotion: toArmJson(promotion) }),
  };
}

/** The same bodies, as the product handles them. */
export function plannedBodies(
  plan: Plan,
  request: PublishRequest,
  existing: ImageVersionBody | undefined,
  run: Omit<WriteMark, "write">,
): { bodies: ImageVersionBody[]; promotion?: ImageVersionBody } {
  if (plan.kind === "impossible") return { bodies: [] };
  let body = existing;
  const bodies: ImageVersionBody[] = [];
  for (const { regions, toWrite } of wavesToPublish(plan)) {
    if (!toWrite) continue;
    const own = wanted(plan, regions);
    const next = body === undefined ? createBody(request, own) : extendBody(body, own);
    body = marked(next, { ...run, write: bodies.length + 1 });
    bodies.push(body);
  }
  const last = body && promotion(plan, request, body);
  if (last === undefined) return { bodies };
  return { bodies, promotion: marked(last, { ...run, write: bodies.length + 1 }) };
}

const promotion = (
  { latest }: RolloutPlan,
  request: PublishRequest,
  body: ImageVersionBody,
): ImageVersionBody | undefined =>
  latest === undefined ? undefined : promoted(body, request, latest);
