import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { StartError } from "../program";
import { sendConsoleTo } from "./app-log";
import { isDisabled } from "./app-settings";
import type { FunctionApp, RegisteredFunction } from "./function-app";
import { HostJsonError, parseHostJson, type HostSettings } from "./host-json";
import { findUnsupportedFeatures } from "./supported-features";

/**
 * The settings of the app in a folder.
 * @throws {StartError} when it has no host.json, or one with mistakes.
 */
export function readHostSettings(appDirectory: string): HostSettings {
  const file = join(appDirectory, "host.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`--app ${appDirectory} is no function app: ${(error as Error).message}`);
  }
  try {
    return parseHostJson(text, process.env);
  } catch (error) {
    throw error instanceof HostJsonError ? new StartError(error.message) : error;
  }
}

/**
 * Loads an app as the worker does, and gives back its functions, without those switched off.
 * @throws {StartError} with what its entry file threw, or what it asks for and can't get.
 */
export async function loadApp(
  app: FunctionApp,
  directory: string,
  hostName: string,
  log: Logger,
): Promise<RegisteredFunction[]> {
  // Without its own address the durable client would rewrite all links to http://localhost:7071.
  process.env.WEBSITE_HOSTNAME = hostName;
  process.env.FUNCTIONS_WORKER_RUNTIME = "node";
  process.env.AZURE_FUNCTIONS_ENVIRONMENT = "Development";
  app.install();
  sendConsoleTo(log);
  try {
    await app.load(directory);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new StartError(`the app in ${directory} failed to start: ${text}`);
  }
  const functions = enabledFunctions(app);
  const unsupported = findUnsupportedFeatures(functions);
  if (unsupported.length > 0) throw new StartError(unsupported.join("\n"));
  return functions;
}

/** The functions that no app setting switches off. */
export function enabledFunctions(app: FunctionApp): RegisteredFunction[] {
  return Array.from(app.functions.values()).filter((f) => !isDisabled(f.name, process.env));
}
