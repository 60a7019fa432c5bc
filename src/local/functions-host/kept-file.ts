import { readFileSync } from "node:fs";
import { z } from "zod";
import { StartError } from "../program";

/**
 * What an earlier start kept in `file`; undefined when there is no such file.
 * @throws {StartError} that names the file when it doesn't hold what it should: going on with new
 *   content would hide that something was lost.
 */
export function readKeptFile<T>(file: string, content: z.ZodType<T>): T | undefined {
  try {
    return content.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new StartError(
        `${file} is damaged (${describe(error)}): repair it, or remove it to begin anew`,
      );
    throw error;
  }
}

function describe(error: SyntaxError | z.ZodError): string {
  return error instanceof z.ZodError ? "not what this program keeps there" : error.message;
}
