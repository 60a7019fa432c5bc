import { writerOf } from "../domain/plan/version-writer";
import { checkExistingEncryption } from "../domain/preflight/check-existing-encryption";
import { checkSecurityType } from "../domain/preflight/check-security-type";
import { checkSource } from "../domain/preflight/check-source";
import { checkSourceKind } from "../domain/preflight/check-source-kind";
import { checkTarget } from "../domain/preflight/check-target";
import { beingWritten, checkVersion } from "../domain/preflight/check-version";
import { joinFindings } from "../domain/preflight/findings";
import type { DefinitionFacts } from "../domain/preflight/source-facts";
import { problem, type Problem, type Remark } from "../domain/problem";
import { regionName, type RegionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { outOfTime } from "../domain/rollout/out-of-time";
import { fingerprint } from "../domain/run/identity";
import { ownWrites, type OwnWrites } from "../domain/run/own-writes";
import type { Promotion } from "../domain/rollout/latest";
import type { ExistingRegion } from "../domain/plan/region-to-prepare";
import { dataLunsOf } from "../domain/plan/version-disks";
import type { ImageVersionState } from "../azure/image-versions";
import type { Looked } from "./checks/check";
import { cancelled, type Cancelled } from "./cancelled";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { lookUpSets } from "./look-up-sets";
import { operationInFlight } from "../domain/run/in-flight";
import { documentPaths } from "../domain/run/document-paths";
import type { InspectedDocument } from "./inspected-document";
import { owedPromotion } from "./owed-promotion";
import { isProblem, readOrRefused } from "./read-or-refused";
import { readUndo } from "./read-undo";
import { existingRegions, lasting, readVersion, shown, type VersionSeen } from "./read-version";
import { settle, type Patience, type Trouble } from "./settle";

export interface Inspected {
  kind: "inspected";
  image: ImageTarget;
  regions: RegionName[];
  /** LUNs of the data disks to encrypt: of a version that is there, else of the source if it is. */
  dataLuns?: number[];
  rollout: PublishRequest["rollout"];
  /** The version is there and excluded from `latest`. */
  excluded?: true;
  watch: ActivityDependencies["watch"];
  /** Of all the source's disks together, where Azure tells. */
  sizeInGB?: number;
  /** The run of this same request that is writing the version already. */
  writtenBy?: string;
  /** Target regions that the version has already; absent when there is no version. */
  existing?: ExistingRegion[];
  /** What a lost run of the same request has left to be taken into `latest`. */
  owed?: Promotion;
  /** What the run has written before it was lost and started again; absent when it hasn't. */
  before?: Pick<OwnWrites, "written" | "writes"> & Partial<Pick<OwnWrites, "opened">>;
  /** What is wrong with target and source; the regions' own problems are told beside it. */
  problems: Problem[];
  /** What stands against a write of the version, but not against the version as it is. */
  writeProblems?: Problem[];
  remarks: Remark[];
}
/** What was found, and what of it goes into no history. */
export interface TargetSeen {
  inspected: Inspected;
  definition?: DefinitionFacts;
}

export interface InspectTargetInput extends RunRef, Patience {
  /** When the run began, in milliseconds since the epoch: it doesn't wait beyond its time. */
  startedAtMs?: number;
}

/**
 * Reads definition, source and existing version: what the regions' preparation needs to know. A run that has been
 * cancelled, or whose time is over, isn't told to wait.
 */
export function inspectTarget(dependencies: ActivityDependencies) {
  return async ({
    lastTry,
    startedAtMs,
    ...run
  }: InspectTargetInput): Promise<Inspected | Cancelled | Trouble> => {
    const request = await requestOf(dependencies.documents, run);
    const patience = { lastTry };
    const answer = await settle(async (): Promise<Inspected | Trouble> => {
      // First and alone: while somebody else's operation runs, this is asked again and again.
      const version = await readVersion(dependencies, request.image, patience);
      const existing = shown(version);
      if (existing && writerOf(existing, request, run.fingerprint)?.kind === "other")
        return { kind: "wait", fault: operationInFlight(existing.provisioningState) };
      const there = lasting(version);
      const owed = there && (await owedPromotion(dependencies, run, there.body));
      const undo = await readUndo(dependencies)(run);
      const { written, writes, opened } = ownWrites(run, existing?.body.tags, undo);
      const [{ inspected, definition }, { sets, writeProblems }] = await Promise.all([
        inspect(dependencies, request, version, { ...patience, owed }),
        lookUpSets(dependencies.encryptionSets, request, existing, patience),
      ]);
      const document: InspectedDocument = {
        sets,
        ...(existing === undefined ? {} : { existing: existing.body }),
        ...(definition === undefined ? {} : { definition }),
        ...(inspected.dataLuns === undefined ? {} : { dataLuns: inspected.dataLuns }),
      };
      await dependencies.documents.write(
        documentPaths.inspected(run.publicationId, run.runId),
        document,
      );
      return {
        ...inspected,
        ...(writes === 0 ? {} : { before: { written, writes, ...(opened ? { opened } : {}) } }),
        ...(writeProblems.length === 0 ? {} : { writeProblems }),
      };
    });
    if (answer.kind !== "wait") return answer;
    const endMs = (startedAtMs ?? Infinity) + request.rollout.timeoutMs;
    if (dependencies.now().getTime() >= endMs)
      return { kind: "failed", fault: outOfTime(answer.fault) };
    return (await cancelled(dependencies, run)) ?? answer;
  };
}

/**
 * Everything that is to be known about a request's target and source.
 * @param reading what `readVersion` gives
 * @throws {ArmError} when Azure doesn't answer, and this isn't the last try
 */
export async function inspect(
  { sources, checks, watch }: Pick<ActivityDependencies, "sources" | "checks" | "watch">,
  asked: PublishRequest,
  reading: VersionSeen | Promise<VersionSeen>,
  { owed, ...patience }: Patience & { owed?: Promotion | undefined } = {},
): Promise<TargetSeen> {
  const { image, source, targetRegions, rollout } = asked;
  const read = <T>(path: string, look: () => Promise<T>): Promise<T | Problem> =>
    readOrRefused(path, look, patience);
  const [version, gallery, definition, facts] = await Promise.all([
    reading,
    read("$.image", async () => (await sources.gallery(image)) ?? noGallery(image)),
    read("$.image", async () => (await sources.definition(image)) ?? noDefinition(image)),
    read("$.source", () => sources.read(source)),
  ]);
  const existing = lasting(version);
  const request = settledOn(asked, existing);
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
  const dataLuns = dataLunsOf(existing, looked.source?.dataLuns);
  const now = shown(version);
  const writer = now && writerOf(now, request, fingerprint(asked));
  const { problems, remarks } = joinFindings([
    { problems: unread, remarks: [] },
    checkTarget(looked),
    ...(looked.source === undefined
      ? []
      : [
          checkSource(looked.source, {
            kind: source.kind,
            image: request.image,
            definition: looked.definition,
            versionExists: existing !== undefined,
          }),
        ]),
    { problems: [], remarks: checkSourceKind(request) },
    ...(looked.definition === undefined
      ? []
      : [checkSecurityType(looked.definition, request, looked.source)]),
    { problems: [], remarks: now === undefined ? [] : beingWritten(request, { ...now, writer }) },
    ...(existing === undefined
      ? []
      : [
          checkVersion(request, existing, owed),
          checkExistingEncryption(request, existing.body, dataLuns),
        ]),
    ...further,
  ]);
  const sizeInGB = looked.source?.sizeInGB;
  const inspected: Inspected = {
    kind: "inspected",
    image: request.image,
    regions: targetRegions.map((region) => region.name),
    ...(dataLuns === undefined ? {} : { dataLuns }),
    ...(sizeInGB === undefined ? {} : { sizeInGB }),
    rollout,
    ...(existing?.body.publishingProfile.excludeFromLatest === true ? { excluded: true } : {}),
    ...(owed === undefined ? {} : { owed }),
    watch,
    ...(existing === undefined ? {} : { existing: existingRegions(existing) }),
    ...(writer?.kind === "sameRequest" ? { writtenBy: writer.runId } : {}),
    problems,
    remarks,
  };
  return {
    inspected,
    ...(looked.definition === undefined ? {} : { definition: looked.definition }),
  };
}

/** A request that names no location means that of the version, where there is one. */
const settledOn = (
  request: PublishRequest,
  existing: ImageVersionState | undefined,
): PublishRequest =>
  request.locationIsDefault === true && existing !== undefined
    ? { ...request, image: { ...request.image, location: regionName(existing.body.location) } }
    : request;

/** Without its gallery there is no definition either: the one mistake is told. */
const byItself = (found: Problem, _: number, all: Problem[]): boolean =>
  found.code !== "ImageDefinitionNotFound" || !all.some(({ code }) => code === "GalleryNotFound");

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
