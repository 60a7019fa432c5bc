import type { DurableUrls } from "./durable-host";
import { keyQuery, managementLinks, type LinkOptions } from "./management-links";

/** The app's library puts an instance's id in its place. */
const ID_PLACEHOLDER = "INSTANCEID";

/** The JSON text of the `durableClient` input binding. */
export function clientBindingJson(urls: DurableUrls, options: LinkOptions): string {
  const creation = `${urls.webhookBaseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  const key = keyQuery(options);
  return JSON.stringify({
    taskHubName: options.hubName,
    connectionName: null,
    baseUrl: urls.webhookBaseUrl,
    requiredQueryStringParameters: key,
    rpcBaseUrl: urls.rpcBaseUrl,
    httpBaseUrl: null,
    maxGrpcMessageSizeInBytes: null,
    grpcHttpClientTimeout: null,
    creationUrls: {
      createNewInstancePostUri: `${creation}?${key}`,
      createAndWaitOnNewInstancePostUri: `${creation}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${key}`,
    },
    managementUrls: managementLinks(urls.webhookBaseUrl, ID_PLACEHOLDER, options),
  });
}
