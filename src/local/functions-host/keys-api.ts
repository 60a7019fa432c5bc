import { jsonReply } from "./json-reply";
import type { HttpReply, HttpRequest } from "./http-server";
import type { HostKeys, KeyScope } from "./keys";

const FUNCTION_KEYS = /^\/admin\/functions\/([^/]+)\/keys(?:\/([^/]+))?$/i;
const HOST_KEYS = /^\/admin\/host\/(keys|functionkeys|systemkeys)(?:\/([^/]+))?$/i;

/** The master key stands among the system keys under this name. */
const MASTER = "_master";

/**
 * Answers the paths under which keys are listed, made, replaced and removed; undefined for others.
 * Whoever asks must have shown the master key.
 */
export function handleKeysApi(
  request: HttpRequest,
  keys: HostKeys,
  isFunction: (name: string) => boolean,
): HttpReply | undefined {
  const ofFunction = FUNCTION_KEYS.exec(request.path);
  const ofHost = HOST_KEYS.exec(request.path);
  const [, owner = "", name] = ofFunction ?? ofHost ?? [];
  if (owner === "") return undefined;
  if (ofFunction && !isFunction(owner)) return { status: 404 };
  const scope: KeyScope = ofFunction
    ? { functionName: owner }
    : owner.toLowerCase() === "systemkeys"
      ? "system"
      : "host";
  if (name === undefined)
    return request.method === "GET"
      ? jsonReply(200, { keys: keys.list(scope), links: linksOf(request) })
      : { status: 404 };
  return handleKey(request, keys, scope, name);
}

function handleKey(request: HttpRequest, keys: HostKeys, scope: KeyScope, name: string): HttpReply {
  const known = name === MASTER && scope === "system" ? keys.master : keys.get(scope, name);
  switch (request.method) {
    case "GET":
      return known === undefined ? { status: 404 } : showKey(200, request, name, known);
    case "POST":
      return setKey(request, keys, scope, name, undefined);
    case "PUT": {
      const value = readValue(request.body);
      if (value === undefined) return jsonReply(400, { message: "Invalid key value" });
      return setKey(request, keys, scope, name, value);
    }
    case "DELETE":
      if (name.startsWith("_")) return jsonReply(400, { message: "Invalid key name." });
      return { status: keys.remove(scope, name) ? 204 : 404 };
    default:
      return { status: 404 };
  }
}

function setKey(
  request: HttpRequest,
  keys: HostKeys,
  scope: KeyScope,
  name: string,
  value: string | undefined,
): HttpReply {
  if (name === MASTER && typeof scope === "string")
    return showKey(200, request, name, keys.setMaster(value));
  const isNew = keys.get(scope, name) === undefined;
  return showKey(isNew ? 201 : 200, request, name, keys.set(scope, name, value));
}

function showKey(status: number, request: HttpRequest, name: string, value: string): HttpReply {
  return jsonReply(status, { name, value, links: linksOf(request) });
}

function linksOf(request: HttpRequest): object[] {
  const { origin, pathname } = new URL(request.url);
  return [{ rel: "self", href: origin + pathname }];
}

/** What a header can carry: a key is shown as `x-functions-key`, too. */
const PRINTABLE_ASCII = /^[ -~]+$/;

/** The text of `value` in the body `{"name": …, "value": …}`. */
function readValue(body: Buffer): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    const value = (Object(parsed) as { value?: unknown }).value;
    return typeof value === "string" && PRINTABLE_ASCII.test(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
