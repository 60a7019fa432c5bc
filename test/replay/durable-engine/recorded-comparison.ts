import { join } from "node:path";
import { customStatusObjection } from "../../../src/local/durable-engine/custom-status";
import type { Decision } from "../../../src/local/durable-engine/decision";
import { decide } from "../../../src/local/durable-wire-v3/executor";
import {
  MalformedAnswerError,
  parseAnswer,
  parseThrown,
} from "../../../src/local/durable-wire-v3/orchestrator-answer";
import { withoutUnknownCalls } from "../../../src/local/durable-engine/strictness";
import type { FunctionInvoker } from "../../../src/local/durable-wire-v3/function-invoker";
import type * as SampleApp from "../../support/durable-sample-app";
import type { FunctionApp } from "../../../src/local/functions-host/function-app";
import { typedDataToJson } from "../../../src/local/functions-host/typed-data";
import { freshFunctionApp, invokerOf } from "../../support/durable-functions-core";
import { engineEpisode } from "../../support/durable-engine-episode";
import { LiveRun } from "../../support/durable-live-run";
import { episodesOf, type RecordedEpisode } from "../../support/durable-recorded-history";
import {
  firstDifference,
  normalise,
  RECORDINGS,
  restoreCut,
  STATUS_IN_BETWEEN,
  type Json,
  type RecordedInstance,
  type Recording,
} from "../../support/durable-recordings";
import { comparePayload } from "./recorded-payload";
import { followHistory, SCRIPTS } from "./recording-scripts";

/** Its orchestrators count their own calls: only the second call is the recorded one. */
const COUNTING = new Set(["nonDet", "nonDetFewer"]);
/** Its output measures the time that the recorded host took. */
const MEASURES_TIME = "timerEarly";

/** Loads the recorded apps and gives back what compares one scenario with its recording. */
export function createComparison(): (recording: Recording) => Promise<string[]> {
  const answers = loadApp();
  const live = loadApp();
  return async (recording) => {
    const differences: string[] = [];
    for (const [id, instance] of Object.entries(recording.instances))
      if (instance.lastPayload)
        differences.push(
          ...(await compareInstance(answers, id, instance, withWholeResults(instance.lastPayload))),
        );
    return [...differences, ...(await runAgain(live, recording))];
  };
}

/** A result that was cut is no JSON any more; the only ones are texts of one repeated letter. */
function withWholeResults<T extends Json & { history: Json[] }>(payload: T): T {
  const history = payload.history.map((event) =>
    typeof event.Result === "string" ? { ...event, Result: restoreCut(event.Result, '"') } : event,
  );
  return { ...payload, history };
}

/** The recorded app keeps counters in its module: each comparison has its own. */
function loadApp(): FunctionApp {
  const app = freshFunctionApp();
  jest.isolateModules(() => {
    jest.requireActual(join(RECORDINGS, "app.functions.js"));
    const sample = jest.requireActual<typeof SampleApp>("../../support/durable-sample-app");
    sample.registerSampleApp();
  });
  return app;
}

type Answer = { json: string } | { thrown: string };

