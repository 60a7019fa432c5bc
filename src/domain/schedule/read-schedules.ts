import { problem, type Problem } from "../problem";
import { isDeeperThan, MAX_DEPTH } from "../json-depth";
import { IMAGE_TEMPLATE, isOfType, parseArmId, printArmId } from "../arm-id";
import { isWithin, jsonPath } from "../request/json-path";
import { parseRequest, type RequestRules } from "../request/parse-request";
import { issues, tooDeep } from "../request/structure";
import { cronFault, isTimeZone } from "./calendar";
import { finderOf, placeholderFor } from "./finder";
import { publishingFromThemselves } from "./own-source";
import type { Schedule } from "./schedule";
import { documentMembers, ownMembersSchema, type WireSchedule } from "./schema";

/** A schedule of the document, or every reason why it can't run. */
export interface ReadSchedule {
  /** What the document calls it; its place in the list, `[1]`, which nothing is called, where it has no name. */
  id: string;
  schedule?: Schedule;
  problems: Problem[];
}

/** The document as far as it could be read. */
export interface ReadSchedules {
  schedules: ReadSchedule[];
  /** Mistakes of the document as a whole: no schedule of it runs. */
  problems: Problem[];
}

const MOST_SCHEDULES = 200;
const DEFAULT_STRATEGY = { strategy: "nextPatch" };
const DEFAULT_FAILURES = 3;

/**
 * Reads the document of schedules (docs/schedules.md). Every mistake is found in one go, with its JSON path; one in a
 * schedule doesn't keep the others from running, one of the document does: what it means isn't known.
 */
export function readSchedules(document: unknown, rules: RequestRules): ReadSchedules {
  if (!isObject(document))
    return unreadable(problem("$", "NotAnObject", "the document is no JSON object", SEE));
  const { schedules, ...members } = document;
  const problems = documentProblems(members);
  if (!Array.isArray(schedules) || schedules.length > MOST_SCHEDULES) {
    const code = schedules === undefined ? "Required" : "Invalid";
    const text = `schedules is a list of at most ${MOST_SCHEDULES} schedules`;
    return { schedules: [], problems: [...problems, problem("$.schedules", code, text, SEE)] };
  }
  const read = schedules.map((one: unknown, index) => readSchedule(one, index, rules));
  const count = (id: string): number => read.filter((one) => sameId(one.id, id)).length;
  const endless = publishingFromThemselves(read.flatMap(({ schedule }) => schedule ?? []));
  const checked = read.map((one, index) =>
    one.schedule !== undefined && endless.has(one.schedule) ? fromItself(one, index) : one,
  );
  const unique = checked.map((one, index) => (count(one.id) === 1 ? one : twice(one, index)));
  return {
    schedules: problems.length === 0 ? unique : unique.map((one) => stopped(one, problems)),
    problems,
  };
}

const stopped = ({ id, problems }: ReadSchedule, whole: readonly Problem[]): ReadSchedule => ({
  id,
  problems: [...problems, ...whole],
});

const SEE = "docs/schedules.md shows one";
const unreadable = (found: Problem): ReadSchedules => ({ schedules: [], problems: [found] });
const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function documentProblems(members: Record<string, unknown>): Problem[] {
  return Object.entries(members).flatMap(([name, value]) => {
    const schema = Object.entries(documentMembers).find(([known]) => known === name)?.[1];
    if (schema === undefined)
      return [problem(jsonPath([name]), "UnknownMember", `there is no member "${name}" here`, SEE)];
    const read = schema.safeParse(value);
    return read.success ? [] : own(issues(read.error.issues, [name], value));
  });
}

/** Rows and links know a schedule by its id in any case. */
function twice({ id, problems }: ReadSchedule, index: number): ReadSchedule {
  const found = problem(
    jsonPath(["schedules", index, "id"]),
    "DuplicateSchedule",
    `another schedule is called "${id}", too; neither runs`,
    "rename one",
  );
  return { id, problems: [found, ...problems] };
}

