import { DefaultAzureCredential } from "@azure/identity";
import {
  RetryMode,
  ServiceBusClient,
  type ProcessErrorArgs,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
} from "@azure/service-bus";
import type { Logger } from "pino";
import { findSetting, resolveSettings, SettingError, type AppSettings } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
import { ConcurrencyLimit } from "./concurrency-limit";
import type { FunctionRunner } from "./function-runner";
import type { HostSettings } from "./host-json";
import { bodyText, triggerMetadata } from "./service-bus-message";

export interface ServiceBusTriggerParts {
  runner: Pick<FunctionRunner, "run">;
  settings: AppSettings;
  limits: HostSettings["serviceBus"];
  log: Logger;
}

/** A queue, or a subscription of a topic; `subQueue`: its dead letters instead. */
export interface MessageSource {
  queue?: string;
  topic?: string;
  subscription?: string;
  subQueue?: "deadLetter";
}

/** The client's own wait between attempts is 30 s: a broker that was restarted would seem dead. */
const clientOptions: ServiceBusClientOptions = {
  retryOptions: { mode: RetryMode.Fixed, maxRetries: 3, retryDelayInMs: 500 },
};

/**
 * Receives from one queue or subscription for one function: peek-lock, complete when the function
 * returns, abandon when it throws.
 */
export class ServiceBusTrigger {
  readonly #client: ServiceBusClient;
  readonly #source: MessageSource;
  readonly #limit: ConcurrencyLimit;
  #subscription: { close(): Promise<void> } | undefined;

  /** @throws {SettingError} for a missing connection, or an option that isn't supported. */
  constructor(
    private readonly target: FunctionDefinition,
    private readonly parts: ServiceBusTriggerParts,
  ) {
    this.#source = readSource(target, parts.settings);
    this.#limit = new ConcurrencyLimit(parts.limits.maxConcurrentCalls);
    this.#client = createClient(target.trigger.connection, parts.settings);
  }

  /**
   * Begins to receive. The client connects in the background and repeats that for ever after any
   * error, also an entity that isn't there yet. A receiver must not be made anew meanwhile: closing
   * one does nothing without a connection, so both would receive later, each up to the limit.
   */
  start(): void {
    const options = {
      receiveMode: "peekLock" as const,
      // The body is decoded here, byte by byte as Azure does it.
      skipParsingBodyAsJson: true,
      maxAutoLockRenewalDurationInMs: this.parts.limits.maxAutoLockRenewalMs,
      ...(this.#source.subQueue ? { subQueueType: this.#source.subQueue } : {}),
    };
    const { queue, topic, subscription } = this.#source;
    const receiver =
      queue !== undefined
        ? this.#client.createReceiver(queue, options)
        : this.#client.createReceiver(topic ?? "", subscription ?? "", options);
    this.#subscription = receiver.subscribe(
      {
        // The client counts too, but grants twice as much when the connection is lost while it
        // subscribes. What waits here keeps its lock renewed.
        processMessage: (message) => this.#limit.run(() => this.#process(message)),
        processError: async (error) => this.#onError(error),
      },
      { maxConcurrentCalls: this.parts.limits.maxConcurrentCalls, autoCompleteMessages: true },
    );
  }

  /** Takes no more messages. Those under way go on and are still settled until `close`. */
  async stop(): Promise<void> {
    await this.#subscription?.close();
  }

  /** Closes the connection: what isn't settled by now is delivered again. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Runs the function once with a text as its message. */
  async runOnce(text: string): Promise<void> {
    await this.parts.runner.run(this.target, { string: text }, { subject: "by hand" });
  }

  async #process(message: ServiceBusReceivedMessage): Promise<void> {
    const text = bodyText(message);
    await this.parts.runner.run(
      this.target,
      { string: text },
      {
        triggerMetadata: triggerMetadata(message, text),
        subject: subjectOf(message),
        ...traceOf(message),
      },
    );
  }

  #onError(args: ProcessErrorArgs): void {
    const facts = { function: this.target.name, source: args.errorSource, entity: args.entityPath };
    this.parts.log.warn({ ...facts, err: args.error }, "service bus");
  }
}

/** What senders' SDKs and Azure's extension hand a trace on by. */
function traceOf({ applicationProperties = {} }: ServiceBusReceivedMessage): {
  traceParent?: string;
} {
  const parent = applicationProperties["traceparent"] ?? applicationProperties["Diagnostic-Id"];
  return typeof parent === "string" ? { traceParent: parent } : {};
}

function subjectOf({ messageId, deliveryCount = 0 }: ServiceBusReceivedMessage): string {
  const which = messageId === undefined ? "message" : `message ${String(messageId)}`;
  return deliveryCount === 0 ? which : `${which} (delivery ${deliveryCount + 1})`;
}

/** Options of the trigger that this host would have to honour and doesn't. */
const refusedOptions: Record<string, (value: unknown) => boolean> = {
  isSessionsEnabled: (value) => value === true,
  cardinality: (value) => String(value).toLowerCase() === "many",
  autoCompleteMessages: (value) => value === false,
  maxMessageBatchSize: (value) => value !== undefined,
};

/**
 * Where a function's messages come from, `%NAME%` replaced.
 * @throws {SettingError} naming what is missing or not supported.
 */
export function readSource(target: FunctionDefinition, settings: AppSettings): MessageSource {
  for (const [option, isUsed] of Object.entries(refusedOptions))
    if (isUsed(target.trigger[option]))
      throw new SettingError(
        `${option}: ${JSON.stringify(target.trigger[option])} is not supported by this host`,
      );
  const { queueName, topicName, subscriptionName } = target.trigger;
  if (typeof queueName === "string") {
    const { entity, ...rest } = splitDeadLetter(resolveSettings(queueName, settings));
    return { queue: entity, ...rest };
  }
  if (typeof topicName === "string" && typeof subscriptionName === "string") {
    const { entity, ...rest } = splitDeadLetter(resolveSettings(subscriptionName, settings));
    return { topic: resolveSettings(topicName, settings), subscription: entity, ...rest };
  }
  throw new SettingError("the trigger names neither a queue nor a topic with a subscription");
}

/** Azure's triggers name dead letters as part of the entity's path, the client by an option. */
function splitDeadLetter(path: string): { entity: string; subQueue?: "deadLetter" } {
  const entity = path.replace(/\/\$deadletterqueue$/i, "");
  return entity === path ? { entity } : { entity, subQueue: "deadLetter" };
}

/** A connection string, or `<name>__fullyQualifiedNamespace` with an identity, as in Azure. */
function createClient(connection: unknown, settings: AppSettings): ServiceBusClient {
  if (typeof connection !== "string") throw new SettingError("the trigger names no connection");
  const connectionString =
    findSetting(settings, connection) ?? findSetting(settings, `AzureWebJobs${connection}`);
  if (connectionString) return new ServiceBusClient(connectionString, clientOptions);
  const namespace = findSetting(settings, `${connection}__fullyQualifiedNamespace`);
  if (!namespace)
    throw new SettingError(
      `neither the app setting ${connection} nor ${connection}__fullyQualifiedNamespace is set`,
    );
  const clientId = findSetting(settings, `${connection}__clientId`);
  const credential = new DefaultAzureCredential(
    clientId ? { managedIdentityClientId: clientId } : {},
  );
  return new ServiceBusClient(namespace, credential, clientOptions);
}
