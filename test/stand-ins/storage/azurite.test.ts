import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { TokenCredential } from "@azure/core-auth";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { createRecordTable } from "../../../src/azure/record-table";
import { createRecords } from "../../../src/azure/records";
import type { SignalsRow } from "../../../src/domain/run/signals";
import { createTokenIssuer, type TokenIssuer } from "../../../src/local/identity/token-issuer";
import { provideCertificates, type CertificateFiles } from "../../../src/local/stack/certificates";
import { provideKeys } from "../../../src/local/stack/keys";
import { createFakeRecords } from "../../support/fake-records";
import { isRunning, startProgram, type ProgramUnderTest } from "../stack/program-under-test";

const identity = {
  tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
  name: "app",
  objectId: "aaaaaaaa-0000-4000-8000-000000000002",
  appId: "aaaaaaaa-0000-4000-8000-000000000003",
};

let directory: string;
let certificates: CertificateFiles;
let issuer: TokenIssuer;
let storage: ProgramUnderTest;

const start = (): Promise<ProgramUnderTest> =>
  startProgram("storage", [
    ...["--state", join(directory, "data")],
    ...["--cert", certificates.certificateFile, "--key", certificates.keyFile],
    ...["--log", join(directory, "storage.log")],
  ]);

/** A token for the resource, as the identity endpoint gives it. */
const tokenFor = (resource: string): TokenCredential => ({
  getToken: async () => {
    const { token, expiresOn } = issuer.issue(identity, resource, "managedIdentity");
    return { token, expiresOnTimestamp: expiresOn * 1000 };
  },
});

const clients = (resource: string): { table: TableClient; blobs: BlobServiceClient } => {
  const tlsOptions = { ca: readFileSync(certificates.caFile, "utf8") };
  const credential = tokenFor(resource);
  const tableOptions = { tlsOptions, retryOptions: { maxRetries: 0 } };
  // Passed on by the SDK, although its type doesn't say so: not a literal, or it wouldn't compile.
  const blobOptions = { tlsOptions, retryOptions: { maxTries: 1 } };
  const { tableEndpoint = "", blobEndpoint = "" } = storage.facts;
  return {
    table: new TableClient(tableEndpoint, "things", credential, tableOptions),
    blobs: new BlobServiceClient(blobEndpoint, credential, blobOptions),
  };
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "storage-"));
  certificates = await provideCertificates(directory);
  issuer = createTokenIssuer((await provideKeys(directory)).tokenSigningKeyFile, 3600);
  storage = await start();
});

afterAll(async () => {
  await storage.stop();
  rmSync(directory, { recursive: true });
});

test("tables and blobs work with a token of the managed identity, over verified TLS", async () => {
  const { table, blobs } = clients("https://storage.azure.com");
  await table.createTable();
  await table.createEntity({ partitionKey: "p", rowKey: "r", text: "kept" });
  expect(await table.getEntity("p", "r")).toMatchObject({ text: "kept" });
  await expect(
    table.createEntity({ partitionKey: "p", rowKey: "r", text: "twice" }),
  ).rejects.toMatchObject({ statusCode: 409 });

  const container = blobs.getContainerClient("documents");
  await container.create();
  await container.getBlockBlobClient("a/b.json").uploadData(Buffer.from("{}"));
  expect((await container.getBlobClient("a/b.json").downloadToBuffer()).toString()).toBe("{}");
});

test("of a cancellation and a promotion that come at once exactly one counts, over the real table", async () => {
  const { table } = clients("https://storage.azure.com");
  const signals = createRecordTable<SignalsRow>(table);
  const records = createRecords({ ...createFakeRecords().tables, signals });
  const said = { who: "Ada", why: "wrong image", at: "2026-11-24T12:00:00.000Z" };
  const runs = Array.from({ length: 20 }, (_, at) => `run-${at}`);
  for (const runId of runs) {
    const [isCancelled, claim] = await Promise.all([
      records.signal("p", { runId, about: "cancel", ...said }),
      records.claimLatest("p", runId, said.at),
    ]);
    expect(claim).toEqual(isCancelled ? { kind: "cancelled", by: said } : { kind: "made" });
    expect((await records.signals("p", runId)).cancel).toEqual(isCancelled ? said : undefined);
    await records.releaseLatest("p", runId);
    const isHeard = await records.signal("p", { runId, about: "cancel", ...said });
    expect(isHeard).toBe(!isCancelled);
  }
});

test("a token for another audience is refused", async () => {
  const { table, blobs } = clients("https://management.azure.com");
  await expect(table.createTable()).rejects.toMatchObject({ statusCode: 403 });
  await expect(blobs.getContainerClient("other").create()).rejects.toMatchObject({
    statusCode: 403,
  });
});

test("what was stored is there after a stop and a start, and Azurite ends with its program", async () => {
  const azurite = Number(storage.facts["azuritePid"]);
  expect(isRunning(azurite)).toBe(true);
  expect(await storage.stop()).toMatchObject({ code: 0, stderr: "" });
  expect(isRunning(azurite)).toBe(false);
  storage = await start();
  const { table } = clients("https://storage.azure.com");
  expect(await table.getEntity("p", "r")).toMatchObject({ text: "kept" });
});

test("Azurite does not outlive a program that was killed", async () => {
  const azurite = Number(storage.facts["azuritePid"]);
  storage.child.kill("SIGKILL");
  await storage.ended;
  const deadline = Date.now() + 5000;
  while (isRunning(azurite) && Date.now() < deadline) await setTimeout(20);
  expect(isRunning(azurite)).toBe(false);
  storage = await start();
});

test("the program ends, saying so, when Azurite is gone", async () => {
  process.kill(Number(storage.facts["azuritePid"]), "SIGKILL");
  expect(await storage.ended).toMatchObject({
    code: 1,
    stderr: "storage: Azurite ended unexpectedly (SIGKILL)\n",
  });
});
