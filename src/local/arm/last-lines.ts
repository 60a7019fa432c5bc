import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/**
 * The last lines of a text file, which need not exist.
 * @param bytes how much of it is read at most; a line that begins before that is left out
 * @returns `torn` when the last line has no end
 * @throws when it can't be read
 */
export function linesAtEnd(file: string, bytes: number): { lines: string[]; torn: boolean } {
  const descriptor = openSync(file, "a+");
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString("utf8", 0, length);
    const lines = text.split("\n").slice(size > bytes ? 1 : 0);
    const last = lines.at(-1) ?? "";
    return { lines: lines.filter((line) => line !== ""), torn: last !== "" };
  } finally {
    closeSync(descriptor);
  }
}
