import { isMarkedBy, otherSource, type TargetRegion } from "../domain/plan/image-version-body";
import { problem, type Problem } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import type { ImageVersionState } from "../azure/image-versions";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { isInFlight, operationInFlight } from "../domain/run/in-flight";
import { settle, type Trouble } from "./settle";

export interface Inspected {
  kind: "inspected";
  image: ImageTarget;
  regions: RegionName[];
  /** LUNs of the source's data disks. */
  dataLuns: number[];
  requiredRegions: PublishRequest["rollout"]["requiredRegions"];
  timeoutMs: number;
  watch: ActivityDependencies["watch"];
  /** Target regions that the version has already; absent when there is no version. */
  existing?: ExistingRegion[];
}
/** A region of an existing version, and whether Azure gave its replication up. */
export interface ExistingRegion {
  targetRegion: TargetRegion;
  failed: boolean;
}
export interface Refused {
  kind: "refused";
  problems: Problem[];
}

/** Reads definition, source and existing version: what the regions' preparation needs to know. */
export function inspectTarget({ documents, sources, imageVersions, watch }: ActivityDependencies) {
  return async (run: RunRef): Promise<Inspected | Refused | Trouble> => {
    const request = await requestOf(documents, run);
    return settle(async () => {
      const [definition, source, existing] = await Promise.all([
        sources.definition(request.image),
        readSource(request, sources),
        imageVersions.get(request.image),
      ]);
      const problems = [...source.problems, ...versionProblems(request, existing)];
      if (definition === undefined) problems.push(noDefinition(request.image));
      else problems.push(...agreement(definition, source));
      if (problems.length > 0) return { kind: "refused", problems };
      if (
        existing !== undefined &&
        isInFlight(existing.provisioningState) &&
        !isMarkedBy(existing.body.tags, run)
      )
        return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
      return {
        kind: "inspected",
        image: request.image,
        regions: request.targetRegions.map((region) => region.name),
        dataLuns: source.dataLuns,
        requiredRegions: request.rollout.requiredRegions,
        timeoutMs: request.rollout.timeoutMs,
        watch,
        ...(existing === undefined ? {} : { existing: existingRegions(existing) }),
      };
    });
  };
}

function existingRegions(version: ImageVersionState): ExistingRegion[] {
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

interface SourceFacts {
  dataLuns: number[];
  osType?: string;
  osState?: string;
  problems: Problem[];
}

async function readSource(
  { source, image }: PublishRequest,
  sources: ActivityDependencies["sources"],
): Promise<SourceFacts> {
  if (source.kind === "managedImage") {
    const found = await sources.managedImage(source.id);
    if (found === undefined)
      return { dataLuns: [], problems: [noSource("$.source.managedImage", source.id)] };
    return {
      ...found,
      problems: elsewhere("$.source.managedImage", source.id, found.location, image),
    };
  }
  const disks = [
    { path: "$.source.osSnapshot", id: source.osSnapshot },
    ...source.dataSnapshots.map(({ id }, index) => ({
      path: `$.source.dataSnapshots[${index}].id`,
      id,
    })),
  ];
  const found = await Promise.all(disks.map(({ id }) => sources.snapshot(id)));
  const problems = disks.flatMap(({ path, id }, index) => {
    const snapshot = found[index];
    return snapshot === undefined
      ? [noSource(path, id)]
      : elsewhere(path, id, snapshot.location, image);
  });
  const osType = found[0]?.osType;
  return {
    dataLuns: source.dataSnapshots.map((disk) => disk.lun),
    problems,
    ...(osType === undefined ? {} : { osType }),
  };
}

function noSource(path: string, id: string): Problem {
  return problem(
    path,
    "SourceNotFound",
    `the source ${id} was not found`,
    "correct the id, or give the app's identity read access to it",
  );
}

/** Source, version and location share a region (REST contract). */
function elsewhere(path: string, id: string, location: string, image: ImageTarget): Problem[] {
  if (regionName(location) === image.location) return [];
  return [
    problem(
      path,
      "SourceInOtherRegion",
      `the source ${id} lies in ${regionName(location)}, the version's location is ${image.location}`,
      `set image.location to ${regionName(location)}, or copy the source`,
    ),
  ];
}

function noDefinition(image: ImageTarget): Problem {
  return problem(
    "$.image",
    "ImageDefinitionNotFound",
    `gallery ${image.gallery} in resource group ${image.resourceGroup} has no image definition ${image.definition}, or there is no such gallery`,
    "create the definition, or correct the names",
  );
}

function agreement(
  definition: { osType: string; osState: string },
  source: SourceFacts,
): Problem[] {
  const differ = (a: string | undefined, b: string): boolean =>
    a !== undefined && a !== "" && b !== "" && a.toLowerCase() !== b.toLowerCase();
  return [
    ...(differ(source.osType, definition.osType)
      ? [
          problem(
            "$.source",
            "OsTypeMismatch",
            `the source is ${source.osType}, the definition ${definition.osType}`,
            "use a source or a definition of the same OS type",
          ),
        ]
      : []),
    ...(differ(source.osState, definition.osState)
      ? [
          problem(
            "$.source",
            "OsStateMismatch",
            `the source is ${source.osState}, the definition ${definition.osState}`,
            "use a source or a definition of the same OS state",
          ),
        ]
      : []),
  ];
}

function versionProblems(
  request: PublishRequest,
  existing: ImageVersionState | undefined,
): Problem[] {
  if (existing === undefined) return [];
  const version = imageVersionId(request.image);
  const problems: Problem[] = [];
  if (/^failed$/i.test(existing.provisioningState))
    problems.push(
      problem(
        "$.image.version",
        "VersionFailed",
        `${version} is in the state Failed; Azure takes no further write until it is deleted`,
        "look at its regions; delete it if none is Completed, or choose another version number",
      ),
    );
  const has = otherSource(existing.body.storageProfile, request.source);
  if (has !== undefined)
    problems.push(
      problem(
        "$.source",
        "VersionTaken",
        `${version} exists already, made from ${has.map(({ disk, id }) => `${disk}: ${id}`).join(", ")}`,
        "choose another version number: a version's source can't be changed",
      ),
    );
  return problems;
}
