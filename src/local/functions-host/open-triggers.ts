import type { Logger } from "pino";
import { systemClock } from "../durable-engine/clock";
import { StartError } from "../program";
import { SettingError, type AppSettings } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import type { HostSettings } from "./host-json";
import { HttpTrigger, mapRoutes } from "./http-trigger";
import { RouteTemplateError } from "./route-template";
import type { HostState } from "./state-directory";
import { Triggers } from "./triggers";

/** What the triggers of an app work with. */
export interface OpenTriggersParts {
  functions: readonly FunctionDefinition[];
  runner: FunctionRunner;
  host: HostSettings;
  state: HostState;
  settings: AppSettings;
  log: Logger;
}

/** @throws {StartError} naming every route, schedule and setting that can't be used. */
export function openTriggers(parts: OpenTriggersParts): { triggers: Triggers; http: HttpTrigger } {
  const { functions, runner, host, state } = parts;
  try {
    const httpFunctions = functions.filter((f) => f.trigger.type.toLowerCase() === "httptrigger");
    const http = new HttpTrigger({
      routes: mapRoutes(httpFunctions, host.routePrefix),
      keys: state.keys,
      runner,
      maxOutstandingRequests: host.maxOutstandingRequests,
    });
    return { http, triggers: new Triggers({ ...parts, clock: systemClock, timers: state.timers }) };
  } catch (error) {
    const isMistake = error instanceof SettingError || error instanceof RouteTemplateError;
    throw isMistake ? new StartError(error.message) : error;
  }
}
