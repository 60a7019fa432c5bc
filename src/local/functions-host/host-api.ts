import { functionList } from "./function-list";
import type { FunctionDefinition } from "./function-app";
import { presentedKey } from "./http-trigger";
import type { HttpReply, HttpRequest } from "./http-server";
import { jsonReply } from "./json-reply";
import { handleKeysApi } from "./keys-api";
import type { HostKeys, KeyLevel } from "./keys";

/** What the host's own paths need. */
export interface HostApiParts {
  keys: HostKeys;
  hostId: string;
  version: string;
  /** All functions of the app, also those switched off. */
  functions: readonly FunctionDefinition[];
  isEnabled(target: FunctionDefinition): boolean;
  routePrefix: string;
  /** What is wrong with the app; empty: nothing. */
  errors: readonly string[];
  /** Runs a function once by its name, in the background. @returns false when it can't be. */
  runOnce(name: string, input: string): boolean;
  /** Answers the public Durable HTTP API. */
  durable(request: HttpRequest, pathAfterBase: string, baseUrl: string): Promise<HttpReply>;
}

const DURABLE_BASE = "/runtime/webhooks/durabletask";

/** Answers `/admin/*` and `/runtime/webhooks/*`; undefined for all other paths. */
export async function handleHostApi(
  request: HttpRequest,
  parts: HostApiParts,
): Promise<HttpReply | undefined> {
  const path = request.path.toLowerCase();
  if (path === "/admin/host/ping") return { status: 200 };
  if (path.startsWith("/admin/"))
    return requireKey(request, parts.keys, ["master"]) ?? handleAdmin(request, path, parts);
  if (path === DURABLE_BASE || path.startsWith(`${DURABLE_BASE}/`)) {
    const baseUrl = `${new URL(request.url).origin}${DURABLE_BASE}/`;
    const refused = requireDurableKey(request, parts.keys);
    return refused ?? parts.durable(request, request.path.slice(DURABLE_BASE.length + 1), baseUrl);
  }
  if (path.startsWith("/runtime/webhooks/"))
    return requireKey(request, parts.keys, ["master", "system"]) ?? { status: 404 };
  return undefined;
}

function requireKey(
  request: HttpRequest,
  keys: HostKeys,
  allowed: readonly KeyLevel[],
): HttpReply | undefined {
  const level = keys.levelOf(presentedKey(request));
  if (!level) return { status: 401, headers: { "WWW-Authenticate": "Bearer" } };
  return allowed.includes(level) ? undefined : { status: 403 };
}

/** Each extension has a system key of its own; another's is a valid key, but not for this. */
function requireDurableKey(request: HttpRequest, keys: HostKeys): HttpReply | undefined {
  const refused = requireKey(request, keys, ["master", "system"]);
  if (refused) return refused;
  const key = presentedKey(request);
  return key === keys.master || key === keys.durable ? undefined : { status: 403 };
}

function handleAdmin(request: HttpRequest, path: string, parts: HostApiParts): HttpReply {
  const isGet = request.method === "GET";
  if (path === "/admin/host/status" && isGet) return jsonReply(200, hostStatus(parts));
  if (path === "/admin/functions" && isGet) return jsonReply(200, functionList(request, parts));
  const find = (name: string): FunctionDefinition | undefined =>
    parts.functions.find((target) => target.name.toLowerCase() === name.toLowerCase());
  const keys = handleKeysApi(request, parts.keys, (name) => find(name) !== undefined);
  if (keys) return keys;
  const [, name = "", status] =
    /^\/admin\/functions\/([^/]+)(\/status)?$/i.exec(request.path) ?? [];
  const target = find(name);
  if (target && isGet)
    return jsonReply(
      200,
      status ? {} : functionList(request, { ...parts, functions: [target] })[0],
    );
  if (name === "" || status || request.method !== "POST") return { status: 404 };
  return target ? runByHand(request, target, parts) : { status: 404 };
}

function hostStatus({ hostId, version, errors }: HostApiParts): object {
  return {
    id: hostId,
    state: "Running",
    version,
    versionDetails: `${version} (local host)`,
    processUptime: Math.round(process.uptime() * 1000),
    ...(errors.length > 0 && { errors }),
  };
}

function runByHand(
  request: HttpRequest,
  { name, trigger }: FunctionDefinition,
  parts: HostApiParts,
): HttpReply {
  const input = readInput(request.body);
  if (input === undefined)
    return jsonReply(400, { message: 'the body must be JSON like {"input": "text"}' });
  if (parts.runOnce(name, input)) return { status: 202 };
  return jsonReply(400, { message: `this host does not run a ${trigger.type} by hand` });
}

/** The text of `input`; anything but a text goes on as JSON. */
function readInput(body: Buffer): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed !== "object" || parsed === null) return undefined;
    const input = (parsed as { input?: unknown }).input ?? "";
    return typeof input === "string" ? input : JSON.stringify(input);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
