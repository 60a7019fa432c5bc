import {
  newestSingle,
  newestSnapshotSet,
  newestVersion,
  type Newest,
} from "../domain/schedule/newest-source";
import type { Schedule } from "../domain/schedule/schedule";
import {
  sourceFingerprint,
  versionsFrom,
  type MadeVersion,
} from "../domain/schedule/source-fingerprint";
import { ArmError } from "./arm-error";
import { present } from "../domain/present";
import type { DefinitionVersions } from "./definition-versions";
import { refusal, type Refusal } from "./refusal";
import type { SourceCandidates } from "./source-candidates";

/** What a look for a schedule's source comes to. */
export type Found =
  | {
      kind: "found";
      source: Record<string, unknown>;
      fingerprint: string;
      /** Versions of the definition that are made from it already; absent for none. */
      versions?: MadeVersion[];
      /** What else there is, and isn't taken. */
      passedOver?: string;
    }
  | Refusal;

/** Finds a schedule's newest source, and the versions that are made from it. */
export interface SourceFinding {
  find(schedule: Schedule): Promise<Found>;
}

interface Readers {
  candidates: SourceCandidates;
  versions: DefinitionVersions;
}

export function createSourceFinding(readers: Readers): SourceFinding {
  return {
    async find(schedule) {
      try {
        const newest = await findNewest(readers, schedule);
        if ("problem" in newest) return { kind: "finding", ...newest };
        const fingerprint = sourceFingerprint(newest);
        const versions = versionsFrom(fingerprint, await readers.versions.list(schedule.image));
        return {
          kind: "found",
          source: newest.source,
          fingerprint,
          ...present({ passedOver: newest.passedOver }),
          ...(versions.length === 0 ? {} : { versions }),
        };
      } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        return refusal(error.fault, "$.source");
      }
    },
  };
}

async function findNewest(
  { candidates, versions }: Readers,
  { source }: Schedule,
): Promise<Newest> {
  switch (source.by) {
    case "byTag":
    case "namePrefix":
      return newestSingle(source, await candidates.list(source.kind, source));
    case "newestVersionOf":
      return newestVersion(source, await versions.list(source));
    case "newestSnapshotSet":
      return newestSnapshotSet(source, await candidates.list("snapshot", source));
  }
}
