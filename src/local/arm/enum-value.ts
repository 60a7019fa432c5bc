import { ArmError } from "./errors";

/**
 * The service's own spelling of a value that clients write in any case (`standard_lrs`, `full`).
 * @throws {ArmError} 400 InvalidParameter when it is none of the allowed values
 */
export function enumValue<T extends string>(
  given: unknown,
  allowed: readonly T[],
  parameter: string,
): T {
  const found =
    typeof given === "string"
      ? allowed.find((value) => value.toLowerCase() === given.toLowerCase())
      : undefined;
  if (found === undefined) throw unknownValue(given, parameter);
  return found;
}

/** Assumed: the service's own sentence isn't known. */
const unknownValue = (given: unknown, parameter: string): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `The value '${typeof given === "string" ? given : JSON.stringify(given)}' of parameter ${parameter} is invalid.`,
    { target: parameter },
  );
