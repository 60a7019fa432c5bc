import { app } from "@azure/functions";
import { DefaultAzureCredential } from "@azure/identity";
import type { Settings } from "./config";

/**
 * With a connection string the app sends its own telemetry, beside the host's (`telemetryMode` of host.json). Without
 * one none of it is loaded.
 */
export function startTelemetry({
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
}: Settings): void {
  if (connectionString === undefined) return;
  // Else the host would send each line of the app once more.
  app.setup({ capabilities: { WorkerOpenTelemetryEnabled: true } });
  const credential = authentication === undefined ? {} : { credential: identityOf(authentication) };
  app.hook.appStart(async () => {
    const { sendTelemetry } = await import("./telemetry");
    sendTelemetry({ connectionString, ...credential });
  });
}

/** `Authorization=AAD`, and for a user-assigned identity `ClientId=…`. */
function identityOf(authentication: string): DefaultAzureCredential {
  const clientId = /(?:^|;)ClientId=([^;]+)/i.exec(authentication)?.[1];
  return new DefaultAzureCredential(
    clientId === undefined ? {} : { managedIdentityClientId: clientId },
  );
}
