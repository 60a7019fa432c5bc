import { presentedKey } from "./http-trigger";
import type { HttpReply, HttpRequest } from "./http-server";
import { levelOf, type HostKeys, type KeyLevel } from "./keys";

/** What the host's own paths need. */
export interface HostApiParts {
  keys: HostKeys;
  hostId: string;
  version: string;
  /** Runs a function once by its name, in the background. @returns false when there is none. */
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
    const refused = requireKey(request, parts.keys, ["master", "system"]);
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
  const level = levelOf(presentedKey(request), keys);
  if (!level) return { status: 401, headers: { "WWW-Authenticate": "Bearer" } };
  return allowed.includes(level) ? undefined : { status: 403 };
}

function handleAdmin(request: HttpRequest, path: string, parts: HostApiParts): HttpReply {
  if (path === "/admin/host/status" && request.method === "GET")
    return json(200, {
      id: parts.hostId,
      state: "Running",
      version: parts.version,
      versionDetails: `${parts.version} (local host)`,
      processUptime: Math.round(process.uptime() * 1000),
    });
  const name = /^\/admin\/functions\/([^/]+)$/i.exec(request.path)?.[1];
  if (name === undefined || request.method !== "POST") return { status: 404 };
  const input = readInput(request.body);
  if (input === undefined)
    return json(400, { message: 'the body must be JSON like {"input": "text"}' });
  return { status: parts.runOnce(name, input) ? 202 : 404 };
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

function json(status: number, body: object): HttpReply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}
