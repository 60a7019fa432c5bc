import type { ArmReply } from "./arm-message";
import { queryParameter } from "./arm-message";

/** From this api-version on the answer is a list of clouds; before, it is one object. */
const LIST_SINCE = "2019-05-01";
const AUDIENCES = ["https://management.core.windows.net/", "https://management.azure.com/"];

interface MetadataCall {
  method: string;
  path: string;
  query: URLSearchParams;
  origin: string;
}

/**
 * What a cloud tells of itself to whoever asks, without a token: where to log in and for which
 * audience. The login ends in `/adfs`: clients then look no further for their authority.
 * @returns undefined for any other call
 */
export function metadataEndpoints(call: MetadataCall, loginUrl: string): ArmReply | undefined {
  if (!/^\/metadata\/endpoints\/?$/i.test(call.path) || call.method !== "GET") return undefined;
  const authentication = { loginEndpoint: `${loginUrl}/adfs`, audiences: AUDIENCES };
  const { origin } = call;
  const apiVersion = queryParameter(call.query, "api-version") ?? "";
  if (apiVersion < LIST_SINCE)
    return {
      status: 200,
      body: {
        galleryEndpoint: origin,
        graphEndpoint: origin,
        portalEndpoint: origin,
        authentication,
      },
    };
  const cloud = {
    name: "AzureLocal",
    portal: origin,
    resourceManager: origin,
    gallery: origin,
    graph: origin,
    graphAudience: origin,
    authentication: { ...authentication, tenant: "adfs", identityProvider: "ADFS" },
    suffixes: { keyVaultDns: "vault.azure.net", storage: "core.windows.net" },
  };
  return { status: 200, body: [cloud] };
}
