import { readFileSync } from "node:fs";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { StartError } from "../program";
import { STORAGE_ACCOUNT, STORAGE_KEY } from "./app-settings";
import type { Endpoints } from "./endpoints-file";

const CONTAINER = "gallery-publisher";
const BLOB = "schedules.json";

/**
 * Puts a file where the function app reads its schedules, as a person does in Azure. What it says is the app's business.
 * @throws {StartError} when there is no such file
 */
export async function putSchedules(
  { blobEndpoint, armCaFile }: Pick<Endpoints, "blobEndpoint" | "armCaFile">,
  file: string,
): Promise<void> {
  const content = contentOf(file);
  const credential = new StorageSharedKeyCredential(STORAGE_ACCOUNT, STORAGE_KEY);
  // The client hands its options on to the pipeline, which knows this one; its own type doesn't name it.
  const options = {
    retryOptions: { maxTries: 3 },
    tlsOptions: { ca: readFileSync(armCaFile, "utf8") },
  };
  const service = new BlobServiceClient(blobEndpoint ?? "", credential, options);
  const container = service.getContainerClient(CONTAINER);
  await container.createIfNotExists();
  await container.getBlockBlobClient(BLOB).upload(content, content.length, {
    blobHTTPHeaders: { blobContentType: "application/json" },
  });
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError(`the schedules can't be read: ${(error as Error).message}`);
  }
}
