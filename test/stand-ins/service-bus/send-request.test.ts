import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusClient } from "@azure/service-bus";
import { sendRequest } from "../../../src/cli/send-request";
import { connectionString } from "../../../src/local/service-bus/broker";
import { connect } from "./local-namespace";
import { runServiceBus, type RunningProgram } from "./program";

let directory: string;
let program: RunningProgram;
let client: ServiceBusClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "service-bus-"));
  const config = join(directory, "bus.yaml");
  writeFileSync(
    config,
    "queues:\n  - { name: publish-requests, requiresDuplicateDetection: true }\n",
  );
  program = await runServiceBus("--in-memory", "--config", config);
  client = connect(program.ready.port);
});
afterAll(async () => {
  await client.close();
  await program.end("SIGKILL");
  rmSync(directory, { recursive: true });
});

test("a request with an id of its own gets through each time that a person sends it", async () => {
  const connection = connectionString(program.ready.port);
  const request = { requestId: "golden-1", body: { requestId: "golden-1" } };
  await sendRequest(connection, request);
  await sendRequest(connection, request);
  const receiver = client.createReceiver("publish-requests");
  expect(await receiver.receiveMessages(2, { maxWaitTimeInMs: 5_000 })).toMatchObject([
    { body: { requestId: "golden-1" } },
    { body: { requestId: "golden-1" } },
  ]);
});
