import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { ComputeManagementClient, type GalleryImageVersion } from "@azure/arm-compute";
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { parseArmId } from "../../src/domain/arm-id";

/** What the stack writes for scripts. */
export interface Endpoints {
  functionsUrl: string;
  functionsKey: string;
  masterKey: string;
  armUrl: string;
  armCaFile: string;
  armControlUrl: string;
  armRequestLog: string;
  identityEndpoint: string;
  identityHeader: string;
  identityClientId: string;
  loginUrl: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  serviceBusConnectionString: string;
  tableEndpoint: string;
  subscriptionId: string;
  resourceGroup: string;
  pids: Record<string, number>;
}

export interface ArmCall {
  method: string;
  path: string;
  caller: { oid?: string; appid?: string };
  status: number;
  apiVersion?: string;
  body?: unknown;
  bodySha256?: string;
  correlationId: string;
  traceparent?: string;
}

/** Where calls to Resource Manager and its answers are kept for `npm run check:spec`. */
const RECORDED = process.env["RECORD_ARM_ANSWERS"];

const READY_TIMEOUT_MS = 20_000;

/** The whole embedded stack in processes of its own, as `npm start` runs it. */
export class RunningStack {
  readonly output: string[] = [];
  readonly #state = mkdtempSync(join(tmpdir(), "gallery-publisher-"));
  #process: ChildProcess | undefined;
  #serviceBus: ServiceBusClient | undefined;

