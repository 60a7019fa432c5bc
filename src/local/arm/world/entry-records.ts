import { keyOf, resourceId } from "../arm-id";
import type { JsonObject } from "../json";
import { galleryUniqueName } from "../resources/gallery";
import { featureOf } from "../resources/image-definition";
import { skuOf } from "../resources/disk-like";
import { setIdentity } from "../resources/set-identity";
import type { ResourceRecord } from "../world-state";
import { inventedKeyUrl } from "./invented-key-url";
import type { GalleryPlace } from "./name-book";
import type {
  DefinitionEntry,
  DiskEntry,
  EncryptionSetEntry,
  GalleryEntry,
  ImageEntry,
} from "./world-schema";

interface Common {
  location: string;
  tags?: Record<string, string> | undefined;
  createdAt?: string | undefined;
}

/** When resources of the world were made that don't say it. */
const LONG_AGO = "2026-01-01T00:00:00.000Z";

/** The id of what an entry names: in its own resource group, unless it gives a whole id. */
export const namedId = (
  type: string,
  subscriptionId: string,
  resourceGroup: string,
  name: string,
) =>
  name.startsWith("/")
    ? name
    : resourceId(subscriptionId, resourceGroup, `Microsoft.Compute/${type}`, [name]);

/** A record of a resource that has been there for long. */
export function record(
  type: string,
  subscriptionId: string,
  resourceGroup: string,
  names: string[],
  { location, tags, createdAt = LONG_AGO }: Common,
  properties: JsonObject,
  more?: JsonObject,
): ResourceRecord {
  const id = resourceId(subscriptionId, resourceGroup, type, names);
  return {
    key: keyOf(id),
    id,
    name: names.at(-1) ?? "",
    type,
    location,
    ...(tags === undefined ? {} : { tags }),
    ...(more === undefined ? {} : { more }),
    properties: { provisioningState: "Succeeded", ...properties },
    createdAt,
  };
}

