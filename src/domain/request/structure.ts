import type * as z from "zod";
import { problem, type Problem } from "../problem";
import { memberSchemas, regionSchema, type WireRegion, type WireRequest } from "./schema";

/** Whatever of a request could be read, and the region entries with their original position. */
export interface ReadRequest {
  members: Partial<WireRequest>;
  regions: { index: number; region: WireRegion }[];
}

/**
 * Reads a request member by member. What is malformed becomes a problem with its JSON path; what is
 * sound is returned, so that the rules still find what else is wrong with it.
 */
export function readStructure(raw: unknown): { read: ReadRequest; problems: Problem[] } {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return {
      read: { members: {}, regions: [] },
      problems: [
        problem(
          "$",
          "NotAnObject",
          `a publish request is a JSON object; this is ${describe(raw)}`,
          "send a JSON object; docs/request.md shows one",
        ),
      ],
    };
  const source = raw as Record<string, unknown>;
  const problems: Problem[] = [];
  const members: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(memberSchemas)) {
    if (name === "targetRegions") continue;
    const result = (schema as z.ZodType).safeParse(source[name]);
    if (result.success) members[name] = result.data;
    else problems.push(...issues(result.error, [name], source[name]));
  }
  for (const name of Object.keys(source))
    if (!(name in memberSchemas)) problems.push(unknownMember("$", name));
  const regions = readRegions(source["targetRegions"], problems);
  return { read: { members: members, regions }, problems };
}

function readRegions(raw: unknown, problems: Problem[]): ReadRequest["regions"] {
  if (!Array.isArray(raw) || raw.length === 0) {
    problems.push(
      problem(
        "$.targetRegions",
        raw === undefined ? "Required" : "Invalid",
        "targetRegions is a list of at least one region",
        'name the regions, for example [{"name": "westus"}]',
      ),
    );
    return [];
  }
  return raw.flatMap((entry: unknown, index) => {
    const result = regionSchema.safeParse(entry);
    if (result.success) return [{ index, region: result.data }];
    if (entry === null)
      problems.push(
        problem(
          `$.targetRegions[${index}]`,
          "Invalid",
          "this region is null",
          "an unquoted Standard_LRS in a PowerShell hashtable makes null regions: quote it",
        ),
      );
    else problems.push(...issues(result.error, ["targetRegions", index], entry));
    return [];
  });
}

function issues(error: z.ZodError, prefix: PropertyKey[], value: unknown): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = jsonPath([...prefix, ...issue.path]);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownMember(path, key));
    if (issue.code === "invalid_union") return unionIssues(issue.errors, prefix, value, path);
    const missing = issue.code === "invalid_type" && issue.input === undefined;
    const absent = missing || at(value, issue.path) === undefined;
    return [
      absent
        ? problem(path, "Required", "this member is missing", "add it; docs/request.md lists all")
        : problem(path, "Invalid", issue.message, "correct the value; docs/request.md lists all"),
    ];
  });
}

/** Of a union's branches, the one that fits best tells what is wrong. */
function unionIssues(
  branches: z.core.$ZodIssue[][],
  prefix: PropertyKey[],
  value: unknown,
  path: string,
): Problem[] {
  if (value === undefined)
    return [
      problem(path, "Required", "this member is missing", "add it; docs/request.md lists all"),
    ];
  const best = [...branches].sort((a, b) => weight(a) - weight(b))[0] ?? [];
  return best.flatMap((issue): Problem[] => {
    const at = jsonPath([...prefix, ...issue.path]);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownMember(at, key));
    return [problem(at, "Invalid", issue.message, "correct the value; docs/request.md lists all")];
  });
}

function weight(branch: z.core.$ZodIssue[]): number {
  return branch.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
    0,
  );
}

function at(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function unknownMember(path: string, name: string): Problem {
  return problem(
    `${path}.${name}`,
    "UnknownMember",
    `there is no member "${name}" here`,
    "remove it or correct its spelling; docs/request.md lists all",
  );
}

function jsonPath(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    "$",
  );
}

function describe(raw: unknown): string {
  if (raw === null) return "null";
  return Array.isArray(raw) ? "an array" : `a ${typeof raw}`;
}
