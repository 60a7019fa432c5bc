import { inTimeOr } from "../../src/azure/answer-within";
import type { ScheduleRow } from "../../src/azure/schedule-states";
import { createScheduleStates } from "../../src/azure/schedule-states";
import { createSourceClaims } from "../../src/azure/source-claims";
import type { Refusal } from "../../src/azure/refusal";
import type { Found } from "../../src/azure/source-finder";
import type { TemplateRun } from "../../src/domain/schedule/build";
import type { FunctionDependencies } from "../../src/functions/dependencies";
import type { ScheduleDependencies } from "../../src/functions/schedules/dependencies";
import { createFakeFunctionApp, type Outside } from "./fake-function-app";
import { createFakeTable } from "./fake-records";
import { managedImageExample, SUBSCRIPTION } from "./request-factory";

type Json = Record<string, unknown>;

export const DOCUMENT = "schedules.json";

/** The definition that it publishes to. */
export const TARGET = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: "MyResourceGroup",
  gallery: "MyGallery",
  definition: "MyImage",
};

/** A schedule as the document has it: every minute, for the customer's first example. */
export function wireSchedule(change: Json = {}): Json {
  const { targetRegions } = managedImageExample();
  return {
    id: "golden",
    cron: "* * * * *",
    image: { ...TARGET, location: "westus" },
    source: {
      byTag: { kind: "managedImage", resourceGroup: "builds", tags: { purpose: "golden" } },
    },
    request: { targetRegions, encryption: { type: "customerManagedKey" } },
    ...change,
  };
}

/** Calls that a test lets fail, or end the process at, beside those of the function app. */
export type Step = Outside | "states" | "queue" | "template";

/** The schedules' dependencies in memory: the clock is moved, and what is found is set, by the test. */
export function createFakeSchedules(...schedules: Json[]) {
  const app = createFakeFunctionApp();
  const away = new Set<Step>();
  const reach = (step: Step): void => {
    if (away.has(step)) throw new Error(`${step} is away`);
  };
  const rows = createFakeTable<ScheduleRow>((effect) => {
    reach("states");
    return effect();
  });
  const messages: { request: Json; messageId: string }[] = [];
  /** Until when the queue keeps each of them, in ms. */
  const expiries: number[] = [];
  const found: { now: Found } = {
    now: { kind: "found", source: { managedImage: "/an/image" }, fingerprint: "first" },
  };
  /** `ids`: of each look. */
  const template: { run: TemplateRun; starts: number; unread?: Refusal; refused?: Refusal } & {
    ids: string[];
  } = { run: {}, starts: 0, ids: [] };
  const dependencies: ScheduleDependencies & FunctionDependencies = {
    ...app.dependencies,
    document: DOCUMENT,
    states: createScheduleStates(rows),
    claims: createSourceClaims(rows),
    inTimeOr,
    finding: { find: async () => found.now },
    templates: {
      lastRun: async (id) => {
        template.ids.push(id);
        return template.unread ?? { kind: "run", run: template.run };
      },
      run: async () => {
        reach("template");
        if (template.refused !== undefined) return template.refused;
        template.starts++;
        return { kind: "started" };
      },
    },
    queue: {
      send: async (request, messageId, timeToLive) => {
        reach("queue");
        expiries.push(app.dependencies.now().getTime() + timeToLive);
        messages.push({ request: structuredClone(request) as Json, messageId });
      },
    },
  };
  app.documents.stored.set(DOCUMENT, { schedules });
  return { ...app, dependencies, away, messages, expiries, found, template, rows };
}

export type FakeSchedules = ReturnType<typeof createFakeSchedules>;
