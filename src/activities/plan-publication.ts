import { countCalls } from "../azure/count-calls";
import { combine, problemOf, type RegionAnswer } from "../domain/plan/combine";
import { describePlan } from "../domain/plan/describe-plan";
import { NO_RUN, type DryRun } from "../domain/plan/dry-run";
import type { ImageVersionBody } from "../domain/plan/image-version-body";
import type { Plan } from "../domain/plan/plan";
import { regionToPrepare } from "../domain/plan/region-to-prepare";
import { waveBodies } from "../domain/plan/wave-bodies";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { fingerprint } from "../domain/run/identity";
import type { ActivityDependencies } from "./dependencies";
import { inspect, readVersion, shown, type Inspected } from "./inspect-target";
import { keyCheckOf, prepare } from "./prepare-region";
import { createSetFinder, lookUpShared, type SharedSets } from "./set-finder";
import { isTrouble, settle } from "./settle";

type Azure = Pick<
  ActivityDependencies,
  "imageVersions" | "sources" | "checks" | "encryptionSets" | "keys" | "now" | "watch"
>;

/** What is known when everything was looked at. */
interface Looked {
  plan: Plan;
  existing?: ImageVersionBody;
}

/**
 * The plan that a run of this request would make now, without a run and without a write. Trouble with
 * Azure is a reason against the plan; a run would have waited and asked again.
 */
export function planPublication(azure: Azure) {
  return async (request: PublishRequest): Promise<DryRun> => {
    const { result, calls } = await countCalls(() => look(azure, request));
    const { plan, existing } = result;
    const mark = { runId: NO_RUN, fingerprint: fingerprint(request) };
    const written = waveBodies(plan, request, existing, mark);
    const writes = written.bodies.length + (written.promotion === undefined ? 0 : 1);
    return {
      plan,
      summary: describePlan(plan),
      ...written,
      calls: { reads: calls, writes },
    };
  };
}

async function look(azure: Azure, request: PublishRequest): Promise<Looked> {
  const reading = readVersion(azure, request.image);
  const [inspected, sets] = await Promise.all([
    settle(() => inspect(azure, request, reading)),
    settle(() => lookUpShared(azure.encryptionSets, request)),
  ]);
  if (isTrouble(inspected) || isTrouble(sets)) {
    const problems = [
      ...(isTrouble(inspected) ? [problemOf(inspected.fault, "$.image")] : inspected.problems),
      ...(isTrouble(sets) ? [problemOf(sets.fault, "$.targetRegions")] : []),
    ];
    return { plan: { kind: "impossible", problems, remarks: [] } };
  }
  const answers = await prepareAll(azure, request, inspected, sets);
  const existing = shown(await reading);
  return {
    plan: combine({ ...inspected, answers }),
    ...(existing === undefined ? {} : { existing: existing.body }),
  };
}

async function prepareAll(
  azure: Azure,
  request: PublishRequest,
  inspected: Inspected,
  sets: SharedSets,
): Promise<ReadonlyMap<RegionName, RegionAnswer>> {
  const finder = createSetFinder(azure.encryptionSets, request.image, sets);
  const checkKey = keyCheckOf(azure, request);
  const answers = await Promise.all(
    inspected.regions.map(async (region): Promise<[RegionName, RegionAnswer]> => {
      const answer = await settle(() =>
        prepare(regionToPrepare(inspected, region), request, finder, checkKey),
      );
      return [region, answer.kind === "wait" ? { kind: "failed", fault: answer.fault } : answer];
    }),
  );
  return new Map(answers);
}
