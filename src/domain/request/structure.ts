import type * as z from "zod";
import { isDeeperThan, MAX_DEPTH } from "../json-depth";
import { plainText } from "../plain-text";
import { problem, type Problem } from "../problem";
import { memberSchemas, regionSchema, type WireRegion, type WireRequest } from "./schema";

/** Whatever of a request could be read, and the region entries with their original position. */
export interface ReadRequest {
  members: Partial<WireRequest>;
  regions: { index: number; region: WireRegion }[];
  /** Names of the entries that are malformed elsewhere: they are targets all the same. */
  malformedRegions: string[];
}

/**
 * Reads a request member by member. What is malformed becomes a problem with its JSON path; what is
 * sound is returned, so that the rules still find what else is wrong with it.
 */
export function readStructure(raw: unknown): { read: ReadRequest; problems: Problem[] } {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return {
      read: { members: {}, regions: [], malformedRegions: [] },
      problems: [
        problem(
          "$",
          "NotAnObject",
          `a publish request is a JSON object; this is ${describe(raw)}`,
          "send a JSON object; docs/request.md shows one",
        ),
      ],
    };
  if (isDeeperThan(raw, MAX_DEPTH))
    return { read: { members: {}, regions: [], malformedRegions: [] }, problems: [tooDeep()] };
  const source = raw as Record<string, unknown>;
  const problems: Problem[] = protoTag(source["tags"]);
  const members: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(memberSchemas)) {
    if (name === "targetRegions") continue;
    const result = (schema as z.ZodType).safeParse(source[name]);
    if (result.success) members[name] = result.data;
    else problems.push(...issues(result.error.issues, [name], source[name]));
  }
  for (const name of Object.keys(source))
    if (!Object.hasOwn(memberSchemas, name)) problems.push(unknownMember([], name));
  const entries = source["targetRegions"];
  const regions = readRegions(entries, problems);
  return { read: { members, regions, malformedRegions: malformed(entries, regions) }, problems };
}

function malformed(raw: unknown, sound: ReadRequest["regions"]): string[] {
  const read = new Set(sound.map(({ index }) => index));
  return (Array.isArray(raw) ? raw : []).flatMap((entry: unknown, index) => {
    const name = at(entry, ["name"]);
    return read.has(index) || typeof name !== "string" ? [] : [name];
  });
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
    else problems.push(...issues(result.error.issues, ["targetRegions", index], entry));
    return [];
  });
}

function issues(found: z.core.$ZodIssue[], prefix: PropertyKey[], value: unknown): Problem[] {
  return found.flatMap((issue): Problem[] => {
    const path = [...prefix, ...issue.path];
    const given = at(value, issue.path);
    if (given === undefined)
      return [
        problem(
          jsonPath(path),
          "Required",
          "this member is missing",
          "add it; docs/request.md lists all",
        ),
      ];
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownMember(path, key));
    if (issue.code === "invalid_union") return unionIssues(issue.errors, path, given);
    return [invalid(path, issue.message)];
  });
}

/** Of a union's branches, the one that fits best tells what is wrong. */
function unionIssues(
  branches: z.core.$ZodIssue[][],
  path: PropertyKey[],
  value: unknown,
): Problem[] {
  const wrongKind = branches.every((branch) =>
    branch.every((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys"),
  );
  if (wrongKind) {
    const messages = new Set(branches.flat().map((issue) => issue.message));
    return [invalid(path, [...messages].join("; or: "))];
  }
  const best = [...branches].sort((a, b) => distance(a) - distance(b))[0] ?? [];
  return issues(best, path, value);
}

/**
 * How far a branch is from what was given. A name that it doesn't know says more about what was
 * meant than one that is missing, and a value of another kind can't have been meant at all.
 */
function distance(branch: z.core.$ZodIssue[]): number {
  return branch.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + issue.keys.length * 10;
    return sum + (issue.path.length === 0 ? 1000 : 1);
  }, 0);
}

function at(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function invalid(path: PropertyKey[], message: string): Problem {
  return problem(
    jsonPath(path),
    "Invalid",
    message,
    "correct the value; docs/request.md lists all",
  );
}

function unknownMember(parent: PropertyKey[], name: string): Problem {
  return problem(
    jsonPath([...parent, name]),
    "UnknownMember",
    `there is no member "${name}" here`,
    "remove it or correct its spelling; docs/request.md lists all",
  );
}

/** What nests deeper than any request; nothing in it is looked at. */
export function tooDeep(): Problem {
  return problem(
    "$",
    "TooDeep",
    `the JSON nests more than ${MAX_DEPTH} levels`,
    "send a request as docs/request.md shows it",
  );
}

/** JavaScript would lose a tag of this name without a word. */
function protoTag(tags: unknown): Problem[] {
  if (typeof tags !== "object" || tags === null || !Object.hasOwn(tags, "__proto__")) return [];
  return [
    problem(
      "$.tags['__proto__']",
      "InvalidName",
      'a tag can\'t be named "__proto__"',
      "rename the tag",
    ),
  ];
}

/** `$.targetRegions[1].name`; a name that isn't plain stands in brackets: `$.tags['cost.center']`. */
function jsonPath(path: PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    if (/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}.${name}`;
    return `${text}['${plainText(name.replace(/['\\]/g, "\\$&"))}']`;
  }, "$");
}

function describe(raw: unknown): string {
  if (raw === null) return "null";
  return Array.isArray(raw) ? "an array" : `a ${typeof raw}`;
}
