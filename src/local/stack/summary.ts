import type { Endpoints } from "./endpoints-file";

/** What a person sees when the stack is up; `endpointsFile` and paths as they should be shown. */
export function stackSummary(endpoints: Endpoints, endpointsFile: string, tookMs: number): string {
  const shown = rows(endpoints, endpointsFile);
  const width = Math.max(...shown.map(([name]) => name.length));
  return [
    `The local stack is up (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    "",
    ...shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    "",
    "  From another terminal: npm run stack -- status | stop | faults | clock | requests | restart | kill",
    "",
  ].join("\n");
}

/** What runs where; a part that doesn't run has no row. */
function rows(endpoints: Endpoints, endpointsFile: string): [name: string, value: string][] {
  const { functionsUrl, armUrl, armControlUrl, loginUrl, blobEndpoint } = endpoints;
  const all: [string, string | false | undefined][] = [
    [
      "Functions",
      functionsUrl && `${functionsUrl}/api   (x-functions-key: ${endpoints.functionsKey})`,
    ],
    ["Resource Manager", armUrl && `${armUrl}   (CA: ${endpoints.armCaFile})`],
    ["  its control", armControlUrl && `${armControlUrl}   (faults, clock, requests)`],
    ["Service Bus", endpoints.serviceBusConnectionString],
    ["Storage", blobEndpoint && `${blobEndpoint}   ${endpoints.tableEndpoint}`],
    ["Managed identity", endpoints.identityEndpoint],
    [
      "Login",
      loginUrl && `${loginUrl}   (client ${endpoints.clientId}, secret ${endpoints.clientSecret})`,
    ],
    ["Logs", endpoints.logDirectory],
    ["For scripts", endpointsFile],
  ];
  return all.flatMap(([name, value]) => (value ? [[name, value]] : []));
}
