import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { systemClock } from "../durable-engine/clock";
import { clientBindingJson } from "../durable-wire-v3/client-binding";
import { createDurableHost, type DurableHost } from "../durable-wire-v3/durable-host";
import type { FunctionInvoker } from "../durable-wire-v3/function-invoker";
import { requireFreePort, StartError } from "../program";
import { writeAppLog, writePrinted } from "./app-log";
import { isDisabled } from "./app-settings";
import { appEnvironment, readHostSettings, usableFunctions } from "./app-start";
import { AppWorker } from "./app-worker";
import { answerDurable, createInvoker } from "./durable-mount";
import { HOST_VERSION, type FunctionDefinition } from "./function-app";
import { FunctionRunner } from "./function-runner";
import { handleHostApi } from "./host-api";
import type { HostSettings } from "./host-json";
import { startHttpServer, type HttpReply, type HttpRequest } from "./http-server";
import { openTriggers } from "./open-triggers";
import type { HostOptions } from "./options";
import { openState, type HostState } from "./state-directory";
import { AppLoadError, WorkerExitError } from "./worker-process";

/** How long running invocations may take to end once the host is told to stop. */
const DRAIN_MS = 2000;
/** How long the app's `appTerminate` hooks may take after that. */
const TERMINATE_MS = 500;
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
  const settings = process.env;
  const host = readHostSettings(options.appDirectory);
  const state = openState(options.stateDirectory, host.durable.hubName, options.keys);
  const servers = await openServers(options.port, log);
  const {
    worker,
    functions: all,
    loadError,
  } = await startApp({ options, host, state, servers, log });
  const functions = usableFunctions(all, settings);

  const runner = new FunctionRunner(worker, log);
  const lifecycle = { isStopping: false };
  const invoker = createInvoker({ functions, runner, isStopping: () => lifecycle.isStopping });
  const durable = mountDurable({ invoker, state, host, options, log });
  const { triggers, http } = openTriggers({ functions, runner, host, state, settings, log });

  servers.answerRpc = (request) => answerRpc(durable, request);
  servers.answer = async (request) =>
    (await handleHostApi(request, {
      keys: state.keys,
      hostId: hostIdOf(options.appDirectory),
      version: HOST_VERSION,
      functions: all,
      isEnabled: ({ name }) => !isDisabled(name, settings),
      routePrefix: host.routePrefix,
      errors: loadError === undefined ? [] : [loadError],
      runOnce: (name, input) => triggers.runOnce(name, input),
      durable: (asked, path, baseUrl) => answerDurable(durable, asked, path, baseUrl),
    })) ?? http.handle(request);
  durable.start();
  triggers.start();

  const { function: functionsKey, master: masterKey } = state.keys;
  const names = all.map(({ name }) => name);
  const { url, port } = servers;
  return {
    facts: {
      url,
      port,
      functionsKey,
      masterKey,
      functions: names,
      workerPid: worker.pid,
      loadError,
    },
    async stop() {
      lifecycle.isStopping = true;
      const web = servers.closeWeb(DRAIN_MS);
      await within(DRAIN_MS, Promise.all([triggers.stop(), durable.stop(), worker.drain()]));
      // What still runs fails now: its messages are given back, its activities run again after the next start.
      await worker.stop(TERMINATE_MS);
      await Promise.all([web, servers.closeRpc(0), within(TERMINATE_MS, triggers.close())]);
      state.durable.close();
    },
  };
}

/** The host's two HTTP fronts; until they are set, both answer 503. */
interface Servers {
  answer(request: HttpRequest): Promise<HttpReply>;
  answerRpc(request: HttpRequest): Promise<HttpReply>;
  readonly url: string;
  readonly port: number;
  readonly rpcBaseUrl: string;
  closeWeb(graceMs: number): Promise<void>;
  closeRpc(graceMs: number): Promise<void>;
}

/** Opened before the app is loaded, because it is told their ports. */
async function openServers(port: number, log: Logger): Promise<Servers> {
  const notYet = (): Promise<HttpReply> => Promise.resolve({ status: 503 });
  const report = (error: unknown, request: string): void => log.error({ err: error, request });
  const web = await startHttpServer(port, (request) => servers.answer(request), report);
  const rpc = await startHttpServer(0, (request) => servers.answerRpc(request), report);
  const servers: Servers = {
    answer: notYet,
    answerRpc: notYet,
    port: web.port,
    url: `http://127.0.0.1:${web.port}`,
    rpcBaseUrl: `http://127.0.0.1:${rpc.port}${RPC_BASE}`,
    closeWeb: (graceMs) => web.close(graceMs),
    closeRpc: (graceMs) => rpc.close(graceMs),
  };
  return servers;
}

interface AppParts {
  options: HostOptions;
  host: HostSettings;
  state: HostState;
  servers: Servers;
  log: Logger;
}

interface StartedApp {
  worker: AppWorker;
  functions: FunctionDefinition[];
  loadError?: string;
}

/** @throws {StartError} with what the app's entry file threw, unless the host is to go on without. */
async function startApp({ options, host, state, servers, log }: AppParts): Promise<StartedApp> {
  const { appDirectory } = options;
  const { hubName } = host.durable;
  const urls = {
    webhookBaseUrl: `${servers.url}/runtime/webhooks/durabletask`,
    rpcBaseUrl: servers.rpcBaseUrl,
  };
  const worker = new AppWorker({
    setup: {
      appDirectory,
      env: appEnvironment(process.env, `127.0.0.1:${servers.port}`),
      durableClient: () => ({
        string: clientBindingJson(urls, { hubName, webhookKey: state.keys.durable }),
      }),
      onLog: (entry) => writeAppLog(log, entry),
      onPrinted: (line, stream) => writePrinted(log, line, stream),
    },
    functionTimeoutMs: host.functionTimeoutMs,
    log,
  });
  try {
    return { worker, functions: await worker.start() };
  } catch (error) {
    if (!(error instanceof AppLoadError || error instanceof WorkerExitError)) throw error;
    const loadError = `the app in ${appDirectory} failed to start: ${error.message}`;
    if (!options.goOnWithoutApp) throw new StartError(loadError);
    log.error(loadError);
    return { worker, functions: [], loadError };
  }
}

interface DurableParts {
  invoker: FunctionInvoker;
  state: HostState;
  host: HostSettings;
  options: HostOptions;
  log: Logger;
}

function mountDurable({ invoker, state, host, options, log }: DurableParts): DurableHost {
  return createDurableHost({
    store: state.durable,
    clock: systemClock,
    invoker,
    options: {
      ...host.durable,
      strict: true,
      timersFireEarlyMs: options.fireTimersEarly ? EARLY_MS : 0,
      get webhookKey() {
        return state.keys.durable;
      },
    },
    log: (level, message, facts) => log[level](facts ?? {}, message),
    onFatal(error) {
      log.fatal({ err: error }, "a commit failed; nothing more would be kept");
      process.stderr.write(`functions-host: a commit failed: ${error.message}\n`);
      process.exit(1);
    },
  });
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
