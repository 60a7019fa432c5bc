import type { Endpoints } from "./endpoints-file";

/** What a person sees when the stack is up; `endpointsFile` and paths as they should be shown. */
export function stackSummary(endpoints: Endpoints, endpointsFile: string, tookMs: number): string {
  const rows: [string, string][] = [
    ["Functions", `${endpoints.functionsUrl}/api   (x-functions-key: ${endpoints.functionsKey})`],
    ["Resource Manager", `${endpoints.armUrl}   (CA: ${endpoints.armCaFile})`],
    ["Service Bus", endpoints.serviceBusConnectionString],
    ["Storage", `${endpoints.blobEndpoint}   ${endpoints.tableEndpoint}`],
    ["Managed identity", endpoints.identityEndpoint],
    [
      "Login",
      `${endpoints.loginUrl}   (client ${endpoints.clientId}, secret ${endpoints.clientSecret})`,
    ],
    ["Logs", endpoints.logDirectory],
    ["For scripts", endpointsFile],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `The local stack is up (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    "",
  ].join("\n");
}
