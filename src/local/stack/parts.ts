import { StartError } from "../program";

/** What the function app stands on. */
export const SURROUNDINGS = ["identity", "arm", "service-bus", "storage"] as const;

/** Every part of the stack, by the name of its program. */
export const PARTS = [...SURROUNDINGS, "functions-host"] as const;
export type Part = (typeof PARTS)[number];

export const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);

/**
 * The parts that a comma-separated list names.
 * @throws {StartError} for one that isn't there, and for the app without what it stands on
 */
export function readParts(text: string): Part[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isPart(name));
  if (unknown !== undefined)
    throw new StartError(`--only: there is no part "${unknown}"; there are: ${PARTS.join(", ")}`);
  const parts = PARTS.filter((part) => names.includes(part));
  const missing = SURROUNDINGS.filter((part) => !parts.includes(part));
  if (parts.includes("functions-host") && missing.length > 0)
    throw new StartError(`--only: functions-host can't run without ${missing.join(", ")}`);
  return parts;
}
