import { STORAGE_ACCOUNT } from "../resources/storage-account";
import type { ResourceRecord } from "../world-state";
import { record } from "./entry-records";
import type { StorageAccountEntry } from "./world-schema";

/** A storage account as a record. */
export const storageAccountRecord = (
  entry: StorageAccountEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord =>
  record(
    STORAGE_ACCOUNT.type,
    subscriptionId,
    resourceGroup,
    [entry.name],
    entry,
    {
      primaryLocation: entry.location,
      statusOfPrimary: "available",
      primaryEndpoints: { blob: `https://${entry.name}.blob.core.windows.net/` },
    },
    { kind: "StorageV2", sku: { name: "Standard_LRS", tier: "Standard" } },
  );
