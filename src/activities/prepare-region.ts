import { checkDiskEncryptionSet, checkLuns } from "../domain/encryption/check-set";
import type { TargetRegion } from "../domain/plan/image-version-body";
import { immutable, operationFor, regionSettings } from "../domain/plan/existing-region";
import type { PreparedRegion } from "../domain/plan/plan";
import { regionEncryption } from "../domain/plan/region-encryption";
import type { RegionToPrepare } from "../domain/plan/region-to-prepare";
import type { Problem, Remark } from "../domain/problem";
import {
  isEncrypted,
  setUsesOf,
  type PublishRequest,
  type RequestedRegion,
  type SetUse,
} from "../domain/request/publish-request";
import { documentPaths } from "../domain/run/document-paths";
import { createKeyCheck, type KeyCheck } from "./checks/check-keys";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import type { InspectedDocument } from "./inspected-document";
import { createSetResolver } from "./resolve-set";
import { createSetFinder, type SetFinder } from "./set-finder";
import { settleAll, type Patience, type Trouble } from "./settle";

export type PrepareRegionInput = RunRef & RegionToPrepare & Patience;
export interface Prepared {
  kind: "prepared";
  prepared: PreparedRegion;
  remarks: Remark[];
}

export interface Refused {
  kind: "refused";
  problems: Problem[];
  remarks: Remark[];
}

/**
 * Resolves the region's disk encryption sets and decides what happens to the region, or gives every
 * reason why it can't be published. One call for each distinct set.
 */
export function prepareRegion(dependencies: ActivityDependencies) {
  const { documents, encryptionSets } = dependencies;
  return (input: PrepareRegionInput): Promise<Prepared | Refused | Trouble> =>
    settleAll(async () => {
      const [request, inspected] = await Promise.all([
        requestOf(documents, input),
        documents.read<InspectedDocument>(
          documentPaths.inspected(input.publicationId, input.runId),
        ),
      ]);
      return prepare(
        input,
        request,
        createSetFinder(encryptionSets, request.image, inspected?.sets, input),
        keyCheckOf(dependencies, request, input),
      );
    });
}

/** The check of keys, where the request asks for it. */
export const keyCheckOf = (
  { keys, now }: Pick<ActivityDependencies, "keys" | "now">,
  request: PublishRequest,
  patience?: Patience,
): KeyCheck | undefined =>
  request.preflight?.keyVault === true ? createKeyCheck(keys(), now, patience) : undefined;

/**
 * As the activity does, with the request at hand.
 * @throws {ArmError} when Azure doesn't answer
 */
export async function prepare(
  input: RegionToPrepare,
  request: PublishRequest,
  finder: SetFinder,
  checkKey?: KeyCheck,
): Promise<Prepared | Refused> {
  const index = request.targetRegions.findIndex((region) => region.name === input.region);
  const region = request.targetRegions[index];
  if (region === undefined) throw new Error(`the request has no region ${input.region}`);
  const path = `$.targetRegions[${index}].encryption`;
  const luns = region.dataDiskImages.map((disk) => disk.lun);
  const problems =
    input.dataLuns === undefined || region.oneSetForAllDisks === true || !isEncrypted(request)
      ? []
      : checkLuns(
          { of: input.versionExists ? "version" : "source", luns: input.dataLuns },
          luns,
          region.name,
          `${path}.dataDiskImages`,
        );
  const remarks: Remark[] = [];
  const resolver = createSetResolver(finder, request.image, region.name);
  const keysChecked = new Set<string>();
  const resolve = async ({ reference, disk, path: below }: SetUse): Promise<string> => {
    const at = `${path}.${below}`;
    const found = await resolver(reference, at);
    if ("problem" in found) {
      problems.push(found.problem);
      return "";
    }
    const { set } = found;
    const use = usage(request, region, disk, at);
    problems.push(...checkDiskEncryptionSet(set, use));
    if (checkKey !== undefined && !keysChecked.has(set.id.toLowerCase())) {
      keysChecked.add(set.id.toLowerCase());
      const key = await checkKey(set, use);
      problems.push(...key.problems);
      remarks.push(...key.remarks);
    }
    return set.id;
  };
  const targetRegion = await toTargetRegion(region, input, resolve);
  problems.push(...immutable(input.existing?.targetRegion, targetRegion, path, region));
  if (problems.length > 0) return { kind: "refused", problems, remarks };
  const operation = operationFor(input, targetRegion, request.image);
  return { kind: "prepared", prepared: { region: region.name, operation, targetRegion }, remarks };
}

const usage = (
  request: PublishRequest,
  region: RequestedRegion,
  disk: SetUse["disk"],
  path: string,
) => ({
  region: region.name,
  path,
  gallerySubscriptionId: request.image.subscriptionId,
  encryptionType: disk === "confidential" ? ("confidentialVm" as const) : request.encryption.type,
});

async function toTargetRegion(
  region: RequestedRegion,
  { dataLuns = [], existing }: RegionToPrepare,
  resolve: (use: SetUse) => Promise<string>,
): Promise<TargetRegion> {
  const sets = new Map<SetUse["disk"], string>();
  for (const use of setUsesOf(region)) sets.set(use.disk, await resolve(use));
  const os = sets.get("os");
  if (region.oneSetForAllDisks === true && os !== undefined)
    for (const lun of dataLuns) sets.set(lun, os);
  const encryption = regionEncryption(region, sets);
  return {
    name: region.name,
    ...regionSettings(region, existing?.targetRegion),
    ...(encryption === undefined ? {} : { encryption }),
  };
}
