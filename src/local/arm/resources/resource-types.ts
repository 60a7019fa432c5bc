import type { ComputeService } from "../compute-service";
import { associatedResources, diskEncryptionSetType } from "./disk-encryption-set";
import { diskType, snapshotType } from "./disk-like";
import { galleryType } from "./gallery";
import { imageDefinitionType } from "./image-definition";
import { imageTemplates, runTemplate } from "./image-template";
import { imageVersions } from "./image-version";
import { keyVaultKeys, keyVaults, keyVersions } from "./key-vault";
import { managedImageType } from "./managed-image";
import { operationStatus } from "./operation-status";
import { permissions } from "./permissions";
import { providers } from "./provider";
import { resourceGroups } from "./resource-group";
import { resourceList } from "./resource-list";
import { resourceSkus } from "./resource-sku";
import type { ResourceType } from "./resource-type";
import { roleAssignments, roleDefinitions } from "./roles";
import { softDeletedVersions } from "./soft-deleted-version";
import { storageAccounts } from "./storage-account";
import { subscriptionLocations, subscriptions, tenants } from "./subscription";
import { trackedResource } from "./tracked-resource";
import { generalize, virtualMachines } from "./virtual-machine";

/** Every type that is served; a new one is added here and nowhere else. */
export function resourceTypes(service: ComputeService): ResourceType[] {
  const tracked = [
    galleryType,
    imageDefinitionType,
    diskEncryptionSetType,
    managedImageType,
    snapshotType,
    diskType,
  ];
  const types = [
    tenants(service),
    subscriptions(service),
    subscriptionLocations,
    resourceGroups(service),
    resourceList(service),
    permissions(service),
    roleAssignments(service),
    roleDefinitions(service),
    resourceSkus(service),
    imageVersions(service),
    softDeletedVersions(service),
    associatedResources(service),
    virtualMachines(service),
    generalize(service),
    keyVaults(service),
    keyVaultKeys(service),
    keyVersions(service),
    storageAccounts(service),
    imageTemplates(service),
    runTemplate(service),
    ...tracked.map((kind) => trackedResource(service, kind)),
    operationStatus(service, "capsOperations"),
    operationStatus(service, "DiskOperations"),
    operationStatus(service, "operations"),
  ];
  return [...types, providers(types)];
}
