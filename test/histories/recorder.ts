import { decide } from "../../src/local/durable-wire-v3/executor";
import { parseAnswer } from "../../src/local/durable-wire-v3/orchestrator-answer";
import { engineEpisode } from "../support/durable-engine-episode";
import type { OrchestratorCall } from "../support/durable-harness";
import { episodesOf } from "../support/durable-recorded-history";
import type { Json } from "../support/durable-recordings";
import { decisionTold, type RecordedExecution } from "../support/history-fixture";

/** Keeps the last call of every execution: its payload has the whole history. */
export class HistoryRecorder {
  readonly #calls = new Map<string, OrchestratorCall>();

  readonly hear = (call: OrchestratorCall): void => {
    const { history } = JSON.parse(call.payload) as { history: Json[] };
    const begun = history.find(({ OrchestrationInstance: instance }) => instance !== undefined);
    const { ExecutionId: id } = begun?.OrchestrationInstance as { ExecutionId: string };
    this.#calls.set(id, call);
  };

  /** In the order in which they began, with the same ids in every recording. */
  executions(): RecordedExecution[] {
    let text = JSON.stringify([...this.#calls.values()].map(toExecution));
    [...this.#calls.keys()].forEach((id, at) => {
      text = text.replaceAll(id, `execution-${at + 1}`);
    });
    return JSON.parse(text) as RecordedExecution[];
  }
}

function toExecution({ name, payload, answer }: OrchestratorCall): RecordedExecution {
  const { instanceId, history } = JSON.parse(payload) as { instanceId: string; history: Json[] };
  const last = episodesOf(history).at(-1);
  const episode = last && engineEpisode(instanceId, last);
  if (episode === undefined) throw new Error(`the history of ${instanceId} has no begin`);
  return {
    ...{ name, instanceId, history },
    last: decisionTold(decide(parseAnswer(answer), episode, true)),
  };
}
