import { parseRequest, type RequestRules } from "../../src/domain/request/parse-request";
import { setUsesOf, type PublishRequest } from "../../src/domain/request/publish-request";
import {
  managedImageExample,
  powerShellExample,
  RULES,
  snapshotExample,
} from "../../test/support/request-factory";
import { leadsInto } from "./json-path";
import { malformed } from "./malformed";
import type { Json, Mistake } from "./mistake";
import { MISTAKES } from "./mistakes";
import { Random } from "./random";

export interface FuzzResult {
  requests: number;
  /** Requests that were sound all the same, or became so. */
  admitted: number;
  refused: number;
  /** How often each code was given, counting a request once. */
  codes: Map<string, number>;
  /** What must not happen, with the request that it happened to. */
  violations: string[];
}

const EXAMPLES = [
  managedImageExample,
  snapshotExample,
  (): Json => powerShellExample({ endOfLifeDate: "2030-12-01" }),
];

/**
 * Sends generated requests through the admission's reading: half of them sound ones with one to three
 * mistakes in their meaning, half malformed at random. None may throw, and a refusal names at least
 * one problem, each with a place in the request.
 */
export function fuzz(requests: number, seed: number): FuzzResult {
  const random = new Random(seed);
  const result: FuzzResult = {
    requests,
    admitted: 0,
    refused: 0,
    codes: new Map(),
    violations: [],
  };
  for (let count = 0; count < requests; count++) {
    const example = random.pick(EXAMPLES)();
    if (count % 2 === 0) {
      const { request, alone, rules } = mistaken(example, random);
      const codes = judge(request, result, rules);
      if (alone !== undefined && !codes.has(alone.code))
        result.violations.push(`${alone.code} wasn't named: ${JSON.stringify(request)}`);
    } else judge(malformed(example, random), result);
  }
  return result;
}

/** One to three mistakes. One that is made alone must be named; of several one can hide another. */
function mistaken(
  example: Json,
  random: Random,
): { request: Json; alone?: Mistake; rules?: Partial<RequestRules> } {
  const first = random.pick(MISTAKES);
  let request = first.make(example, random);
  const more = random.int(0, 2);
  for (let count = 0; count < more; count++)
    request = attempt(random.pick(MISTAKES), request, random);
  const { rules = {} } = first;
  return more === 0 ? { request, alone: first, rules } : { request, rules };
}

function attempt(mistake: Mistake, request: Json, random: Random): Json {
  try {
    return mistake.make(request, random);
  } catch {
    return request; // what it would change is gone
  }
}

function judge(
  request: unknown,
  result: FuzzResult,
  rules: Partial<RequestRules> = {},
): Set<string> {
  let parsed: ReturnType<typeof parseRequest>;
  try {
    parsed = parseRequest(request, { ...RULES, ...rules });
  } catch (error) {
    result.violations.push(`threw ${String(error)}: ${JSON.stringify(request)}`);
    return new Set();
  }
  if (parsed.kind !== "invalid") {
    result.admitted++;
    if (fallsBack(parsed.request, rules))
      result.violations.push(`admitted with platform-managed keys: ${JSON.stringify(request)}`);
    return new Set();
  }
  result.refused++;
  if (parsed.problems.length === 0)
    result.violations.push(`refused without a reason: ${JSON.stringify(request)}`);
  for (const { path, code } of parsed.problems)
    if (!leadsInto(request, path))
      result.violations.push(`${code} at ${path} leads nowhere: ${JSON.stringify(request)}`);
  const codes = new Set(parsed.problems.map(({ code }) => code));
  for (const code of codes) result.codes.set(code, (result.codes.get(code) ?? 0) + 1);
  return codes;
}

/** An OS disk without a set, which nobody has asked for where it is allowed. */
function fallsBack(
  { encryption, targetRegions }: Pick<PublishRequest, "encryption" | "targetRegions">,
  { platformManagedKeys = "reject" }: Partial<RequestRules>,
): boolean {
  if (encryption.type === "none") return platformManagedKeys === "reject";
  return targetRegions.some((region) =>
    setUsesOf(region).every(({ disk }) => disk !== "os" && disk !== "confidential"),
  );
}
