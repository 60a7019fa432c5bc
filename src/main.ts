import { randomBytes } from "node:crypto";
import { app } from "@azure/functions";
import { TableClient } from "@azure/data-tables";
import { DefaultAzureCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { BlobServiceClient } from "@azure/storage-blob";
import * as df from "durable-functions";
import { createActivities } from "./activities/create-activities";
import { planPublication } from "./activities/plan-publication";
import { SERVICE_BUS_RETRIES } from "./azure/answer-within";
import { createDeadLetters } from "./azure/dead-letters";
import { createDocuments } from "./azure/documents";
import { createAnnouncer } from "./azure/outcome-topic";
import { createRecordTable } from "./azure/record-table";
import { createRecords } from "./azure/records";
import { connectAzure, requestRules } from "./composition";
import { readSettings } from "./config";
import type { FunctionDependencies } from "./functions/dependencies";
import { health } from "./functions/health";
import { publishFromQueue } from "./functions/publish-from-queue";
import { publishOverHttp } from "./functions/publish-over-http";
import { listFailures, readFailure } from "./functions/read-failures";
import { listPublications, readPublication } from "./functions/read-publications";
import { readSchema } from "./functions/read-schema";
import { PUBLISH_IMAGE_VERSION, WATCH_REGIONS } from "./orchestrators/names";
import { publishImageVersion } from "./orchestrators/publish-image-version";
import { watchRegions } from "./orchestrators/watch-regions";

// Composition root: settings -> clients -> activities and triggers. No logic.
const settings = readSettings(process.env);
const credential = new DefaultAzureCredential();

const namespace = settings.ServiceBusConnection__fullyQualifiedNamespace;
const serviceBusOptions = { retryOptions: SERVICE_BUS_RETRIES };
const serviceBus =
  namespace === undefined
    ? new ServiceBusClient(settings.ServiceBusConnection ?? "", serviceBusOptions)
    : new ServiceBusClient(namespace, credential, serviceBusOptions);
const table = (name: string): TableClient =>
  new TableClient(settings.STORAGE_TABLE_ENDPOINT, name, credential);

const documents = createDocuments(
  new BlobServiceClient(settings.STORAGE_BLOB_ENDPOINT, credential),
);
const records = createRecords({
  publications: createRecordTable(table("publications")),
  runs: createRecordTable(table("runs")),
  failures: createRecordTable(table("failures")),
  requests: createRecordTable(table("requests")),
  seen: createRecordTable(table("failures")),
});
const announcer = createAnnouncer(serviceBus.createSender(settings.PUBLICATION_EVENTS_TOPIC));

const azure = connectAzure(settings, credential);
const activities = createActivities({ ...azure, documents, records, announcer });
for (const [name, handler] of Object.entries(activities))
  df.app.activity(name, { handler: handler as df.ActivityHandler });

df.app.orchestration(PUBLISH_IMAGE_VERSION, publishImageVersion);
df.app.orchestration(WATCH_REGIONS, watchRegions);

const dependencies: FunctionDependencies = {
  documents,
  records,
  announcer,
  deadLetters: createDeadLetters(serviceBus, settings.PUBLISH_REQUESTS_QUEUE),
  dryRun: planPublication(azure),
  rules: requestRules(settings),
  now: () => new Date(),
  newRunId: (now) =>
    `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(4).toString("hex")}`,
};

df.app.client.serviceBusQueue("publishFromQueue", {
  queueName: "%PUBLISH_REQUESTS_QUEUE%",
  connection: "ServiceBusConnection",
  handler: publishFromQueue(dependencies),
});
df.app.client.http("publishOverHttp", {
  route: "publications",
  methods: ["POST"],
  authLevel: "function",
  handler: publishOverHttp(dependencies),
});
df.app.client.http("readPublication", {
  route: "publications/{id}",
  methods: ["GET"],
  authLevel: "function",
  handler: readPublication(dependencies),
});
app.http("listPublications", {
  route: "publications",
  methods: ["GET"],
  authLevel: "function",
  handler: listPublications(dependencies),
});
app.http("listFailures", {
  route: "failures",
  methods: ["GET"],
  authLevel: "function",
  handler: listFailures(dependencies),
});
app.http("readFailure", {
  route: "failures/{id}",
  methods: ["GET"],
  authLevel: "function",
  handler: readFailure(dependencies),
});
app.http("readSchema", {
  route: "schema",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: readSchema(),
});
app.http("health", {
  route: "health",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: health(dependencies),
});
