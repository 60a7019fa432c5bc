import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The directory of the package. */
export const ROOT = join(__dirname, "../..");

/** Text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** A JSON file of the repository, in the shape that the caller expects of it. */
export function readJson<T>(path: string): T {
  return JSON.parse(readText(path)) as T;
}

/** A document as it is before formatting, which only widens the columns of its tables. */
export const unformatted = (document: string): string =>
  document.replace(/ *\| */g, "|").replace(/\|-+(?=\|)/g, "|---");