function fromItself({ id, problems }: ReadSchedule, index: number): ReadSchedule {
  const found = problem(
    jsonPath(["schedules", index, "source", "newestVersionOf"]),
    "SourceIsTarget",
    "the source is a version of the definition that is published to, at once or by way of other schedules: each version would be the source of the next",
    "name the definition that the builds go to",
  );
  return { id, problems: [...problems, found] };
}

function readSchedule(raw: unknown, index: number, rules: RequestRules): ReadSchedule {
  const path = ["schedules", index];
  if (!isObject(raw)) {
    const found = problem(jsonPath(path), "NotAnObject", "a schedule is a JSON object", SEE);
    return { id: `[${index}]`, problems: [found] };
  }
  const id = typeof raw["id"] === "string" && raw["id"] !== "" ? raw["id"] : `[${index}]`;
  const deep = Object.keys(raw).filter((name) => isDeeperThan(raw[name], MAX_DEPTH));
  if (deep.length > 0)
    return { id, problems: own(deep.map((name) => tooDeep(jsonPath([...path, name])))) };
  const { request, ...members } = raw;
  const read = ownMembersSchema.safeParse(members);
  const malformed = read.success ? [] : own(issues(read.error.issues, path, members));
  const template = isObject(request)
    ? requestProblems(request, members, path, rules)
    : [noRequest(path, request)];
  const rulesOf = [
    ...calendarProblems(members, path, rules.now),
    ...finderProblems(members, path),
    ...templateProblems(members, path, rules),
  ];
  const places = new Set(malformed.map((found) => found.path));
  const fixed = fixedVersion(members, path);
  const problems = [
    ...fixed,
    ...malformed.filter((found) => found.path !== fixed[0]?.path),
    ...[...rulesOf, ...template].filter((found) => !isWithin(found.path, places)),
  ];
  if (!read.success || problems.length > 0 || !isObject(request)) return { id, problems };
  return { id, schedule: toSchedule(read.data, request), problems };
}

function noRequest(path: PropertyKey[], given: unknown): Problem {
  const code = given === undefined ? "Required" : "Invalid";
  return problem(jsonPath([...path, "request"]), code, "request is a JSON object", SEE);
}

/** Each on its own, so that a mistake elsewhere doesn't hide it. */
function calendarProblems(
  { cron, timeZone }: Record<string, unknown>,
  path: PropertyKey[],
  now: Date,
): Problem[] {
  const fault = typeof cron === "string" ? cronFault(cron.trim(), now) : undefined;
  const at = (name: string): string => jsonPath([...path, name]);
  return [
    ...(fault === undefined
      ? []
      : [
          problem(
            at("cron"),
            "InvalidCron",
            `"${String(cron)}": ${fault}`,
            "for example 30 2 * * 1: every Monday at 02:30",
          ),
        ]),
    ...(typeof timeZone === "string" && !isTimeZone(timeZone.trim())
      ? [
          problem(
            at("timeZone"),
            "UnknownTimeZone",
            `"${timeZone}" is no IANA time zone`,
            "for example Europe/Berlin, or UTC",
          ),
        ]
      : []),
  ];
}

/** A version has one number for ever: the second run of the schedule would find it taken. */
function fixedVersion({ image }: Record<string, unknown>, path: PropertyKey[]): Problem[] {
  if (!isObject(image) || typeof image["version"] !== "string") return [];
  return [
    problem(
      jsonPath([...path, "image", "version"]),
      "VersionIsFixed",
      "a schedule publishes again and again, and a version is published once",
      'name a strategy, {"strategy": "nextPatch"}, or leave it out',
    ),
  ];
}

function finderProblems({ source }: Record<string, unknown>, path: PropertyKey[]): Problem[] {
  if (!isObject(source)) return [];
  const named = Object.keys(source);
  if (named.length === 1) return oneTagForTwo(source, path);
  return [
    problem(
      jsonPath([...path, "source"]),
      "OneSourceFinder",
      named.length === 0 ? "no way to find the source" : `${named.length} ways to find the source`,
      "name one of byTag, namePrefix, newestVersionOf, newestSnapshotSet",
    ),
  ];
}

