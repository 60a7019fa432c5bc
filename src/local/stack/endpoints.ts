import type { AppSurroundings } from "./app-settings";
import type { Endpoints, PartEndpoints } from "./endpoints-file";
import type { Part } from "./parts";
import { armRequestLog, type StackSetup } from "./programs";

/** A fact of a part that runs; undefined when it isn't one of this run. */
export type ReadFact = (part: Part, fact: string) => string | undefined;

/** Which fact of which part each endpoint is. */
const SOURCES: Record<keyof PartEndpoints, [part: Part, fact: string]> = {
  functionsUrl: ["functions-host", "url"],
  functionsKey: ["functions-host", "functionsKey"],
  masterKey: ["functions-host", "masterKey"],
  armUrl: ["arm", "url"],
  armControlUrl: ["arm", "controlUrl"],
  identityEndpoint: ["identity", "endpoint"],
  identityHeader: ["identity", "identityHeader"],
  identityClientId: ["identity", "appClientId"],
  loginUrl: ["identity", "loginUrl"],
  tenantId: ["identity", "tenantId"],
  clientId: ["identity", "clientId"],
  clientSecret: ["identity", "clientSecret"],
  serviceBusConnectionString: ["service-bus", "connectionString"],
  blobEndpoint: ["storage", "blobEndpoint"],
  queueEndpoint: ["storage", "queueEndpoint"],
  tableEndpoint: ["storage", "tableEndpoint"],
};

/** Everything that is known of a running stack. */
export function endpointsOf(
  { certificates, names, state }: StackSetup,
  fact: ReadFact,
  pids: Record<string, number>,
): Endpoints {
  const said = Object.entries(SOURCES).map(([name, [part, key]]) => [name, fact(part, key)]);
  return {
    ...(Object.fromEntries(said.filter(([, value]) => value !== undefined)) as PartEndpoints),
    armCaFile: certificates.caFile,
    armRequestLog: armRequestLog(state),
    subscriptionId: names.subscriptionId,
    subscriptionIds: names.subscriptionIds,
    resourceGroup: names.resourceGroup,
    logDirectory: state.logs,
    pids,
  };
}

/** What the function app stands on; all of it runs by then. */
export function surroundings({ certificates, names }: StackSetup, fact: ReadFact): AppSurroundings {
  const read = (endpoint: keyof PartEndpoints): string => fact(...SOURCES[endpoint]) ?? "";
  return {
    armUrl: read("armUrl"),
    caFile: certificates.caFile,
    identityEndpoint: read("identityEndpoint"),
    identityHeader: read("identityHeader"),
    identityClientId: read("identityClientId"),
    subscriptionIds: names.subscriptionIds,
    serviceBusConnectionString: read("serviceBusConnectionString"),
    blobEndpoint: read("blobEndpoint"),
    queueEndpoint: read("queueEndpoint"),
    tableEndpoint: read("tableEndpoint"),
  };
}
