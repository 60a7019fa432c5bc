import type { ArmCall, Evidence, VersionView } from "../../../../tools/chaos/evidence";
import { APP, SOMEBODY, targetRegion, versionPath } from "../../../../tools/chaos/plan/world";

export const VERSION = "1.0.0";
export const RUN = "run-1";
export const PUBLICATION = "publication-1";

interface Put {
  write?: number;
  regions?: string[];
  flag?: boolean;
  excluded?: boolean;
  status?: number;
  by?: "app" | "somebody";
}

const BEGIN_MS = Date.parse("2026-11-24T15:00:00.000Z");
/** After every call. */
const ENDED_AT = "2026-11-24T16:00:00.000Z";
let calls = 0;

/** A call about the version; `by` is the app unless somebody else is meant. */
export const call = (method: string, more: Partial<ArmCall> & Pick<Put, "by"> = {}): ArmCall => {
  const { by = "app", ...rest } = more;
  const caller = by === "app" ? { oid: APP } : { oid: SOMEBODY.oid };
  const time = new Date(BEGIN_MS + ++calls).toISOString();
  return { number: calls, time, method, path: versionPath(VERSION), caller, status: 200, ...rest };
};

/** A PUT of the version, out of latest and with a closed flag. */
export function put({ write = 1, regions = ["westus"], ...more }: Put = {}): ArmCall {
  const { flag = false, excluded = true, status = 200, by = "app" } = more;
  const body = {
    tags: { "gallery-publisher-run": RUN, "gallery-publisher-write": String(write) },
    properties: {
      publishingProfile: { excludeFromLatest: excluded, targetRegions: regions.map(targetRegion) },
      safetyProfile: { allowDeletionOfReplicatedLocations: flag },
    },
  };
  return call("PUT", { body, status, by });
}

/** A GET that tells which regions are Completed. */
export const look = (...completed: string[]): ArmCall =>
  call("GET", {
    answer: {
      properties: {
        replicationStatus: {
          summary: completed.map((region) => ({ region, state: "Completed" })),
        },
      },
    },
  });

export const region = (name: string): VersionView["regions"][number] => ({
  ...{ name, excludeFromLatest: false, state: "Completed" },
  encryption: targetRegion(name).encryption,
});

export const version = (more: Partial<VersionView> = {}): VersionView => ({
  ...{ name: VERSION, provisioningState: "Succeeded" },
  tags: { "gallery-publisher-run": RUN },
  ...{ excludeFromLatest: false, allowsDeletion: false },
  regions: [region("westus")],
  ...more,
});

/** One request that was published as it should be. */
export function soundEvidence(): Evidence {
  const requestId = "request-1";
  return {
    accepted: [{ requestId, version: VERSION }],
    wanted: [{ requestId, version: VERSION, regions: ["westus"], required: "all" }],
    log: [put({ status: 201 }), look("westus"), put({ write: 2, excluded: false }), look("westus")],
    versions: [version()],
    disks: [],
    rows: {
      publications: [
        { id: PUBLICATION, imageId: versionPath(VERSION), state: "published", runId: RUN },
      ],
      runs: [
        {
          ...{ partitionKey: PUBLICATION, runId: RUN, requestId },
          ...{ fingerprint: "f", state: "published", endedAt: ENDED_AT },
        },
      ],
      requests: [{ requestId, publicationId: PUBLICATION, runId: RUN }],
      failures: [],
    },
    outcomes: [{ runId: RUN, regions: [{ region: "westus", kind: "completed" }] }],
    ...{ queued: [], deadLetters: [], goingOn: [] },
    events: [`${RUN}.accepted`, `${RUN}.published`],
  };
}
