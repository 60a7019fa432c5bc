import type { ArmCall, Evidence } from "../evidence";
import { shortName } from "../plan/world";
import type { Invariant } from "./invariant";
import { hasSetsOf } from "./sets";
import {
  callsByVersion,
  completedBy,
  isAccepted,
  isAcceptedWrite,
  isForeign,
  markOf,
  regionsIn,
  type PutBody,
} from "./writes-of-versions";

/** What must hold of every call to Resource Manager, read from its log. */
export const WRITE_INVARIANTS: Invariant[] = [
  { name: "each write is accepted once", violations: acceptedTwice },
  { name: "only the right sets are sent", violations: wrongSetsSent },
  { name: "the safety flag is opened for removals only", violations: flagOpenedForNothing },
  { name: "nothing Completed is removed or deleted", violations: completedRemoved },
  { name: "nothing that was in latest is deleted", violations: latestDeleted },
];

/** Ours, and its body; PATCH isn't used. */
const isPut = (call: ArmCall): call is ArmCall & { body: PutBody } =>
  call.method === "PUT" && call.body !== undefined;

/** A run numbers its writes. One that was accepted is adopted; only a version that is gone is written again. */
function acceptedTwice({ log }: Evidence): string[] {
  return [...callsByVersion(log)].flatMap(([version, calls]) => {
    const before = new Map<string, ArmCall>();
    return calls.flatMap((call) => {
      if (call.method === "DELETE" && isAccepted(call)) before.clear();
      if (!isAcceptedWrite(call) || !isPut(call)) return [];
      const { run, write } = markOf(call.body);
      const key = `write ${write} of run ${run}`;
      const first = before.get(key);
      before.set(key, call);
      return first === undefined
        ? []
        : [
            `two PUTs of the same write were accepted: ${key} to ${version}, calls ${first.number} and ${call.number}`,
          ];
    });
  });
}

function wrongSetsSent({ log }: Evidence): string[] {
  return [...callsByVersion(log)].flatMap(([version, calls]) =>
    calls
      .filter(isAcceptedWrite)
      .filter(isPut)
      .flatMap(({ number, body }) =>
        body.properties.publishingProfile.targetRegions
          .filter(({ name, encryption = {} }) => !hasSetsOf(shortName(name), encryption))
          .map(({ name }) => `call ${number} wrote ${version} with wrong sets in ${name}`),
      ),
  );
}

const opensFlag = ({ properties }: PutBody): boolean =>
  properties.safetyProfile?.allowDeletionOfReplicatedLocations === true;

/** An additive write with an open flag could lose what somebody else has added. */
function flagOpenedForNothing({ log }: Evidence): string[] {
  return withRegionsBefore(log, (version, call, before) =>
    opensFlag(call.body) && before.every((region) => regionsIn(call.body).includes(region))
      ? [`call ${call.number} opened the safety flag of ${version} and removed nothing`]
      : [],
  );
}

/** Our accepted PUTs, each with the regions that the version had before it. */
function withRegionsBefore(
  log: readonly ArmCall[],
  judge: (version: string, call: ArmCall & { body: PutBody }, before: string[]) => string[],
): string[] {
  return [...callsByVersion(log)].flatMap(([version, calls]) => {
    let regions: string[] = [];
    return calls.flatMap((call) => {
      if (call.method === "DELETE" && isAccepted(call)) regions = [];
      if (!isPut(call) || !isAccepted(call)) return [];
      const before = regions;
      regions = regionsIn(call.body);
      return isForeign(call) ? [] : judge(version, call, before);
    });
  });
}

/** Regions that Azure has told are Completed, until somebody else takes them away. */
function completedRemoved({ log }: Evidence): string[] {
  return [...callsByVersion(log)].flatMap(([version, calls]) => {
    const completed = new Set<string>();
    let regions: string[] = [];
    return calls.flatMap((call) => {
      if (call.method === "GET") {
        // Who writes right after a look stands in the log before it: what he took isn't there any more.
        for (const region of completedBy(call)) if (regions.includes(region)) completed.add(region);
        return [];
      }
      if (isPut(call) && isAccepted(call)) regions = regionsIn(call.body);
      const lost = lostBy(call, completed);
      for (const region of lost) completed.delete(region);
      if (lost.length === 0 || isForeign(call)) return [];
      return [
        `call ${call.number} (${call.method}) took ${lost.join(", ")} of ${version}, which were Completed`,
      ];
    });
  });
}

function lostBy(call: ArmCall, completed: ReadonlySet<string>): string[] {
  if (!isAccepted(call)) return [];
  if (call.method === "DELETE") return [...completed];
  if (!isPut(call)) return [];
  const left = regionsIn(call.body);
  return [...completed].filter((region) => !left.includes(region));
}

function latestDeleted({ log }: Evidence): string[] {
  return [...callsByVersion(log)].flatMap(([version, calls]) => {
    let wasInLatest = false;
    return calls.flatMap((call) => {
      if (!isAccepted(call)) return [];
      if (isPut(call) && call.body.properties.publishingProfile.excludeFromLatest !== true)
        wasInLatest = true;
      if (call.method !== "DELETE") return [];
      const violates = wasInLatest && !isForeign(call);
      wasInLatest = false;
      return violates ? [`call ${call.number} deleted ${version}, which had been in latest`] : [];
    });
  });
}
