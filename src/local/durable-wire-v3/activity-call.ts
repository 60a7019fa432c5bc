import { CallAbortedError, type ActivityOutcome } from "../durable-engine/decision";
import type { FailureDetails, TaskFailure } from "../durable-engine/history-event";
import type { WorkItem } from "../durable-engine/model";
import type { TypedData } from "../functions-host/typed-data";
import { typedDataToJson } from "../functions-host/typed-data";
import type { FunctionInvoker } from "./function-invoker";
import { isObject, textOf, tryParse } from "./json-shape";

/**
 * Calls an activity function and says how it came out.
 * @throws {CallAbortedError}
 */
export async function callActivity(
  invoker: FunctionInvoker,
  work: WorkItem,
): Promise<ActivityOutcome> {
  const input = JSON.parse(work.input) as unknown;
  try {
    const result = await invoker.invoke(work.name, activityInput(input), {
      instanceId: { string: work.instanceId },
      // A text is quoted twice here: the app's library has made JSON of it already.
      ...(input !== null && { data: { json: JSON.stringify(input) } }),
    });
    return { kind: "completed", result: typedDataToJson(result) ?? null };
  } catch (error) {
    if (error instanceof CallAbortedError) throw error;
    return { kind: "failed", ...describeFailure(work.name, error) };
  }
}

/** Null arrives as nothing, a boolean as .NET writes it. */
function activityInput(input: unknown): TypedData {
  if (input === null) return {};
  if (typeof input === "string") return { string: input };
  if (typeof input === "boolean") return { string: input ? "True" : "False" };
  return { string: JSON.stringify(input) };
}

function describeFailure(name: string, error: unknown): TaskFailure {
  const message = error instanceof Error ? error.message : String(error);
  const failureDetails = parseStructured(message);
  if (failureDetails)
    return {
      reason: `Activity function '${name}' failed with an unhandled exception.`,
      details: null,
      failureDetails,
    };
  return {
    reason: `Activity function '${name}' failed: ${message}`,
    details: JSON.stringify({
      $type: "System.Exception, System.Private.CoreLib",
      ClassName: "System.Exception",
      Message: message,
      RemoteStackTrace: error instanceof Error ? (error.stack ?? "") : "",
    }),
    failureDetails: null,
  };
}

/** The library writes an error with properties as JSON into the message. */
function parseStructured(message: string): FailureDetails | undefined {
  if (!message.startsWith("{")) return undefined;
  const value = tryParse(message);
  const errorType = isObject(value) ? textOf(value, "errorType") : undefined;
  const errorMessage = isObject(value) ? textOf(value, "errorMessage") : undefined;
  if (!isObject(value) || errorType === undefined || errorMessage === undefined) return undefined;
  return {
    errorType,
    errorMessage,
    stackTrace: textOf(value, "stackTrace") ?? null,
    isNonRetriable: value.isNonRetriable === true,
    properties: value.properties ?? null,
  };
}
