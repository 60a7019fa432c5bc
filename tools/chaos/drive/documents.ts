import { readFileSync } from "node:fs";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { RunOutcome, RunRow } from "../evidence";
import type { Endpoints } from "./chaos-stack";
import { insist } from "./elapse";
import { isFinal } from "./fates";
import { ACCOUNT, KEY } from "./tables";

const CONTAINER = "gallery-publisher";

/** How the runs that have ended say that their regions did, read with a client of its own. */
export async function readOutcomes(
  { blobEndpoint, armCaFile }: Pick<Endpoints, "blobEndpoint" | "armCaFile">,
  runs: readonly RunRow[],
): Promise<RunOutcome[]> {
  const credential = new StorageSharedKeyCredential(ACCOUNT, KEY);
  // The client hands its options on to the pipeline, which knows this one; its own type doesn't name it.
  const tlsOptions = { ca: readFileSync(armCaFile, "utf8") };
  const options = { retryOptions: { maxTries: 1 }, tlsOptions };
  const service = new BlobServiceClient(blobEndpoint, credential, options);
  const container = service.getContainerClient(CONTAINER);
  const found: RunOutcome[] = [];
  for (const { partitionKey, runId, state } of runs) {
    if (!isFinal(state)) continue;
    const blob = container.getBlobClient(`publications/${partitionKey}/runs/${runId}/outcome.json`);
    const text = await insist(() => textOf(() => blob.downloadToBuffer()));
    if (text === undefined) continue;
    const { regions } = JSON.parse(text) as Pick<RunOutcome, "regions">;
    found.push({ runId, regions });
  }
  return found;
}

async function textOf(download: () => Promise<Buffer>): Promise<string | undefined> {
  try {
    return (await download()).toString("utf8");
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
