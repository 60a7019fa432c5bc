import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { createDocuments, type Documents } from "../../src/azure/documents";
import { createRecordTable } from "../../src/azure/record-table";
import { createRecords } from "../../src/azure/records";
import type { FunctionDependencies } from "../../src/functions/dependencies";
import { publishFromQueue } from "../../src/functions/publish-from-queue";
import { publishOverHttp } from "../../src/functions/publish-over-http";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
} from "../support/fake-function-app";
import { managedImageExample } from "../support/request-factory";

/** Long enough that the first request of a process, whose SDK is still being loaded, is sent before it is given up. */
const WITHIN_MS = 1_500;
/** Until a thread of a busy machine is back; the SDKs' own waits are minutes. */
const SLACK_MS = 5_000;

describe("storage that takes requests and never answers", () => {
  let server: Server;
  let url = "";
  let asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request) => void asked.push(request.method ?? ""));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const silentTable = <T>() =>
    createRecordTable<T>(
      new TableClient(url, "rows", { allowInsecureConnection: true }),
      WITHIN_MS,
    );
  const silentRecords = () =>
    createRecords({
      publications: silentTable(),
      runs: silentTable(),
      failures: silentTable(),
      requests: silentTable(),
      signals: silentTable(),
      seen: silentTable(),
    });
  const silentDocuments = (): Documents => createDocuments(new BlobServiceClient(url), WITHIN_MS);
  const measured = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const begun = performance.now();
    return [await work(), performance.now() - begun];
  };

  it.each<[string, () => Partial<FunctionDependencies>]>([
    ["documents", () => ({ documents: silentDocuments() })],
    ["rows", () => ({ records: silentRecords() })],
  ])("for %s is answered 503 over HTTP, and nothing is started", async (_name, silent) => {
    const app = createFakeFunctionApp();
    const trigger = publishOverHttp({ ...app.dependencies, ...silent() });
    const body = JSON.stringify(managedImageExample({ requestId: "a" }));
    const request = httpRequest("publications", { method: "POST", body });
    const [answer, tookMs] = await measured(() =>
      trigger(request, app.durable.client, invocation()),
    );
    expect(readAnswer(answer)).toMatchObject({ status: 503, body: { requestId: "a" } });
    expect(asked.length).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(WITHIN_MS + SLACK_MS);
    expect(app.durable.started).toEqual([]);
  });

  it("has a message delivered again", async () => {
    const app = createFakeFunctionApp();
    const trigger = publishFromQueue({ ...app.dependencies, documents: silentDocuments() });
    const [, tookMs] = await measured(() =>
      expect(trigger("{", app.durable.client, invocation())).rejects.toThrow("aborted"),
    );
    expect(tookMs).toBeLessThan(WITHIN_MS + SLACK_MS);
  });

  it.each<[string, (records: ReturnType<typeof silentRecords>) => Promise<unknown>]>([
    ["a row", (records) => records.publication("p")],
    ["a list", (records) => records.publications({})],
    ["a page of a list", (records) => records.failures({ continuation: "eyJuZXh0IjoxfQ==" })],
    ["a write", (records) => records.reserve({ id: "p" } as never, "W/1")],
  ])("fails %s as trouble of storage, not as a mistake of the caller", async (_name, call) => {
    await expect(call(silentRecords())).rejects.toMatchObject({ name: "AbortError" });
  });
});
