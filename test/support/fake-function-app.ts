import { HttpRequest, InvocationContext, type HttpResponseInit } from "@azure/functions";
import { createScheduleStates, type ScheduleRow } from "../../src/azure/schedule-states";
import type { ReconcileDependencies } from "../../src/functions/reconcile";
import type { LogLine } from "../../src/domain/run/log-line";
import { versionNumbers } from "../../src/domain/numbering/version-number";
import { planPublication } from "../../src/activities/plan-publication";
import { createFakeAnnouncer } from "./fake-announcer";
import { createFakeAzure } from "./fake-azure";
import { createFakeDocuments } from "./fake-documents";
import { createFakeDurableClient } from "./fake-durable-client";
import { createFakeNumbers, createFakeRecords, createFakeTable } from "./fake-records";
import { ALLOWED } from "./request-factory";

/** Everything outside the process that a trigger can fail at. */
export type Outside =
  | "signals"
  | "documents"
  | "publications"
  | "runs"
  | "failures"
  | "requests"
  | "numbers"
  | "seen"
  | "announcer"
  | "resourceManager"
  | "getStatus"
  | "startNew";

const TIME = new Date("2026-11-24T12:00:00Z");

/** The triggers' dependencies in memory, with a clock that a test moves. */
export function createFakeFunctionApp() {
  let now = TIME;
  let runs = 0;
  const plan = planPublication(createFakeAzure().dependencies);
  const away = new Set<Outside>();
  const reach = (outside: Outside): void => {
    if (away.has(outside)) throw new Error(`${outside} is away`);
  };
  const documents = createFakeDocuments(() => reach("documents"));
  const records = createFakeRecords((table) => reach(table));
  const numbers = createFakeNumbers(() => reach("numbers"));
  const inAzure = new Set<string>();
  const announcer = createFakeAnnouncer(() => reach("announcer"));
  const durable = createFakeDurableClient((call) => reach(call));
  const lines: LogLine[] = [];
  const dependencies: ReconcileDependencies = {
    documents,
    records,
    numbers,
    takenNumbers: async () => {
      reach("resourceManager");
      return { kind: "known", numbers: versionNumbers(inAzure) };
    },
    announcer,
    deadLetters: { peek: async () => [], sendBack: async () => "gone" },
    dryRun: async (request) => {
      reach("resourceManager");
      return plan(request);
    },
    rules: {
      additionalRegions: [],
      maxReplicaCount: 100,
      allow: ALLOWED,
      resolution: { byRegion: {} },
      vmSourceWithCmk: "reject",
      platformManagedKeys: "reject",
    },
    now: () => now,
    newRunId: () => `run-${++runs}`,
    log: (line) => void lines.push(line),
    document: "schedules.json",
    states: createScheduleStates(createFakeTable<ScheduleRow>()),
  };
  return {
    dependencies,
    documents,
    records,
    announcer,
    /** Lines for programs. */
    lines,
    durable,
    numbers,
    /** Versions that Azure has of every definition. */
    inAzure,
    /** What is away throws, as storage does. */
    away,
    pass: (ms: number): void => {
      now = new Date(now.getTime() + ms);
    },
  };
}

export type FakeFunctionApp = ReturnType<typeof createFakeFunctionApp>;

export function invocation(triggerMetadata: Record<string, unknown> = {}): InvocationContext {
  return new InvocationContext({
    functionName: "test",
    triggerMetadata,
    logHandler: () => undefined,
  });
}

/** A request to the app's HTTP API, with its function key as people send it. */
export function httpRequest(
  path: string,
  options: {
    method?: string;
    body?: string | Uint8Array;
    headers?: Record<string, string>;
    params?: Record<string, string>;
  } = {},
): HttpRequest {
  const url = new URL(path, "https://app.test/api/");
  const { body, ...rest } = options;
  return new HttpRequest({
    method: "GET",
    ...rest,
    url: url.href,
    query: Object.fromEntries(url.searchParams),
    ...(body === undefined
      ? {}
      : { body: typeof body === "string" ? { string: body } : { bytes: body } }),
  });
}

/** An answer with its body parsed, and the whole of it as text. */
export function readAnswer(response: HttpResponseInit) {
  const text = typeof response.body === "string" ? response.body : "";
  return {
    status: response.status,
    headers: response.headers as Record<string, string>,
    body: JSON.parse(text) as Record<string, unknown>,
    text: JSON.stringify(response),
  };
}

/** What must never get out: a durable management URL lets anybody terminate and rewind runs. */
export const MANAGEMENT_URL = /runtime\/webhooks|code=/;
