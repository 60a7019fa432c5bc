import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { systemClock } from "../durable-engine/clock";
import { createDurableHost, type DurableHost } from "../durable-wire-v3/durable-host";
import type { FunctionInvoker } from "../durable-wire-v3/function-invoker";
import { requireFreePort } from "../program";
import { isDisabled } from "./app-settings";
import { readHostSettings, startApp, usableFunctions } from "./app-start";
import { logDurableRuns } from "./durable-run-log";
import { answerDurable, createInvoker } from "./durable-mount";
import { HOST_VERSION } from "./function-app";
import { FunctionRunner } from "./function-runner";
import type { HostContext } from "./host-context";
import { handleHostApi } from "./host-api";
import type { HttpReply, HttpRequest } from "./http-server";
import { openTriggers } from "./open-triggers";
import type { HostOptions } from "./options";
import { openRunLog } from "./run-log";
import { openServers, RPC_BASE } from "./servers";
import { openState } from "./state-directory";

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
  const context = await openContext(options, log);
  const { settings, host, state, servers, runs } = context;
  const { worker, functions: all, loadError } = await startApp(context);
  const functions = usableFunctions(all, settings);

  const runner = new FunctionRunner(worker, log, runs);
  const lifecycle = { isStopping: false };
  const invoker = createInvoker({ functions, runner, isStopping: () => lifecycle.isStopping });
  const durable = mountDurable(context, invoker);
  const { triggers, http } = openTriggers(context, functions, runner);

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

async function openContext(options: HostOptions, log: Logger): Promise<HostContext> {
  await requireFreePort(options.port, "--port");
  const host = readHostSettings(options.appDirectory);
  return {
    options,
    settings: process.env,
    host,
    state: openState(options.stateDirectory, host.durable.hubName, options.keys),
    runs: openRunLog(options.runLogFile),
    servers: await openServers(options.port, log),
    log,
  };
}

function mountDurable(
  { options, host, state, log, runs }: HostContext,
  invoker: FunctionInvoker,
): DurableHost {
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
    observer: logDurableRuns(runs),
    log: (level, message, facts) => log[level](facts ?? {}, message),
    onFatal(error) {
      log.fatal({ err: error }, "a commit failed; nothing more would be kept");
      process.stderr.write(`functions-host: a commit failed: ${error.message}\n`);
      process.exit(1);
    },
  });
}

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
