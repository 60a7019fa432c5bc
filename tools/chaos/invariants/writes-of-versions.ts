import type { ArmCall, DiskSets } from "../evidence";
import { APP, shortName, versionsPath } from "../plan/world";

/** The body of a PUT of a version, as far as it is judged. */
export interface PutBody {
  tags?: Record<string, string>;
  properties: {
    publishingProfile: {
      excludeFromLatest?: boolean;
      targetRegions: TargetRegionBody[];
    };
    safetyProfile?: { allowDeletionOfReplicatedLocations?: boolean };
  };
}

export interface TargetRegionBody {
  name: string;
  excludeFromLatest?: boolean;
  encryption?: DiskSets;
}

const VERSION = new RegExp(`^${versionsPath}/([^/]+)$`, "i");

/** The version that a call is about, by its number; undefined for calls about other things. */
export const versionOf = ({ path }: Pick<ArmCall, "path">): string | undefined =>
  VERSION.exec(path)?.[1];

/** The call is about a managed disk. */
export const isDisk = ({ path }: Pick<ArmCall, "path">): boolean =>
  /\/providers\/microsoft\.compute\/disks\/[^/]+$/i.test(path);

/** Calls that a fault struck on their arrival have no caller: nobody has looked at their token. */
export const isOurs = ({ caller }: ArmCall): boolean => caller.oid === APP;
export const isForeign = ({ caller }: ArmCall): boolean =>
  caller.oid !== undefined && caller.oid !== APP;

/**
 * Resource Manager has taken the write. One that was cut has a known caller when it was carried out: the
 * stand-in cuts others before it looks at their token.
 */
export const isAccepted = ({ status, caller }: ArmCall): boolean =>
  (status >= 200 && status < 300) || (status === 0 && caller.oid !== undefined);

const WRITES = new Set(["PUT", "PATCH", "DELETE"]);

/** A write of ours to a version that was accepted. */
export const isAcceptedWrite = (call: ArmCall): boolean =>
  WRITES.has(call.method) && versionOf(call) !== undefined && isOurs(call) && isAccepted(call);

/** Names of the regions in a body, short. */
export const regionsIn = (body: PutBody): string[] =>
  body.properties.publishingProfile.targetRegions.map(({ name }) => shortName(name));

/** The run that sent a PUT, and its number among the run's writes. */
export const markOf = ({ tags = {} }: PutBody): { run?: string; write?: string } => {
  const { "gallery-publisher-run": run, "gallery-publisher-write": write } = tags;
  return { ...(run === undefined ? {} : { run }), ...(write === undefined ? {} : { write }) };
};

/** The calls about each version, by its number. */
export function callsByVersion(log: readonly ArmCall[]): Map<string, ArmCall[]> {
  const found = new Map<string, ArmCall[]>();
  for (const call of log) {
    const version = versionOf(call);
    if (version === undefined) continue;
    const calls = found.get(version);
    if (calls === undefined) found.set(version, [call]);
    else calls.push(call);
  }
  return found;
}

interface Answered {
  properties?: { replicationStatus?: { summary?: { region: string; state: string }[] } };
}

/** Regions that an answer tells to be Completed, short. */
export const completedBy = (call: ArmCall | undefined): string[] =>
  ((call?.answer as Answered | undefined)?.properties?.replicationStatus?.summary ?? [])
    .filter(({ state }) => state === "Completed")
    .map(({ region }) => shortName(region));
