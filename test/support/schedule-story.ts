import type { Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { recordFailure } from "../../src/activities/record-failure";
import { recordOutcome } from "../../src/activities/record-outcome";
import type { RecordTable } from "../../src/azure/record-table";
import type { ActivityDependencies } from "../../src/activities/dependencies";
import type { PublishRequest } from "../../src/domain/request/publish-request";
import { documentPaths } from "../../src/domain/run/document-paths";
import type { ScheduleState } from "../../src/domain/schedule/state";
import type { PublishInput } from "../../src/orchestrators/publish-image-version";
import { publishFromQueue } from "../../src/functions/publish-from-queue";
import { tickSchedules } from "../../src/functions/schedules/tick-schedules";
import { invocation } from "./fake-function-app";
import { MortalProcess } from "./mortal-process";
import { imageBy, managedImageExample, SUBSCRIPTION } from "./request-factory";
import { createFakeSchedules, wireSchedule, type FakeSchedules } from "./schedule-factory";

const MINUTE_MS = 60_000;
/** Enough for a build, the run, its end, and some minutes in which nothing is to happen. */
const MINUTES = 9;
const BUILD_MINUTES = 3;

/** What a schedule of every hour comes to. */
export interface ScheduleStory {
  /** How its runs end. */
  end: "published" | "failed" | "rejected";
  change?: Record<string, unknown>;
  /** An image template is run first, which ends so. */
  built?: "Succeeded" | "Failed";
}

export const IMAGE_TEMPLATE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/builds/providers/Microsoft.VirtualMachineImages/imageTemplates/golden`;

/** What is left in the end, in the parts that no crash may change. */
export interface StoryEnd {
  runs: string[];
  publications: unknown[];
  requests: unknown[];
  numbers: unknown[];
  messages: unknown[];
  events: string[];
  decisions: unknown[];
  request: unknown;
  failures: number | undefined;
  switchedOff: unknown;
  isBuilding: boolean;
  builds: number;
}

/**
 * Tells the story of a schedule, from the minute in which it is seen first: the timer, the queue with what it drops
 * there, the runs that begin and their ends. Whatever the process dies at comes again, as in Azure: the timer a
 * minute later, the message and the activity by their own redelivery.
 */
export async function tellStory(
  { end, change = {}, built }: ScheduleStory,
  deadly?: MortalProcess["deadly"],
): Promise<{ end: StoryEnd; process: MortalProcess }> {
  const image = imageBy("nextPatch");
  const app = createFakeSchedules(
    wireSchedule({
      ...{ cron: "0 * * * *", image, maxConsecutiveFailures: 1 },
      ...(built === undefined ? {} : { imageTemplate: IMAGE_TEMPLATE }),
      ...change,
    }),
  );
  const { source } = managedImageExample();
  app.found.now = { ...app.found.now, source } as typeof app.found.now;
  const template = templateOf(app, built);
  const tick = () => tickSchedules(app.dependencies)({} as Timer, invocation());
  await tick();
  const get = app.dependencies.states.get.bind(app.dependencies.states);
  const process = new MortalProcess(deadly);
  gate(app, process);
  app.pass(60 * MINUTE_MS);
  let delivered = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    await process.live(tick);
    while (delivered < app.messages.length) {
      const { request, messageId } = app.messages[delivered] ?? { request: {}, messageId: "" };
      const context = invocation({ messageId, enqueuedTimeUtc: "2026-11-24T13:00:00" });
      const deliver = () =>
        publishFromQueue(app.dependencies)(request, app.durable.client, context);
      if ((await process.live(deliver)) === "ended") delivered++;
    }
    await endRuns(app, process, end);
    template.pass();
    app.pass(MINUTE_MS);
  }
  return { end: await endOf(app, await get("golden")), process };
}

/** Image Builder: a run takes some minutes, and is seen at once. */
function templateOf({ template, dependencies }: FakeSchedules, state = "Succeeded") {
  template.run = { startedAt: "2026-11-20T00:00:00Z", state: "Succeeded" };
  const run = dependencies.templates.run.bind(dependencies.templates);
  let left = 0;
  dependencies.templates.run = async (id) => {
    const answer = await run(id);
    template.run = { startedAt: dependencies.now().toISOString(), state: "Running" };
    left = BUILD_MINUTES;
    return answer;
  };
  return {
    pass: (): void => {
      if (left > 0 && --left === 0) template.run = { ...template.run, state };
    },
  };
}

/** Everything of the app that leaves the process. */
export function gatesOf(app: FakeSchedules): [string, object][] {
  const { documents, states, claims, finding, templates, queue, announcer } = app.dependencies;
  return [
    ...Object.entries({ documents, states, claims, finding, templates, queue, announcer }),
    ...Object.entries({ ...app.records.tables, numbers: app.numbers.table }),
  ];
}

function gate(app: FakeSchedules, process: MortalProcess): void {
  for (const [name, target] of gatesOf(app))
    process.gate(
      name,
      target,
      (Object.keys(target) as (keyof typeof target)[]).filter(
        (member) => !GENERATORS.has(member) && typeof target[member] === "function",
      ),
    );
  process.gate("durable", app.durable.client, ["getStatus", "startNew"]);
}

/** What every row fits: the fake table takes no empty filter. */
const ALL = "none eq ''";

const GENERATORS: ReadonlySet<string> = new Set(["scan"]);

/** Every run that goes on comes to its end, which its last activity records, however often it has to. */
async function endRuns(
  app: FakeSchedules,
  process: MortalProcess,
  end: ScheduleStory["end"],
): Promise<void> {
  const dependencies = { ...app.dependencies } as unknown as ActivityDependencies;
  for (const { instanceId, input } of app.durable.started) {
    if (app.durable.instances.get(instanceId)?.runtimeStatus !== OrchestrationRuntimeStatus.Running)
      continue;
    const { accepted, ...run } = input as PublishInput;
    const path = documentPaths.request(run.publicationId, run.fingerprint);
    const { image } = app.documents.stored.get(path) as PublishRequest;
    const endedAt = app.dependencies.now().toISOString();
    const about = { ...run, ...{ regions: [], startedAt: accepted.startedAt, endedAt } };
    const record = () =>
      end === "published"
        ? recordOutcome(dependencies)({ ...about, image })
        : recordFailure(dependencies)({
            ...{ ...about, image, problems: [], undone: [] },
            ...{ state: end, written: end === "failed" },
          });
    while ((await process.live(record)) === "died");
    app.durable.end(instanceId);
    if (end === "rejected" || app.found.now.kind !== "found") continue;
    const versions = [{ name: image.version, isFailed: end === "failed" }];
    app.found.now = { ...app.found.now, versions };
  }
}

async function endOf(
  app: FakeSchedules,
  { state }: { state?: ScheduleState } = {},
): Promise<StoryEnd> {
  const all = async <T extends object>(table: RecordTable<T>) => {
    const rows: T[] = [];
    for await (const { value } of table.scan(ALL)) rows.push(value);
    return rows;
  };
  const { tables } = app.records;
  return {
    runs: app.durable.started.map(({ input }) => {
      const { requestId, accepted } = input as PublishInput;
      return `${requestId} ${accepted.imageId.split("/").at(-1)}`;
    }),
    publications: (await all(tables.publications)).map(({ requestId, state }) => ({
      requestId,
      state,
    })),
    requests: (await all(tables.requests)).map(({ requestId }) => requestId),
    numbers: (await all(app.numbers.table)).map((row) => ({
      version: row.version,
      requestId: row.requestId,
      ...("state" in row ? { state: row.state } : {}),
    })),
    messages: [...new Set(app.messages.map(({ request }) => JSON.stringify(request)))],
    // At least once: the same again has the same id.
    events: [...new Map(app.announcer.events.map(({ id, type }) => [id, type])).values()],
    decisions: (state?.decisions ?? []).map(({ what, occurrence, requestId }) => ({
      ...{ what, occurrence, requestId },
    })),
    request: { requestId: state?.request?.requestId, outcome: state?.request?.outcome },
    failures: state?.failures,
    switchedOff: state?.switchedOff?.who,
    isBuilding: state?.build !== undefined,
    builds: app.template.starts,
  };
}
