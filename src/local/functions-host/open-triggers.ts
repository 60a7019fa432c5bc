import { systemClock } from "../durable-engine/clock";
import { StartError } from "../program";
import { SettingError } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import type { HostContext } from "./host-context";
import { HttpTrigger, mapRoutes } from "./http-trigger";
import { RouteTemplateError } from "./route-template";
import { Triggers } from "./triggers";

/** @throws {StartError} naming every route, schedule and setting that can't be used. */
export function openTriggers(
  context: HostContext,
  functions: readonly FunctionDefinition[],
  runner: FunctionRunner,
): { triggers: Triggers; http: HttpTrigger } {
  const { host, state, settings, log, runs } = context;
  try {
    const httpFunctions = functions.filter((f) => f.trigger.type.toLowerCase() === "httptrigger");
    const http = new HttpTrigger({
      routes: mapRoutes(httpFunctions, host.routePrefix),
      keys: state.keys,
      runner,
      runs,
      maxOutstandingRequests: host.maxOutstandingRequests,
    });
    const { timers } = state;
    const clock = systemClock;
    const triggers = new Triggers({ functions, runner, settings, host, clock, timers, log });
    return { http, triggers };
  } catch (error) {
    const isMistake = error instanceof SettingError || error instanceof RouteTemplateError;
    throw isMistake ? new StartError(error.message) : error;
  }
}
