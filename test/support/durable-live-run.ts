import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hasEnded } from "../../src/local/durable-engine/model";
import { MemoryStore } from "../../src/local/durable-engine/store/memory-store";
import type { DurableHttpResponse } from "../../src/local/durable-wire-v3/durable-http";
import { createDurableHost, type DurableHost } from "../../src/local/durable-wire-v3/durable-host";
import type { FunctionApp } from "../../src/local/functions-host/function-app";
import { CountingStore } from "./durable-crashing-store";
import { invokerOf } from "./durable-functions-core";
import {
  firstDifference,
  normalise,
  restoreCut,
  STATUS_IN_BETWEEN,
  type Json,
  type RecordedCall,
  type Recording,
} from "./durable-recordings";
import { VirtualClock } from "./durable-virtual-clock";

/** As the recorded host called itself. */
const RPC_BASE_URL = "http://127.0.0.1:17071/durabletask/";
const PUBLIC_ORIGIN = "http://127.0.0.1:7080";
/** After the times that recorded queries name. */
const START = Date.parse("2026-11-24T15:30:00.000Z");
/** Turns of the event loop without a commit after which nothing more comes by itself. */
const QUIET_TURNS = 5;
const STATUS_QUERY = "showHistory=true&showHistoryOutput=true&showInput=true";

/**
 * One recorded scenario, run again on the local host in virtual time: what the driver of the recording
 * did is done again, and each answer compared with the recorded one.
 */
export class LiveRun {
  readonly differences: string[] = [];
  readonly clock = new VirtualClock(START);
  readonly host: DurableHost;
  readonly #recording: Recording;
  readonly #app: FunctionApp;
  readonly #store = new CountingStore(new MemoryStore());
  #server: Server | undefined;
  #nextCall = 0;

  constructor(recording: Recording, app: FunctionApp) {
    this.#recording = recording;
    this.#app = app;
    this.host = createDurableHost({
      store: this.#store,
      clock: this.clock,
      invoker: invokerOf(app),
      options: {
        hubName: "ConformanceHub",
        webhookKey: "local",
        maxConcurrentActivities: 10,
        maxConcurrentOrchestrators: 10,
        defaultVersion: /\.defaultVersion-(.+)$/.exec(recording.name)?.[1],
        strict: false,
        // The recordings were made on Azurite.
        timersFireEarlyMs: 1000,
      },
      log: () => undefined,
      onFatal: (error) => this.differences.push(`the engine halted: ${error.stack}`),
    });
    this.host.start();
  }

