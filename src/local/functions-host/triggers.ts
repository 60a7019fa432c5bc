import type { Logger } from "pino";
import type { Clock } from "../durable-engine/clock";
import { SettingError, type AppSettings } from "./app-settings";
import type { FunctionDefinition } from "./function-app";
import type { FunctionRunner } from "./function-runner";
import type { HostSettings } from "./host-json";
import { ServiceBusTrigger } from "./service-bus-trigger";
import { TimerTrigger } from "./timer-trigger";
import type { TimerStatusStore } from "./timer-status";

export interface TriggerParts {
  functions: readonly FunctionDefinition[];
  runner: FunctionRunner;
  settings: AppSettings;
  host: HostSettings;
  clock: Clock;
  timers: TimerStatusStore;
  log: Logger;
}

/** The triggers that act on their own: timers and Service Bus. */
export class Triggers {
  readonly #timers = new Map<string, TimerTrigger>();
  readonly #serviceBus = new Map<string, ServiceBusTrigger>();
  readonly #log: Logger;

  /** @throws {SettingError} with everything that is missing or not supported, one line each. */
  constructor(parts: TriggerParts) {
    this.#log = parts.log;
    const { runner, settings, clock, timers: statuses, log } = parts;
    const mistakes: string[] = [];
    for (const target of parts.functions) {
      const name = target.name.toLowerCase();
      try {
        if (isOf(target, "timerTrigger"))
          this.#timers.set(name, new TimerTrigger(target, { clock, statuses, runner, settings }));
        if (isOf(target, "serviceBusTrigger")) {
          const limits = parts.host.serviceBus;
          const trigger = new ServiceBusTrigger(target, { runner, settings, limits, log });
          this.#serviceBus.set(name, trigger);
        }
      } catch (error) {
        if (!(error instanceof SettingError)) throw error;
        mistakes.push(`function ${target.name}: ${error.message}`);
      }
    }
    if (mistakes.length > 0) throw new SettingError(mistakes.join("\n"));
  }

  start(): void {
    for (const timer of this.#timers.values()) timer.start();
    for (const receiver of this.#serviceBus.values()) receiver.start();
  }

  /** Begins nothing new. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.values()) timer.stop();
    await Promise.all(Array.from(this.#serviceBus.values(), (receiver) => receiver.stop()));
  }

  /** Closes connections; call it when invocations have ended. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#serviceBus.values(), (receiver) => receiver.close()));
  }

  /**
   * Runs a timer or Service Bus function once by hand, in the background.
   * @returns false when there is no such function.
   */
  runOnce(functionName: string, input: string): boolean {
    const name = functionName.toLowerCase();
    const run = this.#timers.get(name)?.runOnce() ?? this.#serviceBus.get(name)?.runOnce(input);
    run?.catch((error: unknown) => {
      this.#log.warn({ function: functionName, err: error }, "a run by hand failed");
    });
    return run !== undefined;
  }
}

function isOf(target: FunctionDefinition, triggerType: string): boolean {
  return target.trigger.type.toLowerCase() === triggerType.toLowerCase();
}
