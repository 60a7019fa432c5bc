import { ComputeManagementClient } from "@azure/arm-compute";
import type { TokenCredential } from "@azure/core-auth";
import { keepErrorBodies } from "./arm-error";
import { correlationHeaders } from "./correlation";
import { callCounter } from "./count-calls";

export interface ArmSettings {
  endpoint: string;
  scope: string;
  credential: TokenCredential;
}

/** Longest wait for one answer of Resource Manager: a DES GET was seen taking 74 s to time out. */
const CALL_TIMEOUT_MS = 100_000;

/** Clients of Microsoft.Compute, one for each subscription. */
export type ComputeClients = (subscriptionId: string) => ComputeManagementClient;

/**
 * The SDK's own retries are off: it would send a PUT four times on 503, and waits belong to durable
 * timers, where a restart doesn't lose them.
 */
export function createComputeClients(settings: ArmSettings): ComputeClients {
  const clients = new Map<string, ComputeManagementClient>();
  return (subscriptionId) => {
    const key = subscriptionId.toLowerCase();
    const client =
      clients.get(key) ??
      new ComputeManagementClient(settings.credential, subscriptionId, {
        endpoint: settings.endpoint,
        credentials: { scopes: [settings.scope] },
        retryOptions: { maxRetries: 0 },
        additionalPolicies: [
          { policy: keepErrorBodies, position: "perCall" },
          { policy: callCounter, position: "perCall" },
          { policy: correlationHeaders, position: "perCall" },
          {
            policy: {
              name: "callTimeout",
              sendRequest: (request, next) => {
                request.timeout = CALL_TIMEOUT_MS;
                return next(request);
              },
            },
            position: "perCall",
          },
        ],
      });
    clients.set(key, client);
    return client;
  };
}
