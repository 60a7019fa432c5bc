import { armName } from "../domain/arm-id";
import {
  checkDiskEncryptionSet,
  checkLuns,
  type DiskEncryptionSet,
} from "../domain/encryption/check-set";
import { directId, printReference } from "../domain/encryption/reference";
import { sameEncryption, type TargetRegion } from "../domain/plan/image-version-body";
import type { PreparedRegion, RegionOperation } from "../domain/plan/plan";
import type { RegionToPrepare } from "../domain/plan/region-to-prepare";
import { problem, type Problem, type Remark } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type {
  DiskEncryptionSetReference,
  ImageTarget,
  PublishRequest,
  RequestedRegion,
} from "../domain/request/publish-request";
import type { EncryptionSets } from "../azure/encryption-sets";
import { documentPaths } from "../domain/run/document-paths";
import { createKeyCheck, type KeyCheck } from "./checks/check-keys";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { settleAll, type Trouble } from "./settle";

export type PrepareRegionInput = RunRef & RegionToPrepare;
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
      const request = await requestOf(documents, input);
      const finder: SetFinder = {
        get: (id) => encryptionSets.get(id),
        all: async () =>
          (await documents.read<DiskEncryptionSet[]>(
            documentPaths.encryptionSets(input.publicationId, input.runId),
          )) ?? (await encryptionSets.list(request.image.subscriptionId)),
      };
      return prepare(input, request, finder, keyCheckOf(dependencies, request));
    });
}

/** The check of keys, where the request asks for it. */
export const keyCheckOf = (
  { keys, now }: Pick<ActivityDependencies, "keys" | "now">,
  request: PublishRequest,
): KeyCheck | undefined =>
  request.preflight?.keyVault === true ? createKeyCheck(keys(), now) : undefined;

/** Where a region's sets are looked for. */
export interface SetFinder extends Pick<EncryptionSets, "get"> {
  /** Every set of the gallery's subscription. */
  all: () => Promise<DiskEncryptionSet[]>;
}

/** True when a region's set can only be found among all of them. */
export const needsAllSets = (request: PublishRequest): boolean =>
  request.targetRegions.some(({ osDiskImage }) => osDiskImage.diskEncryptionSetId.kind === "tags");

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
    input.dataLuns === undefined || region.oneSetForAllDisks === true
      ? []
      : checkLuns(input.dataLuns, luns, region.name, `${path}.dataDiskImages`);
  const remarks: Remark[] = [];
  const resolver = createResolver(finder, request.image, region.name);
  const keysChecked = new Set<string>();
  const resolve = async (reference: DiskEncryptionSetReference, at: string): Promise<string> => {
    const found = await resolver(reference, at);
    if ("problem" in found) {
      problems.push(found.problem);
      return "";
    }
    const { set } = found;
    problems.push(...checkDiskEncryptionSet(set, use(request, region, at)));
    if (checkKey !== undefined && !keysChecked.has(set.id.toLowerCase())) {
      keysChecked.add(set.id.toLowerCase());
      const key = await checkKey(set, use(request, region, at));
      problems.push(...key.problems);
      remarks.push(...key.remarks);
    }
    return set.id;
  };
  const targetRegion = await toTargetRegion(region, input.dataLuns ?? [], path, resolve);
  problems.push(...immutable(input.existing?.targetRegion, targetRegion, path, region));
  if (problems.length > 0) return { kind: "refused", problems, remarks };
  const operation = operationFor(input, targetRegion, request.image);
  return { kind: "prepared", prepared: { region: region.name, operation, targetRegion }, remarks };
}

const use = (request: PublishRequest, region: RequestedRegion, path: string) => ({
  region: region.name,
  path,
  gallerySubscriptionId: request.image.subscriptionId,
  encryptionType: request.encryption.type,
});

async function toTargetRegion(
  region: RequestedRegion,
  sourceLuns: readonly number[],
  path: string,
  resolve: (reference: DiskEncryptionSetReference, path: string) => Promise<string>,
): Promise<TargetRegion> {
  const os = await resolve(
    region.osDiskImage.diskEncryptionSetId,
    `${path}.osDiskImage.diskEncryptionSetId`,
  );
  const dataDiskImages =
    region.oneSetForAllDisks === true
      ? sourceLuns.map((lun) => ({ lun, diskEncryptionSetId: os }))
      : [];
  for (const [index, disk] of region.dataDiskImages.entries())
    dataDiskImages.push({
      lun: disk.lun,
      diskEncryptionSetId: await resolve(
        disk.diskEncryptionSetId,
        `${path}.dataDiskImages[${index}].diskEncryptionSetId`,
      ),
    });
  return {
    name: region.name,
    regionalReplicaCount: region.regionalReplicaCount,
    storageAccountType: region.storageAccountType,
    excludeFromLatest: region.excludeFromLatest,
    encryption: {
      osDiskImage: { diskEncryptionSetId: os },
      ...(dataDiskImages.length === 0 ? {} : { dataDiskImages }),
    },
  };
}

