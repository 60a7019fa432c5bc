import type { FunctionDefinition } from "./function-app";

const triggers = new Set([
  "httptrigger",
  "timertrigger",
  "servicebustrigger",
  "orchestrationtrigger",
  "activitytrigger",
  "entitytrigger",
]);

/**
 * Everything that an app's functions ask for and this host can't do, one sentence each: it is better
 * not to start than to leave a binding out in silence.
 */
export function findUnsupportedFeatures(functions: Iterable<FunctionDefinition>): string[] {
  return Array.from(functions, (target) =>
    unsupportedIn(target).map((feature) => `function ${target.name}: ${feature}`),
  ).flat();
}

function unsupportedIn(target: FunctionDefinition): string[] {
  const found: string[] = [];
  const triggerType = target.trigger.type.toLowerCase();
  if (!triggers.has(triggerType)) found.push(`the trigger ${target.trigger.type}`);
  for (const [name, binding] of Object.entries(target.bindings)) {
    if (name === target.triggerName) continue;
    const type = binding.type.toLowerCase();
    if (binding.direction === "in" && type !== "durableclient")
      found.push(`the input binding ${binding.type}`);
    if (binding.direction === "out" && !(type === "http" && name === "$return"))
      found.push(`the output binding ${binding.type}`);
  }
  if (target.retryOptions && triggerType !== "timertrigger")
    found.push(`a retry policy on a ${target.trigger.type} (Azure applies none there)`);
  return found.map((feature) => `${feature} is not supported by this host`);
}
