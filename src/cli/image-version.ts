import { readFileSync } from "node:fs";
import { ComputeManagementClient, type GalleryImageVersion } from "@azure/arm-compute";
import type { AccessToken, TokenCredential } from "@azure/core-auth";
import type { PublicationImage } from "./api-types";
import type { Endpoints } from "./stack-process";

const ARM_RESOURCE = "https://management.azure.com";

/** Reads an image version with its replication from Resource Manager: the proof of what is there. */
export async function readImageVersion(
  endpoints: Endpoints,
  image: PublicationImage,
): Promise<GalleryImageVersion> {
  const client = new ComputeManagementClient(identityOf(endpoints), image.subscriptionId, {
    endpoint: endpoints.armUrl,
    credentials: { scopes: [`${ARM_RESOURCE}/.default`] },
    // This program can't know the certificate when it starts, so NODE_EXTRA_CA_CERTS is no way.
    tlsOptions: { ca: readFileSync(endpoints.armCaFile) },
  });
  return client.galleryImageVersions.get(
    image.resourceGroup,
    image.gallery,
    image.definition,
    image.version,
    { expand: "ReplicationStatus" },
  );
}

/** The identity that the stack gives to its app. */
function identityOf(endpoints: Endpoints): TokenCredential {
  return {
    async getToken(): Promise<AccessToken> {
      const url = new URL(endpoints.identityEndpoint);
      url.searchParams.set("resource", ARM_RESOURCE);
      url.searchParams.set("api-version", "2019-08-01");
      url.searchParams.set("client_id", endpoints.identityClientId);
      const response = await fetch(url, {
        headers: { "X-IDENTITY-HEADER": endpoints.identityHeader },
      });
      if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
      const token = (await response.json()) as { access_token: string; expires_on: string };
      return { token: token.access_token, expiresOnTimestamp: Number(token.expires_on) * 1000 };
    },
  };
}
