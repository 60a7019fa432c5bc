import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { systemClock } from "../durable-engine/clock";
import { createDurableHost, type DurableHost } from "../durable-wire-v3/durable-host";
import { requireFreePort, StartError } from "../program";
import { writeAppLog } from "./app-log";
import { SettingError } from "./app-settings";
import { enabledFunctions, loadApp, readHostSettings } from "./app-start";
import { answerDurable, createInvoker } from "./durable-mount";
import { FunctionApp, type RegisteredFunction } from "./function-app";
import { FunctionRunner } from "./function-runner";
import { handleHostApi } from "./host-api";
import type { HostSettings } from "./host-json";
import { startHttpServer, type HttpReply, type HttpRequest } from "./http-server";
import { HttpTrigger, mapRoutes } from "./http-trigger";
import type { HostOptions } from "./options";
import { RouteTemplateError } from "./route-template";
import { openState, type HostState } from "./state-directory";
import { Triggers } from "./triggers";

/** How long running invocations may take to end once the host is told to stop. */
const DRAIN_MS = 2000;
/** Azure Storage lets durable timers fire this much too early. */
const EARLY_MS = 1000;

/** A running host: what its ready line says, and how to end it. */
export interface RunningHost {
  facts: Record<string, unknown>;
  stop(): Promise<void>;
}

/**
 * Starts a function app under this host.
 * @throws {StartError} when the app, its host.json, its settings or the state can't be used.
 */
export async function startHost(options: HostOptions, log: Logger): Promise<RunningHost> {
  await requireFreePort(options.port, "--port");
  const host = readHostSettings(options.appDirectory);
  const state = openState(options.stateDirectory, host.durable.hubName, {
    ...(options.functionKey === undefined ? {} : { function: options.functionKey }),
    ...(options.masterKey === undefined ? {} : { master: options.masterKey }),
  });
  const app = new FunctionApp((entry) => writeAppLog(log, entry));
  const runner = new FunctionRunner(app, host.functionTimeoutMs, log);
  const durable = mountDurable(app, runner, state, host, options, log);

  // The port must be known before the app is loaded: it goes into WEBSITE_HOSTNAME.
  let front = (_: HttpRequest): Promise<HttpReply> => Promise.resolve({ status: 503 });
  const report = (error: unknown, request: string): void => log.error({ err: error, request });
  const web = await startHttpServer(options.port, (request) => front(request), report);
  const url = `http://127.0.0.1:${web.port}`;
  const rpc = await startHttpServer(0, (request) => answerRpc(durable, request), report);
  const rpcBaseUrl = `http://127.0.0.1:${rpc.port}${RPC_BASE}`;
  const webhookBaseUrl = `${url}/runtime/webhooks/durabletask`;
  app.provideInput("durableClient", () => durable.clientBinding({ webhookBaseUrl, rpcBaseUrl }));

  const functions = await loadApp(app, options.appDirectory, `127.0.0.1:${web.port}`, log);
  const { triggers, http } = openTriggers(functions, { runner, host, state, log });
  front = async (request) =>
    (await handleHostApi(request, {
      keys: state.keys,
      hostId: hostIdOf(options.appDirectory),
      version: app.coreModule().hostVersion,
      runOnce: (name, input) => triggers.runOnce(name, input),
      durable: (asked, path, baseUrl) => answerDurable(durable, asked, path, baseUrl),
    })) ?? http.handle(request);
  durable.start();
  triggers.start();

  const names = Array.from(app.functions.keys());
  const { function: functionsKey, master: masterKey } = state.keys;
  return {
    facts: { url, port: web.port, functionsKey, masterKey, functions: names },
    async stop() {
      const servers = [web, rpc].map((server) => server.close(DRAIN_MS));
      await within(DRAIN_MS, Promise.all([triggers.stop(), durable.stop(), app.drain(DRAIN_MS)]));
      await Promise.all(servers);
      await within(DRAIN_MS / 4, app.terminate());
      await within(DRAIN_MS / 4, triggers.close());
      state.durable.close();
    },
  };
}

function mountDurable(
  app: FunctionApp,
  runner: FunctionRunner,
  state: HostState,
  host: HostSettings,
  options: HostOptions,
  log: Logger,
): DurableHost {
  return createDurableHost({
    store: state.durable,
    clock: systemClock,
    invoker: createInvoker(() => enabledFunctions(app), runner),
    options: {
      ...host.durable,
      strict: true,
      timersFireEarlyMs: options.fireTimersEarly ? EARLY_MS : 0,
      webhookKey: state.keys.durable,
    },
    log: (level, message, facts) => log[level](facts ?? {}, message),
    onFatal(error) {
      log.fatal({ err: error }, "a commit failed; nothing more would be kept");
      process.stderr.write(`functions-host: a commit failed: ${error.message}\n`);
      process.exit(1);
    },
  });
}

function openTriggers(
  functions: RegisteredFunction[],
  parts: { runner: FunctionRunner; host: HostSettings; state: HostState; log: Logger },
): { triggers: Triggers; http: HttpTrigger } {
  const { runner, host, state, log } = parts;
  try {
    const httpFunctions = functions.filter((f) => f.trigger.type.toLowerCase() === "httptrigger");
    const http = new HttpTrigger({
      routes: mapRoutes(httpFunctions, host.routePrefix),
      keys: state.keys,
      runner,
      maxOutstandingRequests: host.maxOutstandingRequests,
    });
    const { timers } = state;
    const settings = process.env;
    const triggers = new Triggers({
      functions,
      runner,
      settings,
      host,
      clock: systemClock,
      timers,
      log,
    });
    return { http, triggers };
  } catch (error) {
    const isMistake = error instanceof SettingError || error instanceof RouteTemplateError;
    throw isMistake ? new StartError(error.message) : error;
  }
}

const RPC_BASE = "/durabletask/";

async function answerRpc(durable: DurableHost, request: HttpRequest): Promise<HttpReply> {
  if (!request.path.startsWith(RPC_BASE)) return { status: 404 };
  const baseUrl = `${new URL(request.url).origin}${RPC_BASE}`;
  return answerDurable(durable, request, request.path.slice(RPC_BASE.length), baseUrl);
}

/** Azure derives an id from the app; here the folder is what tells apps apart. */
function hostIdOf(appDirectory: string): string {
  return createHash("sha256").update(appDirectory).digest("hex").slice(0, 32);
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
