import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Decision, Ending, FunctionExecutor } from "../../src/local/durable-engine/decision";
import { engineEpisode } from "./durable-engine-episode";
import { episodesOf } from "./durable-recorded-history";
import { firstDifference, type Json } from "./durable-recordings";

/** Histories of whole runs, by the `defaultVersion` that they were recorded with. */
export const HISTORIES = join(__dirname, "../fixtures/histories");

/** What an orchestrator decided in its last call: the history itself doesn't tell that any more. */
export interface LastDecision {
  scheduled: Json[];
  /** Absent: it still waits for something, or was terminated while it did. */
  ending?: Json;
}

/** One generation of an instance, from its begin to its last call. */
export interface RecordedExecution {
  /** Name of the orchestrator. */
  name: string;
  instanceId: string;
  last: LastDecision;
  /** As the Durable extension hands it to the orchestrator in its last call. */
  history: Json[];
}

/** A run with everything that was orchestrated for it. */
export interface HistoryFixture {
  scenario: string;
  /** What happens in it, in words. */
  story: string;
  /** Of host.json, when it was recorded. */
  defaultVersion: string;
  executions: RecordedExecution[];
}

/** Every fixture, by version and name. */
export const loadHistories = (): HistoryFixture[] =>
  (existsSync(HISTORIES) ? readdirSync(HISTORIES) : []).sort().flatMap((version) =>
    readdirSync(join(HISTORIES, version))
      .sort()
      .map(
        (file) =>
          JSON.parse(readFileSync(join(HISTORIES, version, file), "utf8")) as HistoryFixture,
      ),
  );

/** A fixture as text, with an event a line, so that two recordings can be compared. */
export function fixtureText({ executions, ...head }: HistoryFixture): string {
  const lines = (items: readonly unknown[]): string =>
    items.map((item) => `      ${JSON.stringify(item)}`).join(",\n");
  const told = executions.map(
    ({ history, ...rest }) =>
      `    ${JSON.stringify(rest).slice(0, -1)}, "history": [\n${lines(history)}\n    ]}`,
  );
  return `${JSON.stringify(head).slice(0, -1)}, "executions": [\n${told.join(",\n")}\n]}\n`;
}

/**
 * A decision in the words of a recorded history. Not when a timer fires: one that runs keeps its time, and Durable
 * Task doesn't compare it.
 */
export const decisionTold = ({ scheduled, ending }: Decision): LastDecision =>
  JSON.parse(
    JSON.stringify({
      scheduled: scheduled.map(({ kind, id, ...task }) => ({
        ...{ kind, id },
        ...("name" in task ? { name: task.name } : {}),
        ...("instanceId" in task ? { instanceId: task.instanceId, version: task.version } : {}),
      })),
      ...(ending === undefined ? {} : { ending: endingTold(ending) }),
    }),
  ) as LastDecision;

/** How it ended, and as what; the words and members of an output may change. */
function endingTold(ending: Ending): Json {
  if (ending.kind !== "completed") return { kind: ending.kind };
  const output = JSON.parse(ending.output ?? "null") as { state?: unknown; kind?: unknown } | null;
  return { kind: ending.kind, as: output?.state ?? output?.kind };
}

const TASK_SCHEDULED = 4;
const SUB_ORCHESTRATION_CREATED = 7;

/** An event by which a history tells of a task that was begun, in the same words. */
function scheduledTold(event: Json): Json {
  const { EventType: type, EventId: id, Name: name } = event;
  if (type === TASK_SCHEDULED) return { kind: "activity", id, name };
  if (type === SUB_ORCHESTRATION_CREATED) {
    const { InstanceId: instanceId, Version: version } = event;
    return { kind: "subOrchestration", id, name, instanceId, version };
  }
  return { kind: "timer", id };
}

/** How many calls of an orchestrator an execution is made of. */
export const callsOf = ({ history }: RecordedExecution): number => episodesOf(history).length;

/**
 * Calls the orchestrator once for each call of the recording, with the history up to there, as a run in flight
 * would be gone on with. Tells the first call that decides something else than was recorded.
 */
export async function replayExecution(
  executor: Pick<FunctionExecutor, "runOrchestrator">,
  execution: RecordedExecution,
): Promise<string | undefined> {
  const { name, instanceId, history, last } = execution;
  const episodes = episodesOf(history);
  for (const [at, recorded] of episodes.entries()) {
    const episode = engineEpisode(instanceId, recorded);
    if (episode === undefined) return `${instanceId}: its history has no begin`;
    const decided = decisionTold(await executor.runOrchestrator(episode));
    const wanted: LastDecision =
      at === episodes.length - 1 ? last : { scheduled: recorded.scheduled.map(scheduledTold) };
    const difference = firstDifference(decided, wanted);
    if (difference !== undefined)
      return `${name} ${instanceId}, call ${at + 1} of ${episodes.length}: ${difference}`;
  }
  return undefined;
}
