import type { FunctionDefinition } from "./function-app";
import type { HttpRequest } from "./http-server";

/** What the list of functions is made of. */
export interface FunctionListParts {
  functions: readonly FunctionDefinition[];
  isEnabled(target: FunctionDefinition): boolean;
  routePrefix: string;
}

/** The app's functions as `GET /admin/functions` shows them. */
export function functionList(request: HttpRequest, parts: FunctionListParts): object[] {
  const { origin } = new URL(request.url);
  return parts.functions.map((target) => ({
    name: target.name,
    href: `${origin}/admin/functions/${target.name}`,
    ...(target.trigger.type.toLowerCase() === "httptrigger" && {
      invoke_url_template: `${origin}/${[parts.routePrefix, routeOf(target)].filter(Boolean).join("/")}`,
    }),
    language: "node",
    isDisabled: !parts.isEnabled(target),
    config: {
      bindings: Object.entries(target.bindings).map(([name, binding]) => ({ name, ...binding })),
    },
  }));
}

function routeOf({ name, trigger }: FunctionDefinition): string {
  return typeof trigger.route === "string" ? trigger.route : name;
}
