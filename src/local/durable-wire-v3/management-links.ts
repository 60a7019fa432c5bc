/** Path of the public Durable HTTP API. */
export const WEBHOOK_PATH = "/runtime/webhooks/durabletask";

/** Name of the setting that holds the storage account, as links name it. */
const CONNECTION_NAME = "AzureWebJobsStorage";

export interface LinkOptions {
  hubName: string;
  webhookKey: string;
}

/** URLs by which an instance is looked at and steered; `id` stands in them escaped. */
export interface ManagementLinks {
  id: string;
  statusQueryGetUri: string;
  sendEventPostUri: string;
  terminatePostUri: string;
  rewindPostUri: string;
  purgeHistoryDeleteUri: string;
  restartPostUri: string;
  suspendPostUri: string;
  resumePostUri: string;
}

/** The key as links carry it; it may be any text. */
export function keyQuery({ webhookKey }: LinkOptions): string {
  return `code=${encodeURIComponent(webhookKey)}`;
}

/** @param webhookBaseUrl without a slash at the end. */
export function managementLinks(
  webhookBaseUrl: string,
  instanceId: string,
  options: LinkOptions,
): ManagementLinks {
  const instance = `${webhookBaseUrl}/instances/${urlEncode(instanceId)}`;
  const query = `taskHub=${options.hubName}&connection=${CONNECTION_NAME}&${keyQuery(options)}`;
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** .NET's WebUtility.UrlEncode. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll("'", "%27")
    .replaceAll("~", "%7E");
}

/** .NET's WebUtility.UrlDecode of a path segment that the server has decoded once. */
export function urlDecode(segment: string): string {
  return decodeURIComponent(segment).replaceAll("+", " ");
}
