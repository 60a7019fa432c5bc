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
import { correlateCalls } from "./azure/correlation";
import { createDeadLetters } from "./azure/dead-letters";
import { createDocuments } from "./azure/documents";
import { createNumbers } from "./azure/numbers";
import { createAnnouncer } from "./azure/outcome-topic";
import { createRecordTable } from "./azure/record-table";
import { createRecords } from "./azure/records";
import { createRequestQueue } from "./azure/request-queue";
import { inTimeOr } from "./azure/answer-within";
import { createScheduleStates, type ScheduleRow } from "./azure/schedule-states";
import { createSourceClaims } from "./azure/source-claims";
import { logged, structuredLog } from "./azure/structured-log";
import { connectAzure, requestRules } from "./composition";
import { readSettings } from "./config";
import { startTelemetry } from "./start-telemetry";
import type { FunctionDependencies } from "./functions/dependencies";
import { httpFunctions } from "./functions/http-functions";
import { publishFromQueue } from "./functions/publish-from-queue";
import { reconcile } from "./functions/reconcile";
import type { ScheduleDependencies } from "./functions/schedules/dependencies";
import { tickSchedules } from "./functions/schedules/tick-schedules";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  RECONCILE_PUBLICATION,
  WATCH_REGIONS,
} from "./orchestrators/names";
import { promoteImageVersion } from "./orchestrators/promote-image-version";
import { publishImageVersion } from "./orchestrators/publish-image-version";
import { reconcilePublication } from "./orchestrators/reconcile-publication";
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
  signals: createRecordTable(table("signals")),
  seen: createRecordTable(table("failures")),
});
const numbers = createNumbers(createRecordTable(table("numbers")));
const announcer = logged(
  createAnnouncer(serviceBus.createSender(settings.PUBLICATION_EVENTS_TOPIC)),
  structuredLog,
);

startTelemetry(settings);
app.hook.preInvocation(correlateCalls);

const azure = connectAzure(settings, credential);
const activities = createActivities({
  ...azure,
  documents,
  records,
  numbers,
  announcer,
  log: structuredLog,
});
for (const [name, handler] of Object.entries(activities))
  df.app.activity(name, { handler: handler as df.ActivityHandler });

df.app.orchestration(PUBLISH_IMAGE_VERSION, publishImageVersion);
df.app.orchestration(PROMOTE_IMAGE_VERSION, promoteImageVersion);
df.app.orchestration(WATCH_REGIONS, watchRegions);
df.app.orchestration(RECONCILE_PUBLICATION, reconcilePublication);

const dependencies: FunctionDependencies = {
  documents,
  records,
  numbers,
  takenNumbers: azure.takenNumbers,
  announcer,
  deadLetters: createDeadLetters(serviceBus, settings.PUBLISH_REQUESTS_QUEUE),
  dryRun: planPublication(azure, { documents, records }),
  log: structuredLog,
  rules: requestRules(settings),
  now: () => new Date(),
  newRunId: (now) =>
    `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(4).toString("hex")}`,
};

const scheduleRows = createRecordTable<ScheduleRow>(table("schedules"));
const schedules: ScheduleDependencies = {
  ...dependencies,
  document: settings.SCHEDULES_DOCUMENT,
  states: createScheduleStates(scheduleRows),
  claims: createSourceClaims(scheduleRows),
  finding: azure.finding,
  templates: azure.templates,
  inTimeOr,
  queue: createRequestQueue(serviceBus.createSender(settings.PUBLISH_REQUESTS_QUEUE)),
};

df.app.client.serviceBusQueue("publishFromQueue", {
  queueName: "%PUBLISH_REQUESTS_QUEUE%",
  connection: "ServiceBusConnection",
  handler: publishFromQueue(dependencies),
});
df.app.client.timer("reconcile", {
  schedule: settings.RECONCILE_SCHEDULE,
  handler: reconcile({ ...dependencies, ...schedules }, settings.RECONCILE_SETTLE_SECONDS * 1000),
});
app.timer("tickSchedules", {
  // Every minute: which schedule is due is told by its own calendar, in its own time zone.
  schedule: "0 * * * * *",
  handler: tickSchedules(schedules),
});
const http = httpFunctions(dependencies, schedules);
for (const { name, options } of http.plain) app.http(name, options);
for (const { name, options } of http.runs) df.app.client.http(name, options);
