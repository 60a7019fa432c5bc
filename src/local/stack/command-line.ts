import { StartError } from "../program";

/**
 * Reads a program's command line; a mistake in it is shown as one line, without a stack trace, and
 * ends the process with exit code 2.
 */
export function readCommandLine<T>(program: string, read: (args: string[]) => T): T {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof StartError) && !isParseArgsError(error)) throw error;
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exit(2);
  }
}

/**
 * A whole number within bounds.
 * @throws {StartError} naming the option.
 */
export function wholeNumber(text: string, option: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < min || value > max)
    throw new StartError(`${option} must be a whole number from ${min} to ${max}, not "${text}"`);
  return value;
}

/**
 * The value of an option that has no default.
 * @throws {StartError} naming the option.
 */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === "") throw new StartError(`${option} is missing`);
  return value;
}

/** A mistake that `parseArgs` found. */
export function isParseArgsError(error: unknown): error is Error {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof Error && typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
}
