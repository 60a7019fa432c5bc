import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import type { FinalState } from "../domain/run/outcome";
import { DemoError } from "./demo-error";

const STATES = ["published", "partlyPublished", "failed", "rejected", "cancelled"] as const;

/** An entry of `samples/faults.yaml`, which explains the members. */
const rehearsalSchema = z.strictObject({
  about: z.string(),
  first: z.array(z.string()).optional(),
  faults: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).min(1),
  clearAfterSeconds: z.number().positive().optional(),
  ends: z.array(z.enum(STATES) satisfies z.ZodType<FinalState>).min(1),
});

/** A failure of Azure to rehearse, and how a request that it strikes is to end. */
export type Rehearsal = z.infer<typeof rehearsalSchema> & { name: string };

/**
 * All rehearsals of a file, made for the version that will be published.
 * @throws {DemoError} when the file can't be read, with what is wrong in it
 */
export function readRehearsals(file: string, version: string): Rehearsal[] {
  const parsed = z.record(z.string(), rehearsalSchema).safeParse(contents(file, version));
  if (!parsed.success) throw new DemoError(`${file}: ${z.prettifyError(parsed.error)}`);
  return Object.entries(parsed.data).map(([name, rehearsal]) => ({ name, ...rehearsal }));
}

/**
 * The rehearsal with this name.
 * @throws {DemoError} with exit code 2 and the names that there are
 */
export function findRehearsal(all: readonly Rehearsal[], name: string): Rehearsal {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new DemoError(`there is no fault "${name}"; there are:\n${listOf(all).join("\n")}`, 2);
}

/** Names with what they are about, for people. */
export function listOf(all: readonly Rehearsal[]): string[] {
  const width = Math.max(...all.map(({ name }) => name.length));
  return all.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
}

function contents(file: string, version: string): unknown {
  try {
    return parse(readFileSync(file, "utf8").replaceAll("$VERSION", version));
  } catch (error) {
    throw new DemoError(`can't read ${file}: ${(error as Error).message}`);
  }
}
