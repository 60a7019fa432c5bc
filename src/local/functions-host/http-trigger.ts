import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import { toReply, toTriggerData } from "./http-message";
import type { HttpReply, HttpRequest } from "./http-server";
import type { HostKeys } from "./keys";
import type { RunLog } from "./run-log";
import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
  RouteTemplateError,
  type RouteTemplate,
} from "./route-template";

type AuthLevel = "anonymous" | "function" | "admin";

/** An HTTP function under its route. */
export interface HttpRoute {
  target: FunctionDefinition;
  template: RouteTemplate;
  /** Upper-case; empty: all. */
  methods: readonly string[];
  authLevel: AuthLevel;
}

/**
 * Finds the routes of HTTP functions, the most specific first.
 * @throws {RouteTemplateError} with every route that can't be served, one per line.
 */
export function mapRoutes(functions: readonly FunctionDefinition[], prefix: string): HttpRoute[] {
  const mistakes: string[] = [];
  const routes = functions.flatMap((target) => {
    try {
      return [mapRoute(target, prefix)];
    } catch (error) {
      if (!(error instanceof RouteTemplateError)) throw error;
      mistakes.push(`function ${target.name}: ${error.message}`);
      return [];
    }
  });
  if (mistakes.length > 0) throw new RouteTemplateError(mistakes.join("\n"));
  return routes.sort((a, b) => compareRoutes(a.template, b.template));
}

function mapRoute(target: FunctionDefinition, prefix: string): HttpRoute {
  const { route, methods, authLevel } = target.trigger;
  const path = typeof route === "string" ? route.replace(/^\/+/, "") : target.name;
  if (/^admin/i.test(path) || /^admin/i.test(target.name))
    throw new RouteTemplateError(`names and routes that begin with "admin" belong to the host`);
  if (authLevel !== "anonymous" && authLevel !== "function" && authLevel !== "admin")
    throw new RouteTemplateError(`authLevel "${String(authLevel)}" is not supported`);
  return {
    target,
    template: parseRouteTemplate(`${prefix}/${path}`),
    methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : [],
    authLevel,
  };
}

export interface HttpTriggerParts {
  routes: readonly HttpRoute[];
  keys: HostKeys;
  runner: FunctionRunner;
  runs: RunLog;
  maxOutstandingRequests: number;
}

interface FoundRoute {
  route: HttpRoute;
  params: Record<string, string>;
}

/** Answers the requests for HTTP functions; everything that no route takes is 404. */
export class HttpTrigger {
  #outstanding = 0;

  constructor(private readonly parts: HttpTriggerParts) {}

  async handle(request: HttpRequest): Promise<HttpReply> {
    const found = this.#find(request);
    if (!found) return { status: 404 };
    const startedAt = performance.now();
    let note = "";
    const reply = await this.#answer(request, found, (error) => (note = error.message));
    this.parts.runs.write({
      kind: "http",
      name: found.route.target.name,
      subject: `${request.method} ${request.path}`,
      outcome: String(reply.status),
      durationMs: performance.now() - startedAt,
      note,
    });
    return reply;
  }

  async #answer(
    request: HttpRequest,
    { route, params }: FoundRoute,
    onFailure: (error: Error) => void,
  ): Promise<HttpReply> {
    if (this.#outstanding >= this.parts.maxOutstandingRequests)
      return { status: 429, headers: { "X-FUNCTION-SCALEOUT": "1" } };
    if (!this.#mayCall(request, route)) return { status: 401 };
    this.#outstanding++;
    try {
      const { traceparent: traceParent } = request.headers;
      const run = this.parts.runner.run(
        route.target,
        toTriggerData(request, params),
        traceParent === undefined ? {} : { traceParent },
      );
      return toReply((await run).returnValue);
    } catch (error) {
      // A caller learns nothing of an app's failure, as in Azure; the logs do.
      onFailure(error as Error);
      return { status: 500 };
    } finally {
      this.#outstanding--;
    }
  }

  #find(request: HttpRequest): FoundRoute | undefined {
    for (const route of this.parts.routes) {
      if (route.methods.length > 0 && !route.methods.includes(request.method)) continue;
      const params = matchRoute(route.template, request.path);
      if (params) return { route, params };
    }
    return undefined;
  }

  #mayCall(request: HttpRequest, { authLevel, target }: HttpRoute): boolean {
    if (authLevel === "anonymous") return true;
    const level = this.parts.keys.levelOf(presentedKey(request), target.name);
    return level === "master" || (level === "function" && authLevel === "function");
  }
}

/** The key a caller presents: the header `x-functions-key`, else `?code=`. */
export function presentedKey(request: HttpRequest): string | undefined {
  return request.headers["x-functions-key"] ?? request.query.get("code") ?? undefined;
}
