import * as z from "zod";
import { isDeeperThan, MAX_DEPTH } from "../json-depth";
import { problem, type Problem } from "../problem";
import { crowded } from "./crowded";
import { damagedTexts } from "./damaged-text";
import { jsonPath } from "./json-path";
import { memberSchemas, regionSchema, type WireRegion, type WireRequest } from "./schema";
import { nearestBranch, soundParts, type Sound } from "./sound-parts";

/** Whatever of a request could be read. */
export interface ReadRequest {
  /** The sound parts of every member but `targetRegions`. */
  members: Sound<Partial<Omit<WireRequest, "targetRegions">>>;
  /** The sound parts of each region, in its place; undefined for what is no object at all. */
  regions: (Sound<WireRegion> | undefined)[];
}

const DAMAGED = "the text holds half of a character, or U+FFFD, which stands for lost bytes";

/**
 * Reads a request member by member. What is malformed becomes a problem with its JSON path; what is
 * sound is returned, so that the rules still find what else is wrong with it.
 */
export function readStructure(raw: unknown): { read: ReadRequest; problems: Problem[] } {
  const nothing: ReadRequest = { members: {}, regions: [] };
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return {
      read: nothing,
      problems: [
        problem(
          "$",
          "NotAnObject",
          `a publish request is a JSON object; this is ${describe(raw)}`,
          "send a JSON object; docs/request.md shows one",
        ),
      ],
    };
  if (isDeeperThan(raw, MAX_DEPTH)) return { read: nothing, problems: [tooDeep()] };
  const crowds = crowded(raw);
  if (crowds.length > 0) return { read: nothing, problems: crowds };
  const source = raw as Record<string, unknown>;
  const problems: Problem[] = [
    ...protoTag(source, ["tags"]),
    ...protoTag(source, ["encryption", "diskEncryptionSets", "byTag"]),
  ];
  const members: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(memberSchemas)) {
    if (name === "targetRegions") continue;
    const result = (schema as z.ZodType).safeParse(source[name]);
    members[name] = result.success ? result.data : soundParts(schema, source[name]);
    if (!result.success) problems.push(...mistakes(schema, result.error, name, source[name]));
  }
  for (const name of Object.keys(source))
    if (!Object.hasOwn(memberSchemas, name)) problems.push(unknownMember([], name));
  const regions = readRegions(source["targetRegions"], problems);
  const places = new Set(problems.map(({ path }) => path));
  const damaged = damagedTexts(raw).filter((path) => !places.has(path));
  problems.push(...damaged.map((path) => invalidAt(path, DAMAGED)));
  return { read: { members, regions }, problems };
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
  return raw.map((entry: unknown, index) => {
    const result = regionSchema.safeParse(entry);
    if (result.success) return result.data;
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
    return soundParts(regionSchema, entry);
  });
}

/** Where only one branch of a union fails early, zod tells of the other alone: each is asked on its own. */
function mistakes(schema: z.ZodType, error: z.ZodError, name: string, value: unknown): Problem[] {
  if (!(schema instanceof z.ZodUnion) || value === undefined)
    return issues(error.issues, [name], value);
  const options = schema.options as z.ZodType[];
  const branches = options.map((option) => option.safeParse(value).error?.issues ?? []);
  return unionIssues(branches, [name], value);
}

/**
 * What a schema found as problems with JSON paths.
 * @param prefix where `value` lies
 */
export function issues(
  found: z.core.$ZodIssue[],
  prefix: PropertyKey[],
  value: unknown,
): Problem[] {
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
  return issues(branches[nearestBranch(branches)] ?? [], path, value);
}

function at(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

const invalid = (path: PropertyKey[], message: string): Problem =>
  invalidAt(jsonPath(path), message);

function invalidAt(path: string, message: string): Problem {
  return problem(path, "Invalid", message, "correct the value; docs/request.md lists all");
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
export function tooDeep(path = "$"): Problem {
  return problem(
    path,
    "TooDeep",
    `the JSON nests more than ${MAX_DEPTH} levels`,
    "send a request as docs/request.md shows it",
  );
}

/** JavaScript would lose a tag of this name without a word. */
function protoTag(request: unknown, path: string[]): Problem[] {
  const tags = at(request, path);
  if (typeof tags !== "object" || tags === null || !Object.hasOwn(tags, "__proto__")) return [];
  return [
    problem(
      `${jsonPath(path)}['__proto__']`,
      "InvalidTag",
      'a tag can\'t be named "__proto__"',
      "rename the tag",
    ),
  ];
}

function describe(raw: unknown): string {
  if (raw === null) return "null";
  return Array.isArray(raw) ? "an array" : `a ${typeof raw}`;
}
