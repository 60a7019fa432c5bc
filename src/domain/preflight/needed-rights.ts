import {
  DISK_ENCRYPTION_SET,
  GALLERY,
  groupOf,
  IMAGE_DEFINITION,
  IMAGE_VERSION,
  printArmId,
} from "../arm-id";
import type { ImageVersionBody } from "../plan/image-version-body";
import { directId } from "../encryption/reference";
import { problem, type Problem } from "../problem";
import {
  resourcesOf,
  setUsesOf,
  type ImageSource,
  type PublishRequest,
} from "../request/publish-request";
import { imageVersionId } from "../run/identity";
import { keptRegions } from "./kept-regions";
import type { SourceFacts } from "./source-facts";

/** An action that the app's identity needs on something that a request names. */
export interface NeededRight {
  action: string;
  /** Id of the resource, or of the subscription. */
  id: string;
  /** JSON path in the request of what needs it. */
  path: string;
  /** True where Azure shows less without it, instead of refusing. */
  narrows?: true;
}

/** What the reads have shown: what was read may be read. */
export interface Seen {
  request: PublishRequest;
  gallery: unknown;
  definition: unknown;
  existing: { body: ImageVersionBody } | undefined;
  source: SourceFacts | undefined;
}

const COMPUTE = "Microsoft.Compute";

/**
 * What a source is read by. Machines, disks and snapshots are written to meanwhile; of a storage account
 * its keys are demanded and write, as a contributor has them (Azure's documentation of galleries).
 */
const OF_SOURCE: Record<ImageSource["kind"], readonly string[]> = {
  managedImage: [`${COMPUTE}/images/read`],
  snapshots: [`${COMPUTE}/snapshots/read`, `${COMPUTE}/snapshots/write`],
  managedDisk: [`${COMPUTE}/disks/read`, `${COMPUTE}/disks/write`],
  virtualMachine: [`${COMPUTE}/virtualMachines/read`, `${COMPUTE}/virtualMachines/write`],
  galleryImageVersion: [`${IMAGE_DEFINITION}/read`, `${IMAGE_VERSION}/read`],
  vhd: [
    "Microsoft.Storage/storageAccounts/read",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/write",
  ],
};

/** Every right that a request needs and that no read has shown yet. */
export function neededRights(seen: Seen): NeededRight[] {
  return [...ofTarget(seen), ...ofSource(seen), ...ofEncryptionSets(seen)];
}

function ofTarget({ request, gallery, definition, existing }: Seen): NeededRight[] {
  const { image, rollout } = request;
  const { subscriptionId, resourceGroup } = image;
  const place = { subscriptionId, resourceGroup };
  const galleryId = printArmId({ ...place, type: GALLERY, names: [image.gallery] });
  const names = [image.gallery, image.definition];
  const definitionId = printArmId({ ...place, type: IMAGE_DEFINITION, names });
  // A version that isn't there yet has no roles of its own: its definition is the nearest.
  const versionId = existing === undefined ? definitionId : imageVersionId(image);
  const path = "$.image";
  return [
    ...(gallery === undefined ? [{ action: `${GALLERY}/read`, id: galleryId, path }] : []),
    ...(definition === undefined
      ? [{ action: `${IMAGE_DEFINITION}/read`, id: definitionId, path }]
      : []),
    { action: `${IMAGE_VERSION}/read`, id: versionId, path },
    { action: `${IMAGE_VERSION}/write`, id: versionId, path },
    // A version that was there before is never deleted.
    ...(rollout.onFailure === "rollBack" && existing === undefined
      ? [{ action: `${IMAGE_VERSION}/delete`, id: versionId, path: "$.rollout.onFailure" }]
      : []),
  ];
}

/** What isn't there needs no right; that it isn't there is told elsewhere. */
function ofSource({ request, source }: Seen): NeededRight[] {
  const isGone = (id: string): boolean =>
    source?.resources.some((one) => one.id === id && one.facts === undefined) === true;
  return resourcesOf(request.source)
    .filter(({ id }) => !isGone(id))
    .flatMap((resource) =>
      OF_SOURCE[request.source.kind]
        .filter((action) => source === undefined || !action.endsWith("/read"))
        .map((action) => ({ ...resource, action })),
    );
}

/**
 * Reading disk encryption sets: asked for the first of each resource group, because each set's own
 * read tells about it. A write links the sets of the regions that a version keeps, too. Sets that are
 * found by tags are those of the subscription that may be read.
 */
function ofEncryptionSets({ request, existing }: Seen): NeededRight[] {
  const { image, targetRegions } = request;
  const action = `${DISK_ENCRYPTION_SET}/read`;
  const rights = new Map<string, NeededRight>();
  const add = (right: NeededRight): void => {
    const scope = groupOf(right.id).toLowerCase();
    if (!rights.has(scope)) rights.set(scope, right);
  };
  targetRegions.forEach((region, index) => {
    for (const { path: below, reference } of setUsesOf(region)) {
      const path = `$.targetRegions[${index}].encryption.${below}`;
      const right: NeededRight =
        reference.kind === "tags"
          ? { action, id: `/subscriptions/${image.subscriptionId}`, path, narrows: true }
          : { action, id: directId(reference, image), path };
      add(right);
    }
  });
  const there = existing?.body.publishingProfile.targetRegions ?? [];
  for (const { sets } of keptRegions(request, there))
    for (const { id } of sets) add({ action, id, path: "$.image.version" });
  return [...rights.values()];
}

/** A right that is missing, for people. */
export const missingRight = ({ action, id, path, narrows }: NeededRight): Problem =>
  problem(
    path,
    "MissingPermission",
    narrows === true
      ? `the app's identity may not do ${action} in all of ${id}: sets that it may not read aren't found`
      : `the app's identity may not do ${action} on ${id}`,
    `give the app's identity a role with the action ${action} on ${id}${
      id.includes("/providers/") ? " or its resource group" : ""
    }, wait some minutes, then send the request again`,
  );

/** A right that the resource group doesn't give; whether the resource does would be one read too many. */
export const notAskedFor = ({ action, id, path }: NeededRight): Problem =>
  problem(
    path,
    "MissingPermission",
    `the app's identity may not do ${action} in all of ${groupOf(id)}; whether it may on ${id} was not asked`,
    `make sure that it has a role with the action ${action} there, best on the resource group`,
  );