  async stop(): Promise<void> {
    await this.host.stop();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** Until nothing more happens without the passing of time. */
  async settle(): Promise<void> {
    let quiet = 0;
    while (quiet < QUIET_TURNS) {
      const { commits } = this.#store;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = commits === this.#store.commits ? quiet + 1 : 0;
    }
  }

  async advance(ms: number): Promise<void> {
    await this.#advanceUntil(() => false, ms);
  }

  async runToEnd(instanceId: string, maxMs: number): Promise<void> {
    await this.#advanceUntil(() => {
      const instance = this.host.engine.store.instance(instanceId);
      return instance === undefined || hasEnded(instance);
    }, maxMs);
  }

  async #advanceUntil(isEnough: () => boolean, maxMs: number): Promise<void> {
    const end = this.clock.now() + maxMs;
    await this.settle();
    while (!isEnough()) {
      const next = this.clock.nextTimer;
      this.clock.advanceTo(Math.min(next ?? end, end));
      await this.settle();
      if (this.clock.now() >= end) return;
    }
  }

  /** Starts an orchestration over HTTP; `input` is the body, null: none. */
  async start(instanceId: string, name: string, input: string | null, query = ""): Promise<void> {
    const path = `orchestrators/${name}/${encodeURIComponent(instanceId)}${query}`;
    await this.http("POST", path, input);
  }

  /** Starts a recorded instance with its recorded input, unless another is given. */
  async startRecorded(instanceId: string, input?: unknown): Promise<void> {
    const recorded = this.#recording.instances[instanceId];
    const started = recorded?.lastPayload?.history.find((event) => event.EventType === 0);
    const name =
      recorded?.function ?? ((recorded?.status?.body as Json | undefined)?.name as string);
    const body =
      input === undefined ? ((started?.Input ?? null) as string | null) : JSON.stringify(input);
    await this.start(instanceId, name, body);
  }

  async raise(instanceId: string, name: string, data: unknown): Promise<void> {
    await this.http("POST", `instances/${instanceId}/raiseEvent/${name}`, JSON.stringify(data));
  }

  async terminate(instanceId: string): Promise<void> {
    await this.http("POST", `instances/${instanceId}/terminate?reason=x`, null);
    await this.settle();
  }

  status(instanceId: string): string | undefined {
    return this.host.engine.store.instance(instanceId)?.status;
  }

  async http(
    method: string,
    pathAndQuery: string,
    body: string | null,
    headers: Record<string, string> = body === null ? {} : { "content-type": "application/json" },
  ): Promise<DurableHttpResponse> {
    const url = new URL(pathAndQuery, RPC_BASE_URL);
    return this.host.handleHttp({
      method,
      path: url.pathname.slice(new URL(RPC_BASE_URL).pathname.length),
      query: url.searchParams,
      headers,
      body: body ?? "",
      baseUrl: RPC_BASE_URL,
    });
  }

  /** Makes the next `count` recorded calls, lets each take effect, and compares the answers. */
  async calls(count = Infinity): Promise<void> {
    for (let made = 0; made < count; made++) {
      const call = this.#recording.calls[this.#nextCall];
      if (call?.request === undefined) return;
      this.#nextCall++;
      const answer = call.request.startsWith("client.")
        ? await this.#clientCall(call)
        : await this.#httpCall(call);
      this.compare(call.request.slice(0, 80), answer, {
        status: call.status,
        headers: call.headers ?? answer.headers,
        body: call.body,
      });
      await this.settle();
    }
  }

  /** Compares with the next recorded note (or a call that the script has made by itself); without a value it is passed over. */
  note(value?: Json): void {
    const recorded = this.#recording.calls[this.#nextCall++];
    if (value) this.compare("note", value, recorded);
  }

  get nextNote(): RecordedCall | undefined {
    return this.#recording.calls[this.#nextCall];
  }

  /** Says which recorded calls the script has not made. */
  missCalls(): void {
    const left = this.#recording.calls.slice(this.#nextCall);
    for (const { request } of left)
      if (request !== undefined) this.differences.push(`${request}: was not made again`);
  }

  compare(what: string, actual: unknown, recorded: unknown): void {
    const difference = firstDifference(normalise(actual), normalise(recorded));
    if (difference !== undefined) this.differences.push(`${what}: ${difference}`);
  }

  /** Compares how the recorded instances stand in the end. */
  async compareStatuses(): Promise<void> {
    for (const [instanceId, { status }] of Object.entries(this.#recording.instances)) {
      if (!status) continue;
      const path = `instances/${encodeURIComponent(instanceId)}?${STATUS_QUERY}`;
      const { status: code, headers, body } = await this.http("GET", path, null);
      if (STATUS_IN_BETWEEN.has(instanceId))
        this.#compareBeginning(instanceId, parse(body), status.body);
      else this.compare(`status of ${instanceId}`, { code, headers, body: parse(body) }, status);
    }
  }

  /** Of a status that was asked for in between, only the begin of the history counts. */
  #compareBeginning(instanceId: string, actual: unknown, recorded: unknown): void {
    const begin = (body: unknown): unknown[] =>
      ((body as Json).historyEvents as unknown[]).slice(0, 1);
    this.compare(`history of ${instanceId}`, begin(actual), begin(recorded));
  }

  async #httpCall(call: RecordedCall): Promise<Json> {
    const [, method = "", path = ""] = /^(\S+) (.*)$/s.exec(restoreCut(call.request ?? "")) ?? [];
    const { body, headers } = requestBody(call.sent);
    const answer = this.http(method, path, body, headers);
    // A call that waits for an orchestration needs time to pass.
    if (path.includes("timeout=")) {
      await this.runToEnd(path.split(/[/?]/)[2] ?? "", 5000);
    }
    const { status, headers: headersOut, body: bodyOut } = await answer;
    const trimmed = this.#trim(call.headers ?? {}, headersOut);
    return { status, headers: trimmed, body: parse(bodyOut) };
  }

  /** The recorded continuation token ends with a space. */
  #trim(recorded: Record<string, string>, headers: Record<string, string>): Json {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        recorded[name]?.trim() === value ? recorded[name] : value,
      ]),
    );
  }

  /** Lets the app's own HTTP function use the durable client, over a real connection. */
  async #clientCall(call: RecordedCall): Promise<Json> {
    const [, operation = "", id = ""] =
      /^client\.(\w+)\((.*)\)$/s.exec(restoreCut(call.request ?? "", ")")) ?? [];
    await this.#listen();
    const target = this.#app.functions.get("client");
    if (!target) throw new Error("the recorded app has no client function");
    const { returnValue } = await this.#app.invoke(target, {
      http: {
        url: `${PUBLIC_ORIGIN}/api/client/${operation}/${encodeURIComponent(id)}`,
        method: "POST",
        nullableHeaders: {},
        nullableQuery: {},
        nullableParams: { op: { value: operation }, id: { value: id } },
        body: { bytes: Buffer.from(JSON.stringify(call.sent)) },
      },
    });
    const http = returnValue?.http;
    const text = http?.body?.bytes
      ? Buffer.from(http.body.bytes).toString()
      : (http?.body?.string ?? "");
    const headers = Object.fromEntries(
      Object.entries(http?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    return { status: Number(http?.statusCode), headers, body: parse(text) };
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        const path = (request.url ?? "").replace(/^\/durabletask\//, "");
        const headers = request.headers as Record<string, string>;
        void this.http(request.method ?? "", path, body, headers).then((answer) => {
          response.writeHead(answer.status, answer.headers).end(answer.body);
        });
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    this.#app.provideInput("durableClient", () =>
      this.host.clientBinding({
        webhookBaseUrl: `${PUBLIC_ORIGIN}/runtime/webhooks/durabletask`,
        rpcBaseUrl: `http://127.0.0.1:${port}/durabletask/`,
      }),
    );
  }
}

function requestBody(sent: unknown): { body: string | null; headers: Record<string, string> } {
  if (sent === undefined) return { body: null, headers: {} };
  const raw = sent as { raw?: string; headers?: Record<string, string> };
  if (typeof raw?.raw === "string") return { body: raw.raw, headers: raw.headers ?? {} };
  return { body: JSON.stringify(sent), headers: { "content-type": "application/json" } };
}

function parse(text: string): unknown {
  return text === "" ? "" : (JSON.parse(text) as unknown);
}