function operationFor(
  input: RegionToPrepare,
  target: TargetRegion,
  image: ImageTarget,
): RegionOperation {
  const { existing } = input;
  if (existing?.failed === true) return "repeat";
  if (existing !== undefined)
    return existing.targetRegion.regionalReplicaCount === target.regionalReplicaCount
      ? "unchanged"
      : "scale";
  return !input.versionExists && target.name === image.location ? "create" : "replicate";
}

/** Encryption and storage type of a region that is there can't be changed (REST contract). */
function immutable(
  existing: TargetRegion | undefined,
  wanted: TargetRegion,
  path: string,
  region: RequestedRegion,
): Problem[] {
  if (existing === undefined) return [];
  const problems: Problem[] = [];
  if (!sameEncryption(existing.encryption, wanted.encryption))
    problems.push(
      problem(
        path,
        "EncryptionImmutable",
        `region ${region.name} exists with other disk encryption sets: ${JSON.stringify(existing.encryption ?? "none")}`,
        "name the sets it has, or choose another version number",
        region.name,
      ),
    );
  const type = existing.storageAccountType;
  if (type !== undefined && type.toLowerCase() !== region.storageAccountType.toLowerCase())
    problems.push(
      problem(
        path.replace(/encryption$/, "storageAccountType"),
        "StorageAccountTypeImmutable",
        `region ${region.name} exists with ${type}; the request asks for ${region.storageAccountType}`,
        "ask for the type it has, or choose another version number",
        region.name,
      ),
    );
  return problems;
}

type Resolution = { set: DiskEncryptionSet } | { problem: Problem };
interface Search {
  found: DiskEncryptionSet[];
  /** Azure's words about the id that was asked for first. */
  missing: string;
}

/** Finds sets for one region; each distinct reference is asked for once. */
function createResolver(sets: SetFinder, image: ImageTarget, region: RegionName) {
  const known = new Map<string, Promise<Search>>();
  return async (reference: DiskEncryptionSetReference, path: string): Promise<Resolution> => {
    const key = printReference(reference).toLowerCase();
    const search = known.get(key) ?? find(sets, image, region, reference);
    known.set(key, search);
    const { found, missing } = await search;
    const [only] = found;
    if (only !== undefined && found.length === 1) return { set: only };
    return {
      problem:
        found.length === 0
          ? problem(
              path,
              "DiskEncryptionSetNotFound",
              notFound(reference, image, region, missing),
              `create it in ${region}, or name one that exists there`,
              region,
            )
          : problem(
              path,
              "DiskEncryptionSetAmbiguous",
              `"${printReference(reference)}" could be ${found.map((set) => set.id).join(" or ")}`,
              "give the full id",
              region,
            ),
    };
  };
}

/**
 * A bare name means the gallery's resource group first (as the Azure CLI reads it), then the set of
 * that name in the region, if the subscription has exactly one.
 */
async function find(
  sets: SetFinder,
  image: ImageTarget,
  region: RegionName,
  reference: DiskEncryptionSetReference,
): Promise<Search> {
  const inRegion = async (): Promise<DiskEncryptionSet[]> =>
    (await sets.all()).filter((set) => regionName(set.location) === region);
  if (reference.kind === "tags") {
    const there = await inRegion();
    const names = there.map((set) => armName(set.id)).join(", ") || "none";
    return {
      found: there.filter((set) => hasTags(set, reference.tags)),
      missing: `disk encryption sets in ${region}: ${names}`,
    };
  }
  const direct = await sets.get(directId(reference, image));
  if ("set" in direct) return { found: [direct.set], missing: "" };
  if (reference.kind !== "name") return { found: [], missing: direct.missing };
  const found = (await inRegion()).filter(
    (set) => armName(set.id).toLowerCase() === reference.name.toLowerCase(),
  );
  return { found, missing: direct.missing };
}

/** Names of tags ignore case in Azure, values don't. */
function hasTags(set: DiskEncryptionSet, wanted: Record<string, string>): boolean {
  const own = new Map(Object.entries(set.tags).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(wanted).every(([name, value]) => own.get(name.toLowerCase()) === value);
}

function notFound(
  reference: DiskEncryptionSetReference,
  image: ImageTarget,
  region: RegionName,
  azureSays: string,
): string {
  if (reference.kind === "tags")
    return `no disk encryption set in ${region} has the tags ${printReference(reference)} (${azureSays})`;
  const elsewhere =
    reference.kind === "name"
      ? `, and the subscription has no set "${reference.name}" in ${region}`
      : "";
  return `The disk encryption set ${directId(reference, image)} was not found${elsewhere} (${azureSays})`;
}
