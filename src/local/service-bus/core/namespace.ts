import { Queue, type Environment, type QueueSettings } from "./queue";
import type { Intake } from "./intake";
import { Topic, type Rule } from "./topic";

export interface NamedQueue extends QueueSettings {
  name: string;
}

export interface NamedTopic extends Intake {
  name: string;
  /** Each may have rules; without any, it gets every message. */
  subscriptions: (NamedQueue & { rules?: Rule[] | undefined })[];
}

export interface NamespaceSettings {
  queues: NamedQueue[];
  topics: NamedTopic[];
}

/** Something with an address. Only queues and topics are sent to; all but topics are received from. */
export type Entity =
  | { kind: "queue" | "subscription" | "deadLetters"; path: string; queue: Queue }
  | { kind: "topic"; path: string; topic: Topic };

const DEAD_LETTERS = "$DeadLetterQueue";

/** All queues and topics, by address. */
export class Namespace {
  readonly #entities = new Map<string, Entity>();

  constructor(
    settings: NamespaceSettings,
    private readonly environment: Environment,
  ) {
    for (const queue of settings.queues) this.#addQueue("queue", queue.name, queue);
    for (const topic of settings.topics) {
      const { name } = topic;
      const subscriptions = topic.subscriptions.map((own) => ({
        queue: this.#addQueue("subscription", `${name}/Subscriptions/${own.name}`, own),
        rules: own.rules,
      }));
      this.#add({
        kind: "topic",
        path: name,
        topic: new Topic(name, topic, subscriptions, environment),
      });
    }
  }

  /**
   * Finds an entity by its address: in any letter case, with or without a leading slash or
   * `sb://host/`.
   */
  find(address: string): Entity | undefined {
    return this.#entities.get(
      address
        .replace(/^(amqps?|sb):\/\/[^/]*/i, "")
        .replace(/^\/+/, "")
        .toLowerCase(),
    );
  }

  /** Names of queues in the store that the configuration no longer has; their messages stay there. */
  orphans(): string[] {
    return this.environment.store.queues().filter((queue) => !this.#entities.has(queue));
  }

  /** Stops all timers. */
  close(): void {
    for (const entity of this.#entities.values())
      (entity.kind === "topic" ? entity.topic : entity.queue).close();
  }

  #addQueue(kind: "queue" | "subscription", path: string, settings: QueueSettings): Queue {
    const deadLetterPath = `${path}/${DEAD_LETTERS}`;
    const deadLetters = new Queue(
      deadLetterPath,
      {
        lockDurationMs: settings.lockDurationMs,
        maxDeliveryCount: settings.maxDeliveryCount,
        deadLetterOnExpiration: false,
      },
      this.environment,
    );
    const queue = new Queue(path, settings, this.environment, deadLetters);
    this.#add({ kind: "deadLetters", path: deadLetterPath, queue: deadLetters });
    this.#add({ kind, path, queue });
    return queue;
  }

  #add(entity: Entity): void {
    this.#entities.set(entity.path.toLowerCase(), entity);
  }
}
