import { writerOf } from "../domain/plan/version-writer";
import { checkExistingEncryption } from "../domain/preflight/check-existing-encryption";
import { checkSecurityType } from "../domain/preflight/check-security-type";
import { checkSource } from "../domain/preflight/check-source";
import { checkSourceKind } from "../domain/preflight/check-source-kind";
import { checkTarget } from "../domain/preflight/check-target";
import { checkVersion } from "../domain/preflight/check-version";
import { joinFindings } from "../domain/preflight/findings";
import { problem, type Problem, type Remark } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { fingerprint } from "../domain/run/identity";
import type { ExistingRegion } from "../domain/plan/region-to-prepare";
import type { ImageVersionState } from "../azure/image-versions";
import type { Looked } from "./checks/check";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { operationInFlight } from "../domain/run/in-flight";
import { documentPaths } from "../domain/run/document-paths";
import type { InspectedDocument } from "./inspected-document";
import { lookUpShared } from "./set-finder";
import { isProblem, readOrRefused } from "./read-or-refused";
import { settle, type Patience, type Trouble } from "./settle";

export interface Inspected {
  kind: "inspected";
  image: ImageTarget;
  regions: RegionName[];
  /** LUNs of the source's data disks; absent when the source isn't there. */
  dataLuns?: number[];
  requiredRegions: PublishRequest["rollout"]["requiredRegions"];
  timeoutMs: number;
  watch: ActivityDependencies["watch"];
  /** Of all the source's disks together, where Azure tells. */
  sizeInGB?: number;
  /** The run of this same request that is writing the version already. */
  writtenBy?: string;
  /** Target regions that the version has already; absent when there is no version. */
  existing?: ExistingRegion[];
  /** What is wrong with target and source; the regions' own problems are told beside it. */
  problems: Problem[];
  remarks: Remark[];
}
/** Reads definition, source and existing version: what the regions' preparation needs to know. */
export function inspectTarget(dependencies: ActivityDependencies) {
  return async ({ lastTry, ...run }: RunRef & Patience): Promise<Inspected | Trouble> => {
    const request = await requestOf(dependencies.documents, run);
    const patience = { lastTry };
    return settle(async () => {
      // First and alone: while somebody else's operation runs, this is asked again and again.
      const version = await readVersion(dependencies, request.image, patience);
      const existing = shown(version);
      if (existing && writerOf(existing, request, run.fingerprint)?.kind === "other")
        return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
      const [inspected, sets] = await Promise.all([
        inspect(dependencies, request, version, patience),
        lookUpShared(dependencies.encryptionSets, request, patience),
      ]);
      const document: InspectedDocument = {
        sets,
        ...(existing === undefined ? {} : { existing: existing.body }),
      };
      await dependencies.documents.write(
        documentPaths.inspected(run.publicationId, run.runId),
        document,
      );
      return inspected;
    });
  };
}

/** The version as Azure has it, undefined when there is none, or why Azure doesn't show it. */
export type VersionSeen = ImageVersionState | Problem | undefined;

export const readVersion = (
  { imageVersions }: Pick<ActivityDependencies, "imageVersions">,
  image: ImageTarget,
  patience?: Patience,
): Promise<VersionSeen> => readOrRefused("$.image", () => imageVersions.get(image), patience);

/** The version, where Azure shows one. */
export const shown = (version: VersionSeen): ImageVersionState | undefined =>
  version === undefined || isProblem(version) ? undefined : version;

/**
 * Everything that is to be known about a request's target and source.
 * @param reading what `readVersion` gives
 * @throws {ArmError} when Azure doesn't answer, and this isn't the last try
 */
export async function inspect(
  { sources, checks, watch }: Pick<ActivityDependencies, "sources" | "checks" | "watch">,
  request: PublishRequest,
  reading: VersionSeen | Promise<VersionSeen>,
  patience: Patience = {},
): Promise<Inspected> {
  const { image, source, targetRegions, rollout } = request;
  const read = <T>(path: string, look: () => Promise<T>): Promise<T | Problem> =>
    readOrRefused(path, look, patience);
  const [version, gallery, definition, facts] = await Promise.all([
    reading,
    read("$.image", async () => (await sources.gallery(image)) ?? noGallery(image)),
    read("$.image", async () => (await sources.definition(image)) ?? noDefinition(image)),
    read("$.source", () => sources.read(source)),
  ]);
  const existing = shown(version);
  const looked: Looked = {
    request,
    existing,
    gallery: isProblem(gallery) ? undefined : gallery,
    definition: isProblem(definition) ? undefined : definition,
    source: isProblem(facts) ? undefined : facts,
    ...patience,
  };
  const unread = [version ?? {}, gallery, definition, facts].filter(isProblem).filter(byItself);
  const further = await Promise.all(checks.map((check) => check(looked)));
  const writer = existing && writerOf(existing, request, fingerprint(request));
  const { problems, remarks } = joinFindings([
    { problems: unread, remarks: [] },
    checkTarget(looked),
    ...(looked.source === undefined
      ? []
      : [checkSource(looked.source, { kind: source.kind, image, definition: looked.definition })]),
    { problems: [], remarks: checkSourceKind(request) },
    ...(looked.definition === undefined
      ? []
      : [checkSecurityType(looked.definition, request, looked.source)]),
    ...(existing === undefined
      ? []
      : [
          checkVersion(request, { ...existing, writer }),
          checkExistingEncryption(request, existing.body, looked.source?.dataLuns),
        ]),
    ...further,
  ]);
  const dataLuns = looked.source?.dataLuns;
  const sizeInGB = looked.source?.sizeInGB;
  return {
    kind: "inspected",
    image,
    regions: targetRegions.map((region) => region.name),
    ...(dataLuns === undefined ? {} : { dataLuns }),
    ...(sizeInGB === undefined ? {} : { sizeInGB }),
    requiredRegions: rollout.requiredRegions,
    timeoutMs: rollout.timeoutMs,
    watch,
    ...(existing === undefined ? {} : { existing: existingRegions(existing) }),
    ...(writer?.kind === "sameRequest" ? { writtenBy: writer.runId } : {}),
    problems,
    remarks,
  };
}

/** Without its gallery there is no definition either: the one mistake is told. */
const byItself = (found: Problem, _: number, all: Problem[]): boolean =>
  found.code !== "ImageDefinitionNotFound" || !all.some(({ code }) => code === "GalleryNotFound");

/** The regions of a version, and which of them Azure gave up. */
export function existingRegions(version: ImageVersionState): ExistingRegion[] {
  const failed = new Set(
    version.summary
      .filter((entry) => entry.state.toLowerCase() === "failed")
      .map((entry) => regionName(entry.region)),
  );
  return version.body.publishingProfile.targetRegions.map((targetRegion) => ({
    targetRegion,
    failed: failed.has(regionName(targetRegion.name)),
  }));
}

function noGallery({ gallery, resourceGroup, subscriptionId }: ImageTarget): Problem {
  return problem(
    "$.image",
    "GalleryNotFound",
    `resource group ${resourceGroup} in subscription ${subscriptionId} has no gallery ${gallery}`,
    "create the gallery, or correct the names",
  );
}

function noDefinition({ gallery, resourceGroup, definition }: ImageTarget): Problem {
  return problem(
    "$.image",
    "ImageDefinitionNotFound",
    `gallery ${gallery} in resource group ${resourceGroup} has no image definition ${definition}`,
    "create the definition, or correct the names",
  );
}
