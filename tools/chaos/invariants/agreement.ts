import type { ArmCall, Evidence, RunRow, VersionView, Wanted } from "../evidence";
import type { Invariant } from "./invariant";
import {
  callsByVersion,
  completedBy,
  isAccepted,
  isAcceptedWrite,
  isForeign,
  isOurs,
  markOf,
  type PutBody,
} from "./writes-of-versions";

/** The records must say what is in Azure. */
export const AGREEMENT_INVARIANTS: Invariant[] = [
  { name: "what is published is there", violations: notThere },
  { name: "what is published is in latest", violations: notInLatest },
  { name: "what was never published is out of latest", violations: wronglyInLatest },
  { name: "what is partly published is there in part", violations: nowhere },
  { name: "what has failed wasn't seen to be there", violations: thereAllTheSame },
];

/** A publication and its version. */
export interface Pair {
  name: string;
  /** The publication's runs, the oldest first. */
  runs: RunRow[];
  last: RunRow;
  version: VersionView | undefined;
}

/** Publications with their versions, but those that somebody else has written since we looked. */
export function pairs({ rows, versions, log }: Evidence): Pair[] {
  const calls = callsByVersion(log);
  return rows.publications.flatMap(({ id, imageId, runId }) => {
    const name = imageId.slice(imageId.lastIndexOf("/") + 1);
    const runs = rows.runs
      .filter(({ partitionKey }) => partitionKey === id)
      .sort((a, b) => (a.runId < b.runId ? -1 : 1));
    const last = runs.find((run) => run.runId === runId);
    const ours = calls.get(name)?.findLast(isOurs)?.number ?? 0;
    const isChanged = calls
      .get(name)
      ?.some(
        (call) =>
          call.method !== "GET" && isForeign(call) && isAccepted(call) && call.number > ours,
      );
    if (last === undefined || isChanged === true) return [];
    return [{ name, runs, last, version: versions.find((version) => version.name === name) }];
  });
}

export const completedIn = (version: VersionView | undefined) =>
  (version?.regions ?? []).filter(({ state }) => state === "Completed");

const isPublished = ({ last }: Pair): boolean =>
  last.state === "published" || last.state === "promoted";

/** A redrive has another id than the request that it runs again: the last one. */
export function wantedBy({ wanted }: Evidence, { name, last }: Pair): Wanted | undefined {
  const asked = wanted.filter(({ version }) => version === name);
  return asked.find(({ requestId }) => requestId === last.requestId) ?? asked.at(-1);
}

function notThere(evidence: Evidence): string[] {
  return pairs(evidence).flatMap((pair) => {
    const { name, last, version } = pair;
    if (!isPublished(pair)) return [];
    const there = completedIn(version).map((region) => region.name);
    const own = wantedBy(evidence, pair);
    if (there.length > 0 && (last.state === "promoted" || isEnough(there, own))) return [];
    return [`${name} is ${last.state}, and Completed only in ${there.join(", ") || "no region"}`];
  });
}

function isEnough(there: readonly string[], asked: Wanted | undefined): boolean {
  if (asked === undefined) return true;
  const { required, regions } = asked;
  if (typeof required === "number") return there.length >= required;
  return (required === "all" ? regions : required).every((name) => there.includes(name));
}

/** A version that was left out by an earlier run stays so until a person promotes it. */
function notInLatest(evidence: Evidence): string[] {
  return pairs(evidence)
    .filter(({ runs, last }) => last.state === "promoted" || wasPublishedAtOnce(runs, last))
    .filter(
      ({ version }) =>
        version === undefined ||
        version.excludeFromLatest ||
        !completedIn(version).some(({ excludeFromLatest }) => !excludeFromLatest),
    )
    .map(({ name, last }) => `${name} is ${last.state}`);
}

const wasPublishedAtOnce = (runs: readonly RunRow[], last: RunRow): boolean =>
  last.state === "published" && runs.every(({ state }) => state === "published");

function isLeftBySomebody({ log }: Evidence, name: string): boolean {
  const last = callsByVersion(log)
    .get(name)
    ?.findLast((call) => call.method !== "GET" && isAccepted(call));
  return last !== undefined && isForeign(last);
}

function wronglyInLatest(evidence: Evidence): string[] {
  return (
    pairs(evidence)
      // What somebody takes away from a version that was just promoted makes it partly published.
      .filter(({ name }) => !isLeftBySomebody(evidence, name))
      .filter(
        ({ runs }) => !runs.some(({ state }) => state === "published" || state === "promoted"),
      )
      .filter(
        ({ version, runs }) =>
          version !== undefined &&
          runs.some(({ runId }) => version.tags["gallery-publisher-run"] === runId) &&
          !version.excludeFromLatest,
      )
      .map(({ name, last }) => `${name} is ${last.state}, and in latest`)
  );
}

function nowhere(evidence: Evidence): string[] {
  return pairs(evidence)
    .filter(
      ({ last, version }) => last.state === "partlyPublished" && completedIn(version).length === 0,
    )
    .map(({ name }) => `${name} is Completed in no region`);
}

/**
 * A run that has written, and to whose app Azure has told at the last look that a region is Completed. What Azure completes
 * afterwards the run can't know, and a region that couldn't be verified counts for none.
 */
function thereAllTheSame(evidence: Evidence): string[] {
  const calls = callsByVersion(evidence.log);
  return pairs(evidence).flatMap((pair) => {
    const { name, last, version } = pair;
    const own = wantedBy(evidence, pair);
    const about = calls.get(name) ?? [];
    if (last.state !== "failed" || last.action === "promote" || own === undefined) return [];
    if (!hasWritten(about, last) || own.isVerified === true) return [];
    const look = about.findLast(
      (call) => call.method === "GET" && isOurs(call) && isAccepted(call),
    );
    const seen = completedBy(look);
    const there = completedIn(version)
      .map((region) => region.name)
      .filter((region) => own.regions.includes(region) && seen.includes(region));
    return there.length === 0 ? [] : [`${name} is failed, and Completed in ${there.join(", ")}`];
  });
}

/** A write of the run was accepted. */
export const hasWritten = (about: readonly ArmCall[], { runId }: RunRow): boolean =>
  about.some((call) => isAcceptedWrite(call) && isBy(call, runId));

const isBy = ({ body }: ArmCall, runId: string): boolean =>
  body !== undefined && markOf(body as PutBody).run === runId;