async function call(app: FunctionApp, name: string, payload: Json): Promise<Answer> {
  const target = [...app.functions.values()].find(
    (f) => f.name.toLowerCase() === name.toLowerCase(),
  );
  if (!target) throw new Error(`the recorded app has no function ${name}`);
  try {
    const { returnValue } = await app.invoke(target, { string: JSON.stringify(payload) });
    return { json: typedDataToJson(returnValue) ?? "null" };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}

async function compareInstance(
  app: FunctionApp,
  id: string,
  instance: RecordedInstance,
  payload: Json & { history: Json[] },
): Promise<string[]> {
  const name = instance.function ?? "";
  const counts = COUNTING.has(name);
  if (counts) await call(app, name, payload);
  const answer = await call(app, name, payload);
  const difference =
    "thrown" in answer
      ? firstDifference(answer.thrown, instance.thrown)
      : firstDifference(JSON.parse(answer.json), instance.answer);
  const found = difference === undefined ? [] : [`answer of ${id}: ${difference}`];
  const invoker = invokerOf(app);
  const episodes = episodesOf(payload.history);
  const written = comparePayload(id, payload, episodes.at(-1));
  if (written !== undefined) found.push(`payload of ${id}: ${written}`);
  for (const [at, episode] of episodes.entries()) {
    const isLast = at === episodes.length - 1;
    if (counts && !isLast) continue;
    const given = isLast
      ? answer
      : await call(app, name, { ...payload, history: episode.payloadHistory });
    const replayed = compareEpisode(id, instance, episode, given, invoker, isLast);
    if (replayed !== undefined) found.push(`episode ${at + 1} of ${id}: ${replayed}`);
  }
  return found;
}

function compareEpisode(
  id: string,
  recorded: RecordedInstance,
  recordedEpisode: RecordedEpisode,
  answer: Answer,
  invoker: FunctionInvoker,
  isLast: boolean,
): string | undefined {
  const episode = engineEpisode(id, recordedEpisode);
  if (!episode) return "the history has no begin";
  const decision = withoutUnknownCalls(decide(parse(answer), episode, false), invoker);
  if (isLast) return compareEnding(decision, recorded);

  return (
    firstDifference(decision.scheduled.map(shown), recordedEpisode.scheduled.map(shownEvent)) ??
    (decision.ending ? `ended as ${decision.ending.kind}` : undefined)
  );
}

function parse(answer: Answer): ReturnType<typeof parseThrown> {
  if ("thrown" in answer) return parseThrown(answer.thrown);
  try {
    return parseAnswer(answer.json);
  } catch (error) {
    if (error instanceof MalformedAnswerError) return { failedAsAWhole: error.message };
    throw error;
  }
}

type Task = Decision["scheduled"][number];

function shown(task: Task): Json {
  switch (task.kind) {
    case "activity":
      return { type: 4, id: task.id, name: task.name };
    case "timer":
      return { type: 10, id: task.id, fireAt: task.fireAt };
    case "subOrchestration":
      return { type: 7, id: task.id, name: task.name, instanceId: task.instanceId };
  }
}

function shownEvent(event: Json): Json {
  const { EventType: type, EventId: id, Name: name } = event;
  if (type === 10)
    return { type, id, fireAt: new Date(Date.parse(String(event.FireAt))).toISOString() };
  return type === 7 ? { type, id, name, instanceId: event.InstanceId } : { type, id, name };
}

function compareEnding(decision: Decision, recorded: RecordedInstance): string | undefined {
  const body = recorded.status?.body as Json | undefined;
  if (STATUS_IN_BETWEEN.has(String(body?.instanceId))) return undefined;
  if (typeof body?.runtimeStatus !== "string") return undefined;
  const { ending, customStatus } = decision;
  if (customStatus !== undefined && customStatusObjection(customStatus, false) !== undefined)
    return firstDifference("Failed", body.runtimeStatus);
  const actual = { runtimeStatus: "Running", output: null as unknown };
  if (ending?.kind === "completed") {
    actual.runtimeStatus = "Completed";
    actual.output = JSON.parse(ending.output ?? "null");
  } else if (ending?.kind === "failed") {
    actual.runtimeStatus = "Failed";
    actual.output = ending.output ?? ending.message;
  } else if (ending?.kind === "terminated") {
    actual.runtimeStatus = "Terminated";
    actual.output = ending.reason;
  } else if (ending) actual.runtimeStatus = ending.kind;
  const { runtimeStatus, output } = body;
  return firstDifference(normalise(actual), normalise({ runtimeStatus, output }));
}

async function runAgain(app: FunctionApp, recording: Recording): Promise<string[]> {
  const run = new LiveRun(recording, app);
  // Activities of the recorded app sleep: let them do it in virtual time.
  const sleep = jest.spyOn(globalThis, "setTimeout").mockImplementation(((
    wake: () => void,
    ms: number,
  ) => ({
    cancel: run.clock.setTimer(run.clock.now() + ms, wake),
  })) as unknown as typeof setTimeout);
  try {
    await (SCRIPTS[recording.name] ?? followHistory)(run, recording);
    run.missCalls();
    await run.compareStatuses();
  } finally {
    sleep.mockRestore();
    await run.stop();
  }
  return run.differences.filter(
    (difference) => !(recording.scenario === MEASURES_TIME && /output|Result/.test(difference)),
  );
}
