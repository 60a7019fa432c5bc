import { countCalls } from "../azure/count-calls";
import { combine, type RegionAnswer } from "../domain/plan/combine";
import { describePlan } from "../domain/plan/describe-plan";
import { NO_RUN, type DryRun } from "../domain/plan/dry-run";
import type { ImageVersionBody } from "../domain/plan/image-version-body";
import type { Plan } from "../domain/plan/plan";
import { regionToPrepare } from "../domain/plan/region-to-prepare";
import { waveBodies } from "../domain/plan/wave-bodies";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { fingerprint, publicationId } from "../domain/run/identity";
import type { ActivityDependencies } from "./dependencies";
import { inspect, type Inspected } from "./inspect-target";
import { lookUpSets } from "./look-up-sets";
import { keyCheckOf, prepare } from "./prepare-region";
import { owedPromotion, type EarlierRuns } from "./owed-promotion";
import { lasting, readVersion } from "./read-version";
import { createSetFinder, type SharedSets } from "./set-finder";

type Azure = Pick<
  ActivityDependencies,
  "imageVersions" | "sources" | "checks" | "encryptionSets" | "keys" | "now" | "watch"
>;

/** Nobody waits for a dry run: what can't be read now is told, beside what can. */
const ONCE = { lastTry: true };

/** What is known when everything was looked at. */
interface Looked {
  plan: Plan;
  existing?: ImageVersionBody;
}

/**
 * The plan that a run of this request would make now, without a run and without a write. Trouble with
 * Azure is a reason against the plan; a run would have waited and asked again.
 * @param earlier a lost run may have left something to be done; nothing is known of any when absent
 */
export function planPublication(azure: Azure, earlier?: EarlierRuns) {
  return async (request: PublishRequest): Promise<DryRun> => {
    const { result, calls } = await countCalls(() => look(azure, request, earlier));
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

async function look(
  azure: Azure,
  request: PublishRequest,
  earlier: EarlierRuns | undefined,
): Promise<Looked> {
  const reading = readVersion(azure, request.image, ONCE);
  const there = reading.then(lasting);
  const own = { publicationId: publicationId(request.image), fingerprint: fingerprint(request) };
  const [{ inspected }, { sets, writeProblems }] = await Promise.all([
    there
      .then((version) => version && earlier && owedPromotion(earlier, own, version.body))
      .then((owed) => inspect(azure, request, reading, { ...ONCE, owed })),
    there.then((version) => lookUpSets(azure.encryptionSets, request, version, ONCE)),
  ]);
  const answers = await prepareAll(azure, request, inspected, sets);
  const existing = await there;
  return {
    plan: combine({ ...inspected, writeProblems, answers }),
    ...(existing === undefined ? {} : { existing: existing.body }),
  };
}

async function prepareAll(
  azure: Azure,
  request: PublishRequest,
  inspected: Inspected,
  sets: SharedSets,
): Promise<ReadonlyMap<RegionName, RegionAnswer>> {
  const finder = createSetFinder(azure.encryptionSets, request.image, sets, ONCE);
  const checkKey = keyCheckOf(azure, request, ONCE);
  const answers = await Promise.all(
    inspected.regions.map(async (region): Promise<[RegionName, RegionAnswer]> => {
      const answer = await prepare(regionToPrepare(inspected, region), request, finder, checkKey);
      return [region, answer];
    }),
  );
  return new Map(answers);
}
