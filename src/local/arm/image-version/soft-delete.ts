import { keyOf, parseResourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { locationChange } from "../errors";
import { objectAt } from "../json";
import type { OperationRecord } from "../operations";
import { shortRegionName } from "../region-name";
import type { SoftDeletedRecord } from "../world-state";
import { versionSoftDeleted } from "./refusals";
import type { VersionBody } from "./version-body";

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

/**
 * Brings a soft-deleted version back, as a PUT with only location and tags asks for (or one with
 * `restore`, as newer clients send it).
 * @throws {ArmError} when the body is that of a new version, or names another location
 */
export function restored(
  service: ComputeService,
  { version }: SoftDeletedRecord,
  { location, tags, properties: { publishingProfile, storageProfile, restore } = {} }: VersionBody,
): OperationRecord {
  const { subscriptionId = "", resourceGroup = "" } = parseResourceId(version.id) ?? {};
  const hasNothing =
    publishingProfile === undefined && Object.keys(storageProfile ?? {}).length === 0;
  if (restore !== true && !hasNothing) throw versionSoftDeleted(version.name);
  const wanted = shortRegionName(location ?? version.location);
  if (wanted !== version.location)
    throw locationChange(version.name, resourceGroup, version.location, wanted);
  const operation = service.operations.start({
    endpoint: "capsOperations",
    subscriptionId,
    location: version.location,
    resourceKey: version.key,
    intent: "write",
    endMs: service.clock.serviceMs() + service.timing.updateSeconds * 1000,
  });
  service.state.versions.put({
    ...version,
    ...(tags === undefined ? {} : { tags }),
    operation: operation.key,
    properties: { ...version.properties, provisioningState: "Updating" },
  });
  service.state.softDeleted.delete(version.key);
  return operation;
}

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
