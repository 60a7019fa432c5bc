import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { objectAt } from "../json";
import type { SoftDeletedRecord } from "../world-state";

/** Whether versions of this gallery can be restored after their deletion. */
export function hasSoftDelete({ state }: ComputeService, versionId: string): boolean {
  const gallery = state.resources.get(keyOf(versionId.split("/").slice(0, -4).join("/")));
  return objectAt(gallery?.properties, "softDeletePolicy")["isSoftDeleteEnabled"] === true;
}

/** Soft-deleted versions that keep what they lie in from being deleted: while the policy is on. */
export const softDeletedIn = (service: ComputeService, key: string): { id: string }[] =>
  service.state.softDeleted
    .all()
    .filter((one) => one.key.startsWith(`${key}/`))
    .map(({ version }) => version)
    .filter(({ id }) => hasSoftDelete(service, id));

/** A soft-deleted version as the service lists it. */
export function softDeletedView({ version, softDeletedTime }: SoftDeletedRecord) {
  const [gallery, [definition]] = [
    version.id.split("/images/")[0],
    version.id.split("/").slice(-3),
  ];
  return {
    name: version.name,
    id: `${gallery ?? ""}/softDeletedArtifactTypes/Images/artifacts/${definition ?? ""}/versions/${version.name}`,
    type: "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions",
    location: version.location,
    properties: {
      resourceArmId: version.id,
      softDeletedArtifactType: "Images",
      softDeletedTime,
    },
  };
}
