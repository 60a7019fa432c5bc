import { countCalls } from "../azure/count-calls";
import type { ImageVersionState } from "../azure/image-versions";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import { combine, problemOf, type RegionAnswer } from "../domain/plan/combine";
import { NO_RUN, type DryRun } from "../domain/plan/dry-run";
import { createBody, extendBody, toArmJson } from "../domain/plan/image-version-body";
import type { Plan } from "../domain/plan/plan";
import { regionToPrepare } from "../domain/plan/region-to-prepare";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import { fingerprint } from "../domain/run/identity";
import type { ActivityDependencies } from "./dependencies";
import { inspect, readVersion, shown } from "./inspect-target";
import { keyCheckOf, prepare, type SetFinder } from "./prepare-region";
import { settle } from "./settle";

type Azure = Pick<
  ActivityDependencies,
  "imageVersions" | "sources" | "checks" | "encryptionSets" | "keys" | "now" | "watch"
>;

/** What is known when everything was looked at. */
interface Looked {
  plan: Plan;
  existing: ImageVersionState | undefined;
}

/**
 * The plan that a run of this request would make now, without a run and without a write. Trouble with
 * Azure is a reason against the plan; a run would have waited and asked again.
 */
export function planPublication(azure: Azure) {
  return async (request: PublishRequest): Promise<DryRun> => {
    const { result, calls } = await countCalls(() => look(azure, request));
    const bodies = bodiesOf(result, request);
    return { plan: result.plan, bodies, calls: { reads: calls, writes: bodies.length } };
  };
}

async function look(azure: Azure, request: PublishRequest): Promise<Looked> {
  const found = await settle(async () => {
    const version = await readVersion(azure, request.image);
    return { kind: "found" as const, version, inspected: await inspect(azure, request, version) };
  });
  if (found.kind !== "found")
    return {
      existing: undefined,
      plan: { kind: "impossible", problems: [problemOf(found.fault, "$.image")], remarks: [] },
    };
  const { inspected, version } = found;
  const existing = shown(version);
  const answers = new Map<RegionName, RegionAnswer>();
  const finder = finderOf(azure, request);
  const checkKey = keyCheckOf(azure, request);
  await Promise.all(
    inspected.regions.map(async (region) => {
      const answer = await settle(() =>
        prepare(regionToPrepare(inspected, region), request, finder, checkKey),
      );
      answers.set(
        region,
        answer.kind === "wait" ? { kind: "failed", fault: answer.fault } : answer,
      );
    }),
  );
  const { regions, problems, remarks } = inspected;
  return {
    existing,
    plan: combine({ regions, problems, remarks, exists: existing !== undefined, answers }),
  };
}

/** All regions share one list. */
function finderOf({ encryptionSets }: Azure, { image }: PublishRequest): SetFinder {
  let list: Promise<DiskEncryptionSet[]> | undefined;
  return {
    get: (id) => encryptionSets.get(id),
    all: () => (list ??= encryptionSets.list(image.subscriptionId)),
  };
}

function bodiesOf({ plan, existing }: Looked, request: PublishRequest): DryRun["bodies"] {
  if (plan.kind !== "create" && plan.kind !== "extend") return [];
  const mark = { runId: NO_RUN, fingerprint: fingerprint(request) };
  const body =
    existing === undefined
      ? createBody(request, plan.targetRegions, mark)
      : extendBody(existing.body, plan.targetRegions, mark);
  return [toArmJson(body)];
}
