/** A route that this host can't serve; the message names what is wrong with it. */
export class RouteTemplateError extends Error {}

type Constraint = (value: string) => boolean;

interface Literal {
  kind: "literal";
  /** Lower-case. */
  text: string;
}

interface Parameter {
  kind: "parameter" | "rest";
  name: string;
  optional: boolean;
  defaultValue: string | undefined;
  constraints: Constraint[];
}

type Segment = Literal | Parameter;

/** A parsed route, e.g. `items/{id:int}/{*rest}`. */
export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/**
 * Parses a route with `{x}`, `{x?}`, `{x=5}`, `{x:int}` and `{*rest}`.
 * @throws {RouteTemplateError} for anything else, by name.
 */
export function parseRouteTemplate(text: string): RouteTemplate {
  const parts = text.split("/").filter((part) => part !== "");
  const segments = parts.map((part) => parseSegment(part, text));
  segments.forEach((segment, index) => {
    if (segment.kind === "rest" && index < segments.length - 1)
      throw new RouteTemplateError(`route "${text}": {*${segment.name}} must be the last segment`);
  });
  return { text, segments };
}

/**
 * Matches a request's path, still percent-encoded; case and one trailing slash don't count.
 * @returns the route values, without those that were left out, or undefined when it doesn't match.
 */
export function matchRoute(
  template: RouteTemplate,
  path: string,
): Record<string, string> | undefined {
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  const given = parts.length === 1 && parts[0] === "" ? [] : parts;
  const values: Record<string, string> = {};
  let index = 0;
  for (const segment of template.segments) {
    if (segment.kind === "rest") {
      const rest = given.slice(index).map(decodeSegment).join("/");
      index = given.length;
      if (!take(segment, rest, values)) return undefined;
      continue;
    }
    const part = given[index++];
    if (segment.kind === "literal") {
      if (part === undefined || decodeSegment(part).toLowerCase() !== segment.text)
        return undefined;
    } else if (!take(segment, decodeSegment(part ?? ""), values)) return undefined;
  }
  return index < given.length ? undefined : values;
}

/**
 * Orders templates so that the first that matches is the right one: segment by segment a literal
 * goes before a constrained parameter, that before a plain one, that before a rest.
 */
export function compareRoutes(a: RouteTemplate, b: RouteTemplate): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: Segment | undefined): number {
  if (!segment) return 0;
  if (segment.kind === "literal") return 1;
  return (segment.kind === "rest" ? 4 : 2) + (segment.constraints.length > 0 ? 0 : 1);
}

function take(parameter: Parameter, text: string, values: Record<string, string>): boolean {
  const value = text === "" ? parameter.defaultValue : text;
  if (value === undefined) return parameter.optional || parameter.kind === "rest";
  if (!parameter.constraints.every((holds) => holds(value))) return false;
  values[parameter.name] = value;
  return true;
}

/** An encoded slash stays encoded, or it would look like the end of the segment. */
function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%2f/gi, (slash) => `%25${slash.slice(1)}`));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

const PARAMETER = /^\{(\*{0,2})([A-Za-z_]\w*)((?::[^=?{}]+)*)(?:=([^{}?]*))?(\?)?\}$/;

function parseSegment(part: string, route: string): Segment {
  if (!/[{}]/.test(part)) return { kind: "literal", text: part.toLowerCase() };
  const match = PARAMETER.exec(part);
  if (!match)
    throw new RouteTemplateError(
      `route "${route}": the segment "${part}" is not supported; use a text or one {parameter}`,
    );
  const [, stars, name = "", constraints = "", defaultValue, optional] = match;
  return {
    kind: stars ? "rest" : "parameter",
    name,
    optional: optional !== undefined,
    defaultValue,
    constraints: constraints
      .split(":")
      .filter((text) => text !== "")
      .map((text) => parseConstraint(text, route)),
  };
}

const plainConstraints: Record<string, RegExp> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

const boundedConstraints: Record<string, (bound: number) => Constraint> = {
  length: (bound) => (value) => value.length === bound,
  minlength: (bound) => (value) => value.length >= bound,
  maxlength: (bound) => (value) => value.length <= bound,
  min: (bound) => (value) => /^-?\d+$/.test(value) && Number(value) >= bound,
  max: (bound) => (value) => /^-?\d+$/.test(value) && Number(value) <= bound,
};

const INT_MAX = 2 ** 31 - 1;

function parseConstraint(text: string, route: string): Constraint {
  const plain = plainConstraints[text.toLowerCase()];
  if (plain)
    return (value) =>
      plain.test(value) &&
      (text.toLowerCase() !== "int" || (Number(value) <= INT_MAX && Number(value) >= -INT_MAX - 1));
  const [, name = "", bound = ""] = /^(\w+)\((\d+)\)$/.exec(text) ?? [];
  const bounded = boundedConstraints[name.toLowerCase()];
  if (bounded) return bounded(Number(bound));
  throw new RouteTemplateError(`route "${route}": the constraint "${text}" is not supported`);
}
