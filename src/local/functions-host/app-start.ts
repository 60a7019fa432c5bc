import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clientBindingJson } from "../durable-wire-v3/client-binding";
import { WEBHOOK_PATH } from "../durable-wire-v3/management-links";
import { StartError } from "../program";
import { writeAppLog, writePrinted } from "./app-log";
import { isDisabled, type AppSettings } from "./app-settings";
import { AppWorker } from "./app-worker";
import type { FunctionDefinition } from "./function-app";
import type { HostContext } from "./host-context";
import { HostJsonError, parseHostJson, type HostSettings } from "./host-json";
import { findUnsupportedFeatures } from "./supported-features";
import { AppLoadError, WorkerExitError, type WorkerSetup } from "./worker-process";

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

/** The app in its process; without functions when it could not be loaded. */
export interface StartedApp {
  worker: AppWorker;
  functions: FunctionDefinition[];
  loadError?: string;
}

/** @throws {StartError} with what the app's entry file threw, unless the host is to go on without. */
export async function startApp(context: HostContext): Promise<StartedApp> {
  const { options, host, log, runs } = context;
  const { appDirectory } = options;
  const worker = new AppWorker({
    setup: workerSetup(context),
    functionTimeoutMs: host.functionTimeoutMs,
    log,
    runs,
  });
  try {
    return { worker, functions: await worker.start() };
  } catch (error) {
    if (!(error instanceof AppLoadError || error instanceof WorkerExitError)) throw error;
    await worker.stop(0);
    const loadError = `the app in ${appDirectory} failed to start: ${error.message}`;
    if (!options.goOnWithoutApp) throw new StartError(loadError);
    log.error(loadError);
    process.stderr.write(`functions-host: ${loadError}\n`);
    return { worker, functions: [], loadError };
  }
}

function workerSetup({ options, host, settings, servers, state, log }: HostContext): WorkerSetup {
  const { hubName } = host.durable;
  const urls = {
    webhookBaseUrl: `${servers.url}${WEBHOOK_PATH}`,
    rpcBaseUrl: servers.rpcBaseUrl,
  };
  return {
    appDirectory: options.appDirectory,
    env: appEnvironment(settings, `127.0.0.1:${servers.port}`),
    durableClient: () => ({
      string: clientBindingJson(urls, { hubName, webhookKey: state.keys.durable }),
    }),
    onLog: (entry) => writeAppLog(log, entry),
    onPrinted: (line, stream) => writePrinted(log, line, stream),
  };
}

/** The environment of the process that runs the app: its settings, and what the host adds. */
function appEnvironment(settings: AppSettings, hostName: string): NodeJS.ProcessEnv {
  return {
    ...settings,
    // Without its own address the durable client would rewrite all links to http://localhost:7071.
    WEBSITE_HOSTNAME: hostName,
    FUNCTIONS_WORKER_RUNTIME: "node",
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
  };
}
