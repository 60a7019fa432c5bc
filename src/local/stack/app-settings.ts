/** Where the function app finds what it depends on. */
export interface AppSurroundings {
  armUrl: string;
  /** Of the world: locally, everything in it may be published to. */
  subscriptionIds: string[];
  caFile: string;
  identityEndpoint: string;
  identityHeader: string;
  identityClientId: string;
  serviceBusConnectionString: string;
  blobEndpoint: string;
  queueEndpoint: string;
  tableEndpoint: string;
}

/** Azurite's account and key, published by Microsoft: a secret to nobody. */
export const STORAGE_ACCOUNT = "devstoreaccount1";
export const STORAGE_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/**
 * The app settings that in Azure come from the infrastructure. `local.settings.sample.json` has the
 * same keys, for Core Tools; a test keeps them equal.
 */
export function appSettings(around: AppSurroundings): Record<string, string> {
  return {
    FUNCTIONS_WORKER_RUNTIME: "node",
    AzureWebJobsStorage: storageConnectionString(around),
    ServiceBusConnection: around.serviceBusConnectionString,
    PUBLISH_REQUESTS_QUEUE: "publish-requests",
    PUBLICATION_EVENTS_TOPIC: "publication-events",
    ARM_ENDPOINT: around.armUrl,
    ARM_SCOPE: "https://management.azure.com/.default",
    ALLOWED_SUBSCRIPTIONS: around.subscriptionIds.join(","),
    ALLOWED_GALLERIES: around.subscriptionIds.map(allGalleries).join(","),
    ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: around.subscriptionIds.join(","),
    AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    IDENTITY_ENDPOINT: around.identityEndpoint,
    IDENTITY_HEADER: around.identityHeader,
    AZURE_CLIENT_ID: around.identityClientId,
    NODE_EXTRA_CA_CERTS: around.caFile,
    STORAGE_TABLE_ENDPOINT: around.tableEndpoint,
    STORAGE_BLOB_ENDPOINT: around.blobEndpoint,
    // The clock of the local Azure runs fast, so looking as seldom as in Azure would miss the show.
    WATCH_MIN_INTERVAL_SECONDS: "1",
    WATCH_MAX_INTERVAL_SECONDS: "5",
    WATCH_STALLED_AFTER_SECONDS: "60",
    RECONCILE_SCHEDULE: "*/10 * * * * *",
    RECONCILE_SETTLE_SECONDS: "5",
    VERIFICATION_RESOURCE_GROUP: "verifications",
  };
}

const allGalleries = (subscriptionId: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/*/providers/Microsoft.Compute/galleries/*`;

function storageConnectionString(around: AppSurroundings): string {
  return [
    "DefaultEndpointsProtocol=https",
    `AccountName=${STORAGE_ACCOUNT}`,
    `AccountKey=${STORAGE_KEY}`,
    `BlobEndpoint=${around.blobEndpoint}`,
    `QueueEndpoint=${around.queueEndpoint}`,
    `TableEndpoint=${around.tableEndpoint}`,
    "",
  ].join(";");
}
