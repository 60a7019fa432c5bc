import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import type { Compiler } from "./compiler";

/** Marks, in a .NET program of one file, the eight bytes before it: where the list of its files begins. */
const MARK = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex");

/** The compiler's part with the linter in it. */
const LINTER = "Azure.Bicep.Core.dll";

/** Bytes of the places of two more files and of flags, between the bundle's name and the list. */
const BETWEEN = 5 * 8;

/**
 * Rules of `bicepconfig.json` that this compiler doesn't have. It takes any name in silence, and lists its rules
 * nowhere; each is a text in its linter, though, which a misspelt one isn't.
 */
export function unknownRules(compiler: Compiler, infra: string): string[] {
  const linter = partOf(readFileSync(compiler.program), LINTER);
  return Object.keys(rulesOf(infra))
    .filter((rule) => !linter.includes(asText(rule)))
    .map((rule) => `${rule} is no rule of this compiler`);
}

/** The rules that a folder's `bicepconfig.json` names, with their levels. */
export function rulesOf(infra: string): Record<string, { level: string }> {
  const { analyzers } = JSON.parse(readFileSync(join(infra, "bicepconfig.json"), "utf8")) as {
    analyzers: { core: { rules: Record<string, { level: string }> } };
  };
  return analyzers.core.rules;
}

/** A text as .NET keeps it, whole: its length in bytes and one, then two bytes for each letter. */
function asText(text: string): Buffer {
  const letters = Buffer.from(text, "utf16le");
  return Buffer.concat([Buffer.from([letters.length + 1]), letters]);
}

/**
 * A file of a .NET program in one file (docs/design/bundler.md of dotnet/designs), inflated.
 * @throws {Error} when the program is built in another way
 */
function partOf(program: Buffer, name: string): Buffer {
  const mark = program.indexOf(MARK);
  if (mark < 8) throw new Error("the compiler isn't a .NET program in one file");
  let place = Number(program.readBigInt64LE(mark - 8)) + 8;
  const int64 = (): number => Number(program.readBigInt64LE((place += 8) - 8));
  const text = (): string => {
    // Names are shorter than 128 bytes, so their length is one byte.
    const length = program.readUInt8(place);
    place += 1 + length;
    return program.toString("utf8", place - length, place);
  };
  const count = program.readInt32LE(place);
  place += 4;
  text();
  place += BETWEEN;
  for (let index = 0; index < count; index += 1) {
    const [offset, size, packed] = [int64(), int64(), int64()];
    place += 1;
    if (text() !== name) continue;
    return packed === 0
      ? program.subarray(offset, offset + size)
      : inflateRawSync(program.subarray(offset, offset + packed));
  }
  throw new Error(`the compiler has no ${name}`);
}
