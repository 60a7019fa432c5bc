import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  RetryMode,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { runServiceBus, type RunningProgram } from "../../test/stand-ins/service-bus/program";
import { Ledger, type QueueFacts } from "./ledger";

export interface QueueRunOptions {
  messages: number;
  /** How often the broker is killed. */
  kills: number;
  /** The broker is killed only while the client has at least so many in its hands. */
  inFlight: number;
  /** The broker is to drop what a client sends again because an answer was lost. */
  detectDuplicates: boolean;
  /** Told what happens, as it happens. */
  log: (line: string) => void;
}

export interface QueueRunResult extends QueueFacts {
  kills: { acknowledged: number; completed: number; inFlight: number; restartMs: number }[];
  left: number;
  deadLettered: number;
  seconds: number;
  /** What the receiver was told, and how often. */
  errors: [message: string, count: number][];
}

const QUEUE = "check";
const SENT_AT_ONCE = 50;
/** How many more than needed the client takes, so that it can complete some while a kill is due. */
const SURPLUS = 1.25;
/** Messages are completed one after the other over this time, not all in one frame. */
const SPREAD_MS = 100;
const WATCH_EVERY_MS = 5;
const retryOptions = {
  mode: RetryMode.Fixed,
  maxRetries: 3,
  retryDelayInMs: 200,
  timeoutInMs: 3000,
};

/**
 * Sends messages through a queue while its broker is killed (SIGKILL) and started again on the same
 * state and port, until every acknowledged message has been completed.
 */
export class QueueRun {
  readonly #ledger = new Ledger();
  readonly #kills: QueueRunResult["kills"] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "check-queue-"));
  readonly #errors = new Map<string, number>();
  #broker: RunningProgram | undefined;
  /** Handlers wait for it before they complete their message. */
  #mayComplete = Promise.resolve();
  #onCompletion = (): void => undefined;

  constructor(private readonly options: QueueRunOptions) {}

