import { printArmId, type ArmId } from "../domain/arm-id";
import type { ResourceFacts } from "../domain/preflight/source-facts";
import { orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";

const API_VERSION = "2024-01-01";

interface Endpoints {
  blob?: string;
  internetEndpoints?: Endpoints;
  microsoftEndpoints?: Endpoints;
}

interface StorageAccount {
  location?: string;
  properties?: {
    primaryEndpoints?: Endpoints;
    secondaryEndpoints?: Endpoints;
    customDomain?: { name?: string };
  };
}

/**
 * The storage account of a VHD, as Resource Manager shows it; undefined when it isn't there.
 * @throws {ArmError} when Azure doesn't show it
 */
export async function readStorageAccount(
  armGet: ArmGet,
  id: ArmId,
): Promise<ResourceFacts | undefined> {
  const answer = await orMissing(armGet.path(printArmId(id), API_VERSION));
  if (answer === undefined) return undefined;
  const { location = "", properties = {} } = answer as StorageAccount;
  const { primaryEndpoints, secondaryEndpoints, customDomain } = properties;
  const hosts = [...hostsOf(primaryEndpoints), ...hostsOf(secondaryEndpoints)];
  if (customDomain?.name !== undefined) hosts.push(customDomain.name.toLowerCase());
  return {
    location,
    diskEncryptionSetIds: [],
    // An account without endpoints says nothing of where its blobs are.
    ...(hosts.length === 0 ? {} : { blobHosts: hosts }),
  };
}

function hostsOf(endpoints: Endpoints = {}): string[] {
  const { blob, internetEndpoints, microsoftEndpoints } = endpoints;
  return [
    ...(blob === undefined ? [] : [new URL(blob).host]),
    ...[internetEndpoints, microsoftEndpoints].flatMap((more) =>
      more === undefined ? [] : hostsOf(more),
    ),
  ];
}