  get endpoints(): Endpoints {
    return JSON.parse(readFileSync(join(this.#state, "endpoints.json"), "utf8")) as Endpoints;
  }

  get directory(): string {
    return this.#state;
  }

  get logFile(): string {
    return join(this.#state, "logs", "stack.log");
  }

  async start(options: string[] = []): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        ...["dist/local/stack.js", "--free-ports", "--state", this.#state, "--json-ready"],
        ...(RECORDED === undefined ? [] : ["--log-answers"]),
        ...options,
      ],
      { stdio: ["ignore", "pipe", "pipe", "ipc"] },
    );
    this.#process = child;
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`not ready in time: ${this.output.join("")}`)),
        READY_TIMEOUT_MS,
      );
      const read = (chunk: Buffer): void => {
        this.output.push(chunk.toString());
        if (!this.output.join("").includes('"ready":true')) return;
        clearTimeout(timer);
        done();
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", (chunk: Buffer) => this.output.push(chunk.toString()));
      child.once("exit", (code) => {
        clearTimeout(timer);
        fail(new Error(`the stack ended with ${code}: ${this.output.join("")}`));
      });
    });
  }

  async stop(): Promise<void> {
    await this.#serviceBus?.close();
    const child = this.#process;
    if (child?.exitCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
    if (RECORDED !== undefined)
      copyFileSync(
        join(this.#state, "logs", "arm-requests.jsonl"),
        join(RECORDED, `${basename(this.#state)}.jsonl`),
      );
    rmSync(this.#state, { recursive: true, force: true });
  }

  get serviceBus(): ServiceBusClient {
    this.#serviceBus ??= new ServiceBusClient(this.endpoints.serviceBusConnectionString);
    return this.#serviceBus;
  }

  async drop(
    body: unknown,
    messageId?: string,
    applicationProperties: Record<string, string> = {},
  ): Promise<void> {
    const sender = this.serviceBus.createSender("publish-requests");
    const identity = messageId === undefined ? {} : { messageId };
    await sender.sendMessages({ body, applicationProperties, ...identity });
    await sender.close();
  }

  /** Ends a run's orchestration as an operator does, who knows the master key. */
  async terminate(instanceId: string): Promise<void> {
    const path = `/runtime/webhooks/durabletask/instances/${instanceId}/terminate?reason=a+test`;
    const headers = { "x-functions-key": this.endpoints.masterKey };
    const { status, text } = await this.http(path, { method: "POST", headers });
    if (status !== 202) throw new Error(`it isn't terminated: ${status} ${text}`);
  }

  /** Kills a part as a power cut would, and waits until another process has taken its place. */
  async kill(part: string): Promise<{ before: number; after: number }> {
    const before = this.endpoints.pids[part] ?? 0;
    process.kill(before, "SIGKILL");
    const after = await this.eventually(`another ${part}`, async () => {
      const pid = this.endpoints.pids[part];
      return pid === before || pid === 0 ? undefined : pid;
    });
    return { before, after };
  }

  /** Events announced so far and not taken yet. */
  async events(subscription = "all"): Promise<ServiceBusReceivedMessage[]> {
    const receiver = this.serviceBus.createReceiver("publication-events", subscription, {
      receiveMode: "receiveAndDelete",
    });
    const messages = await receiver.receiveMessages(50, { maxWaitTimeInMs: 500 });
    await receiver.close();
    return messages;
  }

  async http(path: string, init: RequestInit = {}) {
    const response = await fetch(`${this.endpoints.functionsUrl}${path}`, {
      ...init,
      headers: { "x-functions-key": this.endpoints.functionsKey, ...init.headers },
    });
    const text = await response.text();
    const isText = response.headers.get("content-type")?.startsWith("text/plain") === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === "" || isText ? undefined : JSON.parse(text),
    };
  }

  /** Polls until `read` gives something. */
  async eventually<T>(what: string, read: () => Promise<T | undefined>, timeoutMs = 30_000) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = await read();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
      await new Promise((done) => setTimeout(done, 150));
    }
  }

  /** The publication of a request once it has ended. */
  async ended(requestId: string, timeoutMs = 30_000) {
    return this.eventually(
      `the end of request ${requestId}`,
      async () => {
        const { body: list } = await this.http(`/api/publications?requestId=${requestId}`);
        const [item] = list.items;
        if (item?.endedAt === undefined) return undefined;
        return (await this.http(`/api/publications/${item.id}`)).body;
      },
      timeoutMs,
    );
  }

  /** The version read back with the real client. */
  async readVersion(imageId: string): Promise<GalleryImageVersion> {
    const parsed = parseArmId(imageId);
    const [gallery = "", definition = "", version = ""] = parsed?.names ?? [];
    const client = await this.#compute(parsed?.subscriptionId ?? "");
    return client.galleryImageVersions.get(
      parsed?.resourceGroup ?? "",
      gallery,
      definition,
      version,
      { expand: "ReplicationStatus" },
    );
  }

  /** Names of all managed disks of the subscription, read with the real client. */
  async diskNames(): Promise<string[]> {
    const names: string[] = [];
    const { disks } = await this.#compute(this.endpoints.subscriptionId);
    for await (const { name = "" } of disks.list()) names.push(name);
    return names;
  }

  /** Makes a managed image of one OS disk and a data disk at LUN 0, as a build does: the app has no right to. */
  async createImage(name: string): Promise<void> {
    const { images } = this.#computeWith(await this.#login(), this.endpoints.subscriptionId);
    await images.createOrUpdate(this.endpoints.resourceGroup, name, {
      location: "westus",
      hyperVGeneration: "V2",
      storageProfile: {
        osDisk: { osType: "Linux", osState: "Generalized", diskSizeGB: 30 },
        dataDisks: [{ lun: 0, diskSizeGB: 10 }],
      },
    });
  }

  async #compute(subscriptionId: string): Promise<ComputeManagementClient> {
    return this.#computeWith(await this.token("https://management.azure.com"), subscriptionId);
  }

  #computeWith(token: string, subscriptionId: string): ComputeManagementClient {
    return new ComputeManagementClient(
      { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      subscriptionId,
      {
        endpoint: this.endpoints.armUrl,
        tlsOptions: { ca: readFileSync(this.endpoints.armCaFile) },
      },
    );
  }

  /** The developer's token for Resource Manager. */
  async #login(): Promise<string> {
    const { loginUrl, tenantId, clientId, clientSecret, armCaFile } = this.endpoints;
    const form = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      scope: "https://management.azure.com/.default",
    });
    const request = createPipelineRequest({
      url: `${loginUrl}/${tenantId}/oauth2/v2.0/token`,
      method: "POST",
      headers: createHttpHeaders({ "content-type": "application/x-www-form-urlencoded" }),
      body: form.toString(),
    });
    request.tlsSettings = { ca: readFileSync(armCaFile, "utf8") };
    const answer = await createDefaultHttpClient().sendRequest(request);
    return (JSON.parse(answer.bodyAsText ?? "{}") as { access_token: string }).access_token;
  }

  async token(resource: string): Promise<string> {
    const url = new URL(this.endpoints.identityEndpoint);
    url.searchParams.set("resource", resource);
    url.searchParams.set("api-version", "2019-08-01");
    url.searchParams.set("client_id", this.endpoints.identityClientId);
    const response = await fetch(url, {
      headers: { "X-IDENTITY-HEADER": this.endpoints.identityHeader },
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  /** Calls so far; `""` is every method. */
  armCalls(method: string, pathPart: string): ArmCall[] {
    return readFileSync(this.endpoints.armRequestLog, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as ArmCall)
      .filter((call) => (method === "" || call.method === method) && call.path.includes(pathPart));
  }

  /** Adds a fault and returns its key. */
  async addFault(fault: unknown): Promise<string> {
    return (await this.#control("POST", "/faults", fault)).key;
  }

  async clearFault(key: string): Promise<void> {
    await this.#control("DELETE", `/faults/${key}`);
  }

  /** Changes a key of the world, as its owner would in Key Vault. */
  async changeKey(key: string, change: object): Promise<void> {
    await this.#control("PUT", "/keys", { key, ...change });
  }

  /** How often those of these faults that are still there have struck. */
  async faults(keys: string[]): Promise<{ key: string; struck: number }[]> {
    const { faults } = await this.#control("GET", "/faults");
    return faults.filter((fault: { key: string }) => keys.includes(fault.key));
  }

  async #control(method: string, path: string, body?: unknown) {
    const response = await fetch(`${this.endpoints.armControlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text);
  }
}

/** A sample request of the repository, under another id, and as another version where one is given. */
export function sample(name: string, changes: { version?: string; requestId: string }) {
  const request = JSON.parse(readFileSync(resolve("samples", name), "utf8"));
  const { requestId, ...version } = changes;
  return { ...request, requestId, image: { ...request.image, ...version } };
}