  async run(): Promise<QueueRunResult> {
    const startedAt = performance.now();
    const broker = await this.#startBroker(0);
    const { port, connectionString } = broker.ready;
    const client = new ServiceBusClient(connectionString, { retryOptions });
    try {
      const receiver = client.createReceiver(QUEUE);
      this.#receive(receiver);
      await Promise.all([this.#send(client), this.#killNowAndThen(port)]);
      await this.#until(() => this.#isThrough());
      await receiver.close();
      return {
        ...this.#ledger.facts(),
        kills: this.#kills,
        left: await countOf(client.createReceiver(QUEUE)),
        deadLettered: await countOf(client.createReceiver(QUEUE, { subQueueType: "deadLetter" })),
        errors: [...this.#errors],
        seconds: (performance.now() - startedAt) / 1000,
      };
    } finally {
      await client.close();
      await this.#broker?.end("SIGKILL");
      rmSync(this.#directory, { recursive: true });
    }
  }

  async #startBroker(port: number): Promise<RunningProgram> {
    const world = join(this.#directory, "world.yaml");
    const queue = { name: QUEUE, requiresDuplicateDetection: this.options.detectDuplicates };
    writeFileSync(
      world,
      JSON.stringify({ serviceBus: { queues: [{ ...queue, maxDeliveryCount: 100 }] } }),
    );
    const state = join(this.#directory, "state");
    this.#broker = await runServiceBus("--world", world, "--state", state, "--port", String(port));
    return this.#broker;
  }

  /** Batch by batch; one whose acknowledgement doesn't come is sent again. */
  async #send(client: ServiceBusClient): Promise<void> {
    const sender = client.createSender(QUEUE);
    for (let first = 0; first < this.options.messages; first += SENT_AT_ONCE) {
      const count = Math.min(SENT_AT_ONCE, this.options.messages - first);
      const numbers = Array.from({ length: count }, (_, index) => first + index);
      const batch = numbers.map((body) => ({ body, messageId: String(body) }));
      while (!(await succeeds(sender.sendMessages(batch)))) continue;
      this.#ledger.acknowledge(numbers);
    }
  }

  #receive(receiver: ServiceBusReceiver): void {
    receiver.subscribe(
      {
        processMessage: (message) => this.#handle(receiver, message),
        // The client repeats by itself, for as long as it is asked to.
        processError: async ({ error }) => {
          this.#errors.set(error.message, (this.#errors.get(error.message) ?? 0) + 1);
        },
      },
      {
        maxConcurrentCalls: Math.ceil(this.options.inFlight * SURPLUS),
        autoCompleteMessages: false,
      },
    );
  }

  async #handle(receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage): Promise<void> {
    const number = String(message.sequenceNumber);
    this.#ledger.deliver(message.body as number, number);
    await this.#mayComplete;
    await elapse((message.body as number) % SPREAD_MS);
    const isConfirmed = await succeeds(receiver.completeMessage(message));
    this.#ledger.complete(number, isConfirmed ? "confirmed" : "unknown");
    this.#onCompletion();
  }

  async #killNowAndThen(port: number): Promise<void> {
    const { messages, kills, inFlight, log } = this.options;
    for (let kill = 1; kill <= kills; kill++) {
      const due = (messages * kill) / (kills + 2);
      await this.#until(() => this.#ledger.distinctCompletions >= due);
      const { facts, killedAt, ended } = await this.#killAtFirstCompletion(inFlight * SURPLUS);
      await ended;
      await this.#startBroker(port);
      this.#kills.push({ ...facts, restartMs: Math.round(performance.now() - killedAt) });
      log(`kill -9 number ${kill}: ${JSON.stringify(this.#kills.at(-1))}`);
    }
  }

  /**
   * Lets messages pile up in the client, and kills the broker at the very moment at which the first of
   * them is completed: a turn later the answers to all others may have come in the same packet.
   */
  async #killAtFirstCompletion(count: number) {
    let release = (): void => undefined;
    this.#mayComplete = new Promise((resolve) => (release = resolve));
    await this.#until(() => this.#ledger.inFlight >= count);
    const struck = new Promise<{
      facts: Omit<QueueRunResult["kills"][number], "restartMs">;
      killedAt: number;
      ended: Promise<unknown> | undefined;
    }>((resolve) => {
      this.#onCompletion = () => {
        this.#onCompletion = () => undefined;
        const { acknowledged, distinctCompletions: completed, inFlight } = this.#ledger;
        const ended = this.#broker?.end("SIGKILL");
        resolve({
          facts: { acknowledged, completed, inFlight },
          killedAt: performance.now(),
          ended,
        });
      };
    });
    release();
    return struck;
  }

  #isThrough(): boolean {
    return this.#ledger.distinctCompletions >= this.options.messages && this.#ledger.inFlight === 0;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await elapse(WATCH_EVERY_MS);
  }
}

/** What must hold, and doesn't. */
export function violationsOf(
  result: QueueRunResult,
  { messages, inFlight }: Pick<QueueRunOptions, "messages" | "inFlight">,
): string[] {
  const expected = { acknowledged: messages, distinctCompletions: messages } as const;
  const none = ["deliveredAfterCompletion", "left", "deadLettered"] as const;
  return [
    ...Object.entries(expected).map(([name, count]) => [name, count] as const),
    ...none.map((name) => [name, 0] as const),
  ]
    .filter(([name, count]) => result[name as keyof QueueFacts] !== count)
    .map(([name, count]) => `${name} should be ${count}`)
    .concat(
      result.kills.flatMap((kill, index) =>
        kill.inFlight < inFlight
          ? [`kill ${index + 1} found only ${kill.inFlight} in flight, not ${inFlight}`]
          : [],
      ),
    );
}

async function countOf(receiver: ServiceBusReceiver): Promise<number> {
  return (await receiver.peekMessages(1000)).length;
}

async function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
