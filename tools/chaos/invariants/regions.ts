import type { ArmCall, Evidence, RegionOutcome } from "../evidence";
import { completedIn, hasWritten, pairs, wantedBy, type Pair } from "./agreement";
import { isMadeBySomebody } from "./azure";
import type { Invariant } from "./invariant";
import { callsByVersion, completedBy, isAccepted, isOurs } from "./writes-of-versions";

/** Region by region the records must say what is in Azure. */
export const REGION_INVARIANTS: Invariant[] = [
  { name: "what is recorded as completed is Completed", violations: recordedInVain },
  { name: "what was seen to be Completed is recorded so", violations: notRecorded },
];

/** The regions of a publication's last run as they are recorded; undefined when they aren't. */
const recorded = ({ outcomes }: Evidence, { last }: Pair): RegionOutcome[] | undefined =>
  outcomes.find(({ runId }) => runId === last.runId)?.regions;

const namesOf = ({ version }: Pair): Set<string> =>
  new Set(completedIn(version).map(({ name }) => name));

function recordedInVain(evidence: Evidence): string[] {
  return pairs(evidence).flatMap((pair) => {
    const { name, last } = pair;
    const regions = recorded(evidence, pair);
    if (regions === undefined) return [`${name}: nothing says how regions of ${last.runId} ended`];
    const there = namesOf(pair);
    return regions
      .filter(({ region, kind }) => kind === "completed" && !there.has(region))
      .map(
        ({ region }) => `${region} of ${name}, recorded by ${last.runId}, which is ${last.state}`,
      );
  });
}

/**
 * Of a run that has written, and whose app Azure had told so before its end was recorded; not of another image that
 * somebody has made there. A region that couldn't be verified counts as failed; of what a lost run has left the record
 * says itself that Azure may yet complete it.
 */
function notRecorded(evidence: Evidence): string[] {
  const calls = callsByVersion(evidence.log);
  return pairs(evidence).flatMap((pair) => {
    const { name, last } = pair;
    const about = calls.get(name) ?? [];
    if (last.action === "promote" || wantedBy(evidence, pair)?.isVerified === true) return [];
    if (!hasWritten(about, last) || isMadeBySomebody(evidence.log, name)) return [];
    const seen = completedBy(lastLook(about, last.endedAt));
    const there = namesOf(pair);
    return (recorded(evidence, pair) ?? [])
      .filter(({ region }) => seen.includes(region) && there.has(region))
      .filter(({ kind, fault }) => kind !== "completed" && fault?.code !== "RunLost")
      .map(({ region, kind }) => `${region} of ${name} is recorded as ${kind} by ${last.runId}`);
  });
}

const lastLook = (about: readonly ArmCall[], until = ""): ArmCall | undefined =>
  about.findLast(
    (call) => call.method === "GET" && isOurs(call) && isAccepted(call) && call.time <= until,
  );