/** Each value of the one tag would be a set of its own, and none of them whole. Azure compares names of tags in any case. */
function oneTagForTwo({ newestSnapshotSet: set }: Record<string, unknown>, path: PropertyKey[]) {
  if (!isObject(set)) return [];
  const { setTag, diskTag } = set;
  if (typeof setTag !== "string" || typeof diskTag !== "string") return [];
  if (!sameId(setTag.trim(), diskTag.trim())) return [];
  return [
    problem(
      jsonPath([...path, "source", "newestSnapshotSet", "diskTag"]),
      "OneTagForTwo",
      `"${diskTag}" is the tag that names the set, too`,
      "name another tag, which says which disk a snapshot is of",
    ),
  ];
}

/** A build is started where requests may reach, and nowhere else. */
function templateProblems(
  { imageTemplate }: Record<string, unknown>,
  path: PropertyKey[],
  { allow }: RequestRules,
): Problem[] {
  if (typeof imageTemplate !== "string") return [];
  const at = jsonPath([...path, "imageTemplate"]);
  const id = parseArmId(imageTemplate);
  if (id === undefined || !isOfType(id, IMAGE_TEMPLATE) || id.names.length !== 1)
    return [
      problem(
        at,
        "InvalidResourceId",
        `"${imageTemplate}" isn't the id of an image template`,
        "/subscriptions/…/resourceGroups/…/providers/Microsoft.VirtualMachineImages/imageTemplates/<name>",
      ),
    ];
  const { subscriptionId } = id;
  if (allow.subscriptions.some((one) => sameId(one, subscriptionId))) return [];
  return [
    problem(
      at,
      "SubscriptionNotAllowed",
      `the image template is in subscription ${subscriptionId}, which requests may not touch`,
      "use an allowed subscription, or have the setting ALLOWED_SUBSCRIPTIONS extended",
    ),
  ];
}

/** The request is read by the one parser of all requests, with a source in the place of the one to be found. */
function requestProblems(
  request: Record<string, unknown>,
  members: Record<string, unknown>,
  path: PropertyKey[],
  rules: RequestRules,
): Problem[] {
  const foreign = ["image", "source", "requestId", "sourceFingerprint"].filter(
    (name) => name in request,
  );
  const misplaced = foreign.map((name) =>
    problem(
      jsonPath([...path, "request", name]),
      "UnknownMember",
      `${name} has no place in the request of a schedule`,
      name === "image" || name === "source"
        ? "it stands beside the request"
        : "remove it: each run has its own",
    ),
  );
  const whole = {
    ...request,
    image: withStrategy(members["image"]),
    source: placeholderFor(members, rules.allow.subscriptions),
    requestId: "schedule",
  };
  const parsed = parseRequest(whole, rules);
  const found = parsed.kind === "invalid" ? parsed.problems : [];
  const base = jsonPath(path);
  return [...misplaced, ...found.map((one) => ({ ...one, path: moved(one.path, base) }))];
}

function moved(path: string, base: string): string {
  if (/^\$\.source\b/.test(path)) return `${base}.source`;
  if (/^\$\.image\b/.test(path)) return `${base}${path.slice(1)}`;
  return `${base}.request${path.slice(1)}`;
}

const withStrategy = (image: unknown): unknown =>
  isObject(image) ? { version: DEFAULT_STRATEGY, ...image } : image;

function toSchedule(read: WireSchedule, request: Record<string, unknown>): Schedule {
  const { subscriptionId, resourceGroup, gallery, definition } = read.image;
  const template = parseArmId(read.imageTemplate ?? "");
  return {
    id: read.id,
    cron: read.cron,
    timeZone: read.timeZone ?? "UTC",
    image: { subscriptionId, resourceGroup, gallery, definition },
    source: finderOf(read),
    request: { ...request, image: withStrategy(read.image) },
    enabled: read.enabled ?? true,
    maxConsecutiveFailures: read.maxConsecutiveFailures ?? DEFAULT_FAILURES,
    catchUp: read.catchUp ?? true,
    ...(template === undefined ? {} : { imageTemplate: printArmId(template) }),
  };
}

/** The same words as of requests, pointing to the right document. */
const own = (found: Problem[]): Problem[] =>
  found.map((one) => ({ ...one, action: one.action.replace("request.md", "schedules.md") }));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
