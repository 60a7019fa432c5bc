import type { ArmCall, Evidence, VersionView } from "../evidence";
import type { Invariant } from "./invariant";
import { described, hasSetsOf } from "./sets";
import {
  callsByVersion,
  isAccepted,
  isForeign,
  markOf,
  regionsIn,
  type PutBody,
} from "./writes-of-versions";

/** What must hold of that which is in Azure in the end. */
export const AZURE_INVARIANTS: Invariant[] = [
  { name: "no version that no run accounts for", violations: orphans },
  { name: "no version that nobody asked for", violations: unasked },
  { name: "no region that nobody asked for", violations: unaskedRegions },
  { name: "every disk of every region has the right set", violations: wrongSets },
  { name: "the safety flag is closed", violations: openFlags },
  { name: "no disk is left behind", violations: ({ disks }) => disks.map((id) => `disk ${id}`) },
];

const RUN_TAG = "gallery-publisher-run";

function orphans({ versions, rows, log }: Evidence): string[] {
  const runs = new Set(rows.runs.map(({ runId }) => runId));
  return versions
    .filter(({ name, tags }) => !runs.has(tags[RUN_TAG] ?? "") && !isMadeBySomebody(log, name))
    .map(
      ({ name, tags }) =>
        `${name} was written by run ${tags[RUN_TAG] ?? "none"}, which has no record`,
    );
}

/** The version as it is was made by somebody else. */
export function isMadeBySomebody(log: readonly ArmCall[], version: string): boolean {
  const made = callsByVersion(log)
    .get(version)
    ?.findLast((call) => call.method === "PUT" && call.status === 201);
  return made !== undefined && isForeign(made);
}

/** A version that nobody asked for is told by itself. */
function isAsked({ wanted }: Evidence, name: string): boolean {
  return wanted.some(({ version }) => version === name);
}

function unasked(evidence: Evidence): string[] {
  return evidence.versions.map(({ name }) => name).filter((name) => !isAsked(evidence, name));
}

function unaskedRegions(evidence: Evidence): string[] {
  const { versions, wanted, log } = evidence;
  return versions.flatMap(({ name, regions }) => {
    if (!isAsked(evidence, name)) return [];
    const asked = new Set(
      wanted.filter(({ version }) => version === name).flatMap((request) => request.regions),
    );
    for (const region of broughtBySomebody(log, name)) asked.add(region);
    return regions.flatMap((region) =>
      asked.has(region.name) ? [] : [`${region.name} of ${name}`],
    );
  });
}

function broughtBySomebody(log: readonly ArmCall[], version: string): string[] {
  return (callsByVersion(log).get(version) ?? [])
    .filter((call) => call.method === "PUT" && isForeign(call) && isAccepted(call))
    .flatMap(({ body }) => regionsIn(body as PutBody));
}

/** Somebody else's version is of another image, which has no data disk. */
function wrongSets({ versions, log }: Evidence): string[] {
  return versions
    .filter(({ name }) => !isMadeBySomebody(log, name))
    .flatMap((version) =>
      version.regions
        .filter(({ name, encryption }) => !hasSetsOf(name, encryption))
        .map(({ name, encryption }) => `${name} of ${version.name}: ${described(encryption)}`),
    );
}

/** Who removes a region opens it; somebody else may have left it so. */
function openFlags({ versions, log }: Evidence): string[] {
  return versions
    .filter(({ allowsDeletion, name }) => allowsDeletion && !lastWrite(log, name).isForeign)
    .map(
      (version) => `${version.name} was left open by write ${lastWrite(log, version.name).mark}`,
    );
}

function lastWrite(log: readonly ArmCall[], version: VersionView["name"]) {
  const last = callsByVersion(log)
    .get(version)
    ?.findLast((call) => call.method === "PUT" && isAccepted(call));
  const { run, write } = last === undefined ? {} : markOf(last.body as PutBody);
  return { isForeign: last !== undefined && isForeign(last), mark: `${write} of run ${run}` };
}
