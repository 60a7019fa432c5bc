import { createHash } from "crypto";
import { foldCase } from "../fold-case";
import { canonicalJson } from "../run/identity";
import type { DefinitionVersion, NewestSource } from "./newest-source";
import { SOURCE_TAG } from "../plan/image-version-body";
import { isLive, isSuccess, type PublicationState } from "../run/outcome";

/** What a source is: equal for the same resources made at the same times. */
export function sourceFingerprint({ identity }: NewestSource): string {
  const known = identity.map(({ id, createdAt }) => ({
    id: foldCase(id),
    createdAt: Date.parse(createdAt) || createdAt,
  }));
  return createHash("sha256").update(canonicalJson(known)).digest("hex");
}

/** A version that was, or is being, made from a source. */
export interface MadeVersion {
  name: string;
  /** Azure itself says so. */
  isFailed: boolean;
}

/** The versions made from this source, as Azure has them: not only the newest, for a source may come back. */
export const versionsFrom = (
  fingerprint: string,
  versions: readonly DefinitionVersion[],
): MadeVersion[] =>
  versions
    .filter(({ tags }) => tags[SOURCE_TAG] === fingerprint)
    .filter(({ provisioningState }) => provisioningState.toLowerCase() !== "deleting")
    .map(({ name, provisioningState }) => ({
      name,
      isFailed: provisioningState.toLowerCase() === "failed",
    }));

/** What the records have of the run that made a version. */
export interface MakingRun {
  requestId: string;
  state: PublicationState;
  /** Another run of this version has published it. */
  wasPublished: boolean;
}

/** Where a source stands. */
export type Standing =
  | { kind: "published"; version: string }
  /** A run is making, or mending, a version of it. */
  | { kind: "going"; version: string; requestId: string }
  /** There is a version of it, and it was never published. */
  | { kind: "unpublished"; version: string; why: string };

/**
 * Where a source stands that versions are made from; undefined without any. Azure's "Succeeded" says that a version
 * was written, not that its run has published it: the run's end counts. A version without a run was made by another
 * tool, or its records are lost: it counts as published.
 */
export function standingOf(
  versions: readonly (MadeVersion & { run?: MakingRun | undefined })[],
): Standing | undefined {
  const all = versions.map(standingOfOne);
  return (
    all.find(({ kind }) => kind === "published") ??
    all.find(({ kind }) => kind === "going") ??
    all.at(-1)
  );
}

function standingOfOne({
  name: version,
  isFailed,
  run,
}: MadeVersion & { run?: MakingRun | undefined }): Standing {
  if (run !== undefined && isLive(run.state))
    return { kind: "going", version, requestId: run.requestId };
  if (isFailed) return { kind: "unpublished", version, why: "it is Failed" };
  if (run === undefined || run.wasPublished || isSuccess(run.state))
    return { kind: "published", version };
  return { kind: "unpublished", version, why: `its run ended ${run.state}` };
}
