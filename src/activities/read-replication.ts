import { fault } from "../domain/fault";
import { unencryptedDisks } from "../domain/plan/version-disks";
import { regionName } from "../domain/region-name";
import type { ImageTarget } from "../domain/request/publish-request";
import { imageVersionId } from "../domain/run/identity";
import type { ReplicationReading } from "../domain/run/replication";
import type { ActivityDependencies } from "./dependencies";
import { settle, type Trouble } from "./settle";

export interface ReadReplicationInput {
  image: ImageTarget;
  operationUrl?: string;
}
export interface Reading {
  kind: "reading";
  reading: ReplicationReading;
}

/** One GET for all regions; the operation is asked only when the version ended Failed. */
export function readReplication({ imageVersions }: ActivityDependencies) {
  return ({ image, operationUrl }: ReadReplicationInput): Promise<Reading | Trouble> =>
    settle(async (): Promise<Reading | Trouble> => {
      const version = await imageVersions.get(image);
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
      const unencrypted = unencryptedDisks(version);
      const failed = version.provisioningState.toLowerCase() === "failed";
      const operation =
        failed && operationUrl !== undefined
          ? await imageVersions.readOperation(image, operationUrl)
          : undefined;
      return {
        kind: "reading",
        reading: {
          provisioningState: version.provisioningState,
          targetRegions: version.body.publishingProfile.targetRegions.map((region) =>
            regionName(region.name),
          ),
          summary: version.summary,
          ...(unencrypted.length === 0 ? {} : { unencrypted }),
          ...(operation?.fault === undefined ? {} : { operationFault: operation.fault }),
        },
      };
    });
}
