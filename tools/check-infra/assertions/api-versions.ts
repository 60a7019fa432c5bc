import type { Assertion } from "./assertion";

/**
 * The version of each type. Not the newest ones, which may not be in every region yet; galleries of
 * 2026-03-03 would also block deletion by default. A new type is entered here, with a look at what of it lets
 * people in (`required-values.ts`).
 */
export const API_VERSIONS: Readonly<Record<string, string>> = {
  "Microsoft.Authorization/roleAssignments": "2022-04-01",
  "Microsoft.Authorization/roleDefinitions": "2022-04-01",
  "Microsoft.Compute/diskEncryptionSets": "2025-01-02",
  "Microsoft.Compute/galleries": "2025-12-03",
  "Microsoft.Compute/galleries/images": "2025-12-03",
  "Microsoft.DurableTask/schedulers": "2025-11-01",
  "Microsoft.DurableTask/schedulers/taskHubs": "2025-11-01",
  "Microsoft.Insights/actionGroups": "2023-01-01",
  "Microsoft.Insights/components": "2020-02-02",
  "Microsoft.Insights/metricAlerts": "2018-03-01",
  "Microsoft.Insights/scheduledQueryRules": "2023-12-01",
  "Microsoft.KeyVault/vaults": "2025-05-01",
  "Microsoft.KeyVault/vaults/keys": "2025-05-01",
  "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
  "Microsoft.Network/privateDnsZones": "2024-06-01",
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "2024-06-01",
  "Microsoft.Network/privateEndpoints": "2025-05-01",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": "2025-05-01",
  "Microsoft.Network/virtualNetworks": "2025-05-01",
  "Microsoft.OperationalInsights/workspaces": "2025-07-01",
  "Microsoft.Resources/resourceGroups": "2025-04-01",
  "Microsoft.ServiceBus/namespaces": "2024-01-01",
  "Microsoft.ServiceBus/namespaces/queues": "2024-01-01",
  "Microsoft.ServiceBus/namespaces/topics": "2024-01-01",
  "Microsoft.ServiceBus/namespaces/topics/subscriptions": "2024-01-01",
  "Microsoft.Storage/storageAccounts": "2025-08-01",
  "Microsoft.Storage/storageAccounts/blobServices": "2025-08-01",
  "Microsoft.Storage/storageAccounts/blobServices/containers": "2025-08-01",
  "Microsoft.Web/serverfarms": "2025-03-01",
  "Microsoft.Web/sites": "2025-03-01",
  "Microsoft.Web/sites/config": "2025-03-01",
};

export const apiVersions: Assertion = {
  name: "api versions",
  check: ({ deployments }) => [
    ...deployments.flatMap(({ name, resources }) =>
      resources
        .filter(({ type, apiVersion }) => API_VERSIONS[type] !== apiVersion)
        .map(
          ({ type, apiVersion }) =>
            `${name}: ${type} of ${apiVersion}, not ${API_VERSIONS[type] ?? "a type of the list"}`,
        ),
    ),
    ...Object.keys(API_VERSIONS)
      .filter(
        (type) => !deployments.some(({ resources }) => resources.some((one) => one.type === type)),
      )
      .map((type) => `no deployment has a ${type}`),
  ],
};
