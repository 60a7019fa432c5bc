import type { OperationState } from "../azure/operations";
import { fault } from "../domain/fault";
import { isInFlight } from "../domain/run/in-flight";
import type { ImageTarget } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import type { ReplicationReading } from "../domain/run/replication";
import type { Signal } from "../domain/run/signals";
import type { ActivityDependencies, RunRef } from "./dependencies";
import { plannedRegions } from "./planned-regions";
import { readingOf } from "./reading-of";
import { isTrouble, settle, settleAll, type Trouble } from "./settle";

export interface ReadReplicationInput extends Pick<
  RunRef,
  "publicationId" | "runId" | "traceParent"
> {
  image: ImageTarget;
  operationUrl?: string;
}
export interface Reading {
  kind: "reading";
  reading: ReplicationReading;
  /** Somebody has cancelled the run. */
  cancelled?: Signal;
}

/**
 * One GET for all regions; the operation is asked only when the version ended Failed, and what was planned only once
 * nothing is in flight any more: then the regions are judged.
 */
export function readReplication({ documents, imageVersions, records }: ActivityDependencies) {
  return ({ image, operationUrl, ...run }: ReadReplicationInput): Promise<Reading | Trouble> =>
    settle(async (): Promise<Reading | Trouble> => {
      const [version, signals] = await Promise.all([
        imageVersions.get(image),
        // Azure goes on with what it has accepted while our store is away.
        settleAll(() => records.signals(run.publicationId, run.runId)),
      ]);
      if (isTrouble(signals)) return signals;
      const { cancel } = signals;
      if (version === undefined)
        return {
          kind: "failed",
          fault: fault(
            "VersionVanished",
            "operator",
            `${imageVersionId(image)} was deleted while its regions were replicating`,
            "find who deleted it (activity log), then run the request again",
          ),
        };
      const planned = isInFlight(version.provisioningState)
        ? []
        : await settleAll(() => plannedRegions({ documents }, run));
      if (isTrouble(planned)) return planned;
      const failed = version.provisioningState.toLowerCase() === "failed";
      const told =
        failed && operationUrl !== undefined
          ? await operationTold(() => imageVersions.readOperation(image, operationUrl))
          : {};
      return {
        kind: "reading",
        ...(cancel === undefined ? {} : { cancelled: cancel }),
        reading: {
          ...readingOf(version, planned),
          ...told,
        },
      };
    });
}

/** What the regions say counts without the operation's own error: that it can't be read takes nothing from them. */
async function operationTold(
  read: () => Promise<OperationState | undefined>,
): Promise<Pick<ReplicationReading, "operationFault" | "operationUnread">> {
  const operation = await settle(read);
  if (operation === undefined || operation.fault === undefined) return {};
  return isTrouble(operation)
    ? { operationUnread: operation.fault }
    : { operationFault: operation.fault };
}