/** A gallery as a record. */
export const galleryRecord = (
  entry: GalleryEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord =>
  record("Microsoft.Compute/galleries", subscriptionId, resourceGroup, [entry.name], entry, {
    ...(entry.description === undefined ? {} : { description: entry.description }),
    identifier: { uniqueName: galleryUniqueName(subscriptionId, entry.name) },
    ...(entry.sharing === undefined ? {} : { sharingProfile: { permissions: entry.sharing } }),
    provisioningState: entry.provisioningState,
    ...(entry.softDelete ? { softDeletePolicy: { isSoftDeleteEnabled: true } } : {}),
  });

/** An image definition as a record. */
export function definitionRecord(entry: DefinitionEntry, gallery: GalleryPlace): ResourceRecord {
  const { osType, osState, hyperVGeneration, architecture, features, purchasePlan } = entry;
  return record(
    "Microsoft.Compute/galleries/images",
    gallery.subscriptionId,
    gallery.resourceGroup,
    [gallery.name, entry.name],
    { location: entry.location ?? gallery.location, tags: entry.tags },
    {
      osType,
      osState,
      hyperVGeneration,
      architecture,
      identifier: entry.identifier ?? {
        publisher: "local",
        offer: gallery.name,
        sku: entry.name,
      },
      ...(features === undefined ? {} : { features: features.map(featureOf) }),
      ...(purchasePlan === undefined ? {} : { purchasePlan }),
      provisioningState: entry.provisioningState,
    },
  );
}

/** A disk encryption set as a record; its key is invented where none is given. */
export function encryptionSetRecord(
  entry: EncryptionSetEntry,
  subscriptionId: string,
  resourceGroup: string,
  tenantId: string,
): ResourceRecord {
  const { encryptionType, sourceVault, autoKeyRotationError, federatedClientId } = entry;
  const keyUrl = entry.keyUrl ?? inventedKeyUrl(entry);
  return record(
    "Microsoft.Compute/diskEncryptionSets",
    subscriptionId,
    resourceGroup,
    [entry.name],
    entry,
    {
      encryptionType,
      activeKey: {
        ...(sourceVault === undefined ? {} : { sourceVault: { id: sourceVault } }),
        keyUrl,
      },
      previousKeys: [],
      rotationToLatestKeyVersionEnabled: entry.rotationToLatestKeyVersionEnabled,
      ...(autoKeyRotationError === undefined ? {} : { autoKeyRotationError }),
      ...(federatedClientId === undefined ? {} : { federatedClientId }),
      provisioningState: entry.provisioningState,
    },
    { identity: identityOf(entry, subscriptionId, resourceGroup, tenantId) },
  );
}

function identityOf(
  { name, userAssignedIdentity: assigned }: EncryptionSetEntry,
  subscriptionId: string,
  resourceGroup: string,
  tenantId: string,
): JsonObject {
  const idOf = (type: string, of: string): string =>
    resourceId(subscriptionId, resourceGroup, type, [of]);
  const given =
    assigned === undefined
      ? { type: "SystemAssigned" }
      : {
          type: "UserAssigned",
          userAssignedIdentities: {
            [idOf("Microsoft.ManagedIdentity/userAssignedIdentities", assigned)]: {},
          },
        };
  return setIdentity(given, idOf("Microsoft.Compute/diskEncryptionSets", name), tenantId);
}

/** A managed image as a record. */
export function imageRecord(
  entry: ImageEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord {
  const encryption = (set: string | undefined): JsonObject =>
    set === undefined
      ? {}
      : {
          diskEncryptionSet: {
            id: namedId("diskEncryptionSets", subscriptionId, resourceGroup, set),
          },
        };
  return record("Microsoft.Compute/images", subscriptionId, resourceGroup, [entry.name], entry, {
    hyperVGeneration: entry.hyperVGeneration,
    storageProfile: {
      osDisk: {
        osType: entry.osDisk.osType,
        osState: entry.osDisk.osState,
        diskSizeGB: entry.osDisk.sizeGb,
        caching: "ReadWrite",
        storageAccountType: "Standard_LRS",
        ...encryption(entry.osDisk.encryptionSet),
      },
      dataDisks: entry.dataDisks.map(({ lun, sizeGb, encryptionSet }) => ({
        lun,
        diskSizeGB: sizeGb,
        caching: "None",
        storageAccountType: "Standard_LRS",
        ...encryption(encryptionSet),
      })),
      zoneResilient: false,
    },
  });
}

/** A snapshot or a managed disk as a record. */
export const diskRecord =
  (type: string) =>
  (entry: DiskEntry, subscriptionId: string, resourceGroup: string): ResourceRecord => {
    const { osType, hyperVGeneration, encryptionSet, securityType, sku, purchasePlan } = entry;
    const encryption =
      encryptionSet === undefined
        ? { type: "EncryptionAtRestWithPlatformKey" }
        : {
            type: "EncryptionAtRestWithCustomerKey",
            diskEncryptionSetId: namedId(
              "diskEncryptionSets",
              subscriptionId,
              resourceGroup,
              encryptionSet,
            ),
          };
    return record(
      type,
      subscriptionId,
      resourceGroup,
      [entry.name],
      entry,
      {
        ...(osType === undefined ? {} : { osType }),
        ...(hyperVGeneration === undefined ? {} : { hyperVGeneration }),
        ...(securityType === undefined ? {} : { securityProfile: { securityType } }),
        ...(purchasePlan === undefined ? {} : { purchasePlan }),
        // The REST contract demands it; the world doesn't say how its disks came to be.
        creationData: { createOption: "Empty" },
        diskSizeGB: entry.sizeGb,
        encryption,
        diskState: "Unattached",
        timeCreated: entry.createdAt ?? LONG_AGO,
      },
      { sku: skuOf(sku) },
    );
  };
