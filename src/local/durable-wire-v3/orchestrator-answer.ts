import type { FailureDetails } from "../durable-engine/history-event";
import type { Action, OrchestratorAnswer, RetryPolicy } from "../durable-engine/replay/action";
import { isObject, numberOf, textOf, tryParse, type JsonObject } from "./json-shape";

/** The answer does not follow the protocol. */
export class MalformedAnswerError extends Error {}

/** After this label a failing orchestrator's error message goes on with its answer. */
const FAILURE_LABEL = "\n\n$OutOfProcData$:";

/** 6 days: what Durable Task waits at most between two attempts. */
const DEFAULT_MAX_RETRY_INTERVAL_MS = 6 * 24 * 60 * 60 * 1000;

/** @throws {MalformedAnswerError} */
export function parseAnswer(json: string): OrchestratorAnswer {
  const answer = tryParse(json);
  if (!isObject(answer) || typeof answer.isDone !== "boolean" || !Array.isArray(answer.actions))
    throw new MalformedAnswerError(
      `the orchestrator function returned no durable state: ${json.slice(0, 200)}`,
    );
  const error = textOf(answer, "error");
  const failureDetails = parseFailureDetails(answer.failureDetails);
  return {
    isDone: answer.isDone,
    actions: parseActions(answer.actions[0] ?? []),
    output: toJson(answer.output),
    ...(error !== undefined && error !== "" && { error }),
    ...(failureDetails && { failureDetails }),
    ...(answer.customStatus !== undefined && { customStatus: toJson(answer.customStatus) }),
  };
}

/**
 * What an orchestrator that threw had to say: its answer, when it is one with an error, and else
 * nothing but the message.
 */
export function parseThrown(message: string): OrchestratorAnswer | { failedAsAWhole: string } {
  const label = message.indexOf(FAILURE_LABEL);
  if (label < 0) return { failedAsAWhole: message };
  const whole = {
    failedAsAWhole: `One or more errors occurred. (Result: Failure\nException: ${message}\nStack: )`,
  };
  try {
    const answer = parseAnswer(message.slice(label + FAILURE_LABEL.length));
    return answer.isDone || answer.error === undefined ? whole : answer;
  } catch (error) {
    if (error instanceof MalformedAnswerError) return whole;
    throw error;
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

function parseActions(actions: unknown): Action[] {
  if (!Array.isArray(actions)) throw new MalformedAnswerError("the list of actions is none");
  return actions.map((action: unknown) => {
    if (!isObject(action)) throw new MalformedAnswerError("an action is no object");
    return parseAction(action);
  });
}

/** Numbers of the protocol that have no counterpart in the engine. */
const UNSUPPORTED: Readonly<Record<number, string>> = {
  7: "Calling an entity (callEntity)",
  8: "callHttp",
  9: "Signalling an entity (signalEntity)",
  13: "Locking entities (df.lock)",
  14: "Releasing entity locks",
};

function parseAction(action: JsonObject): Action {
  const type = numberOf(action, "actionType");
  switch (type) {
    case 0:
    case 1:
      return {
        kind: "callActivity",
        name: required(action, "functionName"),
        input: toJson(action.input),
        ...parseRetry(action, type === 1),
      };
    case 2:
    case 3:
      return parseSubOrchestration(action, type === 3);
    case 4:
      return { kind: "continueAsNew", input: toJson(action.input) };
    case 5:
      return parseTimer(action);
    case 6:
      return { kind: "waitForEvent", name: required(action, "externalEventName") };
    case 11:
      return { kind: "whenAny", actions: parseActions(action.compoundActions) };
    case 12:
      return { kind: "whenAll", actions: parseActions(action.compoundActions) };
    default: {
      const feature = UNSUPPORTED[type ?? -1];
      if (feature !== undefined) return { kind: "unsupported", feature };
      throw new MalformedAnswerError(
        `Received an unexpected action type from the out-of-proc function: '${type}'.`,
      );
    }
  }
}

function parseSubOrchestration(action: JsonObject, withRetry: boolean): Action {
  const instanceId = textOf(action, "instanceId");
  const version = textOf(action, "version");
  return {
    kind: "callSubOrchestration",
    name: required(action, "functionName"),
    input: toJson(action.input),
    ...(instanceId !== undefined && instanceId !== "" && { instanceId }),
    ...(version !== undefined && { version }),
    ...parseRetry(action, withRetry),
  };
}

function parseTimer(action: JsonObject): Action {
  const fireAt = Date.parse(required(action, "fireAt"));
  if (Number.isNaN(fireAt)) throw new MalformedAnswerError("a timer's fireAt is no date");
  return { kind: "createTimer", fireAt, isCancelled: action.isCanceled === true };
}

function parseRetry(action: JsonObject, isExpected: boolean): { retry?: RetryPolicy } {
  if (!isExpected) return {};
  const options = action.retryOptions;
  const firstIntervalMs =
    isObject(options) && numberOf(options, "firstRetryIntervalInMilliseconds");
  const maxAttempts = isObject(options) && numberOf(options, "maxNumberOfAttempts");
  if (!isObject(options) || typeof firstIntervalMs !== "number" || typeof maxAttempts !== "number")
    throw new MalformedAnswerError("a call with retry has no usable retryOptions");
  return {
    retry: {
      firstIntervalMs,
      maxAttempts,
      backoffCoefficient: numberOf(options, "backoffCoefficient") ?? 1,
      maxIntervalMs:
        numberOf(options, "maxRetryIntervalInMilliseconds") ?? DEFAULT_MAX_RETRY_INTERVAL_MS,
      timeoutMs: numberOf(options, "retryTimeoutInMilliseconds"),
    },
  };
}

function parseFailureDetails(value: unknown): FailureDetails | undefined {
  if (!isObject(value)) return undefined;
  return {
    errorType: textOf(value, "ErrorType") ?? "Error",
    errorMessage: textOf(value, "ErrorMessage") ?? "",
    stackTrace: textOf(value, "StackTrace") ?? null,
    isNonRetriable: value.IsNonRetriable === true,
    properties: value.Properties ?? null,
  };
}

function required(action: JsonObject, key: string): string {
  const value = textOf(action, key);
  if (value === undefined) throw new MalformedAnswerError(`an action has no ${key}`);
  return value;
}
