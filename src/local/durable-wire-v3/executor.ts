import {
  CallAbortedError,
  type Decision,
  type Episode,
  type FunctionExecutor,
} from "../durable-engine/decision";
import { failedEnding, replay } from "../durable-engine/replay/replay";
import type { OrchestratorAnswer } from "../durable-engine/replay/action";
import { typedDataToJson } from "../functions-host/typed-data";
import { callActivity } from "./activity-call";
import type { FunctionInvoker } from "./function-invoker";
import { MalformedAnswerError, parseAnswer, parseThrown } from "./orchestrator-answer";
import { MAX_TIMER_MS, TIMER_STEP_MS, triggerPayload } from "./trigger-payload";

/** Speaks to the functions of an app that uses durable-functions 3. */
export function createExecutor(invoker: FunctionInvoker, strict: boolean): FunctionExecutor {
  return {
    kindOf: (name) => invoker.kindOf(name),
    runActivity: (work) => callActivity(invoker, work),
    runOrchestrator: async (episode) => {
      const answer = await callOrchestrator(invoker, episode);
      return decide(answer, episode, strict);
    },
  };
}

/** What an answer means for an instance, given the history that it was called with. */
export function decide(
  answer: OrchestratorAnswer | { failedAsAWhole: string },
  { instance, past, fresh }: Episode,
  strict: boolean,
): Decision {
  if ("failedAsAWhole" in answer)
    return { scheduled: [], ending: failedEnding(instance.name, answer.failedAsAWhole) };
  return replay(answer, [...past, ...fresh], {
    functionName: instance.name,
    executionId: instance.executionId,
    maxTimerMs: MAX_TIMER_MS,
    timerStepMs: TIMER_STEP_MS,
    strict,
  });
}

async function callOrchestrator(
  invoker: FunctionInvoker,
  episode: Episode,
): Promise<OrchestratorAnswer | { failedAsAWhole: string }> {
  let json: string | undefined;
  try {
    const data = { string: triggerPayload(episode) };
    json = typedDataToJson(await invoker.invoke(episode.instance.name, data, {}));
  } catch (error) {
    if (error instanceof CallAbortedError) throw error;
    return parseThrown(error instanceof Error ? error.message : String(error));
  }
  try {
    return parseAnswer(json ?? "null");
  } catch (error) {
    if (error instanceof MalformedAnswerError) return { failedAsAWhole: error.message };
    throw error;
  }
}
