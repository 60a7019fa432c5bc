import type { Decision, FunctionExecutor, ScheduledTask } from "./decision";
import { versionObstacle, type VersionOptions } from "./versions";

/**
 * Why the strict engine refuses a decision that Azure would take, and then hang or behave
 * differently from what was meant; undefined: nothing against it.
 */
export function objectionTo(
  decision: Decision,
  executor: Pick<FunctionExecutor, "kindOf">,
  options: VersionOptions,
): string | undefined {
  for (const task of decision.scheduled) {
    const objection = objectionToTask(task, executor, options);
    if (objection !== undefined) return objection;
  }
  if (decision.ending?.kind === "continueAsNew")
    return objectionToInput(decision.ending.input, "continueAsNew");
  return undefined;
}

/** As Azure does: a call of a function that isn't there leaves no trace, and its caller waits. */
export function withoutUnknownCalls(
  decision: Decision,
  executor: Pick<FunctionExecutor, "kindOf">,
): Decision {
  const scheduled = decision.scheduled.filter((task) => isKnown(task, executor));
  return { ...decision, scheduled };
}

function isKnown(task: ScheduledTask, executor: Pick<FunctionExecutor, "kindOf">): boolean {
  if (task.kind === "timer") return true;
  return executor.kindOf(task.name) === (task.kind === "activity" ? "activity" : "orchestrator");
}

/** Why the strict engine refuses an input (JSON text); null and the empty text stand for none. */
export function objectionToInput(input: string | null, receiver: string): string | undefined {
  if (input === null || input === "" || input === "null" || input.startsWith("{")) return undefined;
  return `the input of ${receiver} is no JSON object (${input.slice(0, 40)}): texts, numbers, booleans and arrays change on their way through Durable Functions. Wrap it in an object.`;
}

function objectionToTask(
  task: ScheduledTask,
  executor: Pick<FunctionExecutor, "kindOf">,
  options: VersionOptions,
): string | undefined {
  if (task.kind === "timer") return undefined;
  const isActivity = task.kind === "activity";
  if (!isKnown(task, executor))
    return `${unknownFunction(task.name, isActivity ? "activity" : "orchestrator")} Azure would wait for it for ever.`;
  const obstacle = isActivity ? undefined : childObstacle(task, options);
  return obstacle ?? objectionToInput(task.input, `'${task.name}'`);
}

/** A child that names no version gets the default one, and may wait where host.json says so. */
function childObstacle(
  { version }: ScheduledTask & { kind: "subOrchestration" },
  options: VersionOptions,
): string | undefined {
  if (version === null || options.versionFailureStrategy === "Reject") return undefined;
  return versionObstacle(version, options);
}

/** What Azure says about a function that isn't there. */
export function unknownFunction(name: string, kind: "activity" | "orchestrator"): string {
  const article = kind === "activity" ? "an activity" : "an orchestrator";
  return `The function '${name}' doesn't exist, is disabled, or is not ${article} function.`;
}
