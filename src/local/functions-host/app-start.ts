import { readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../program";
import { isDisabled, type AppSettings } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
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

/** The environment of the process that runs the app: its settings, and what the host adds. */
export function appEnvironment(settings: AppSettings, hostName: string): NodeJS.ProcessEnv {
  return {
    ...settings,
    // Without its own address the durable client would rewrite all links to http://localhost:7071.
    WEBSITE_HOSTNAME: hostName,
    FUNCTIONS_WORKER_RUNTIME: "node",
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
  };
}

/**
 * The functions that no app setting switches off.
 * @throws {StartError} with everything that they ask for and can't get.
 */
export function usableFunctions(
  functions: readonly FunctionDefinition[],
  settings: AppSettings,
): FunctionDefinition[] {
  const enabled = functions.filter(({ name }) => !isDisabled(name, settings));
  const unsupported = findUnsupportedFeatures(enabled);
  if (unsupported.length > 0) throw new StartError(unsupported.join("\n"));
  return enabled;
}
