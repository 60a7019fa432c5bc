import type { EventOf, FailureDetails, HistoryEvent, TaskFailure } from "./history-event";
import type { Instance, WorkItem } from "./model";

/** A task that the orchestrator asks for now; `id` is its place in the orchestrator's own count. */
export type ScheduledTask =
  | { kind: "activity"; id: number; name: string; input: string }
  | {
      kind: "subOrchestration";
      id: number;
      name: string;
      input: string;
      instanceId: string;
      version: string | null;
    }
  | { kind: "timer"; id: number; fireAt: string };

/** How a generation ends. Outputs and inputs are JSON text. */
export type Ending =
  | { kind: "completed"; output: string | null }
  | {
      kind: "failed";
      /** The text that history and parent get. */
      message: string;
      /** What the instance shows as output, where it differs. */
      output?: string;
      details: string;
      failureDetails: FailureDetails | null;
    }
  | { kind: "terminated"; reason: string }
  | { kind: "continueAsNew"; input: string; carryOver: EventOf<"eventRaised">[] };

/** What comes out of one episode. */
export interface Decision {
  /** New tasks, in the order of their ids. */
  scheduled: ScheduledTask[];
  /** Absent: it goes on. */
  ending?: Ending;
  /** JSON text; absent: as it was. */
  customStatus?: string;
}

/** What an orchestrator is called with. */
export interface Episode {
  instance: Instance;
  /** Events of earlier episodes. */
  past: readonly HistoryEvent[];
  /** This episode's, beginning with `orchestratorStarted`. */
  fresh: readonly HistoryEvent[];
}

export type ActivityOutcome =
  { kind: "completed"; result: string | null } | ({ kind: "failed" } & TaskFailure);

/**
 * A call that did not come to an end, for reasons that are not the app's (its process ended, the host
 * stops): it is made again.
 */
export class CallAbortedError extends Error {}

/** The process that ran an orchestrator has ended: by the orchestrator, or by what ran beside it. */
export class ProcessLostError extends CallAbortedError {}

/**
 * Runs the app's functions for the engine: the only thing that knows how they are spoken to. A new
 * generation of the durable library is a new implementation of this.
 */
export interface FunctionExecutor {
  kindOf(name: string): "orchestrator" | "activity" | "entity" | undefined;
  /**
   * Never throws for what the app does: that is a decision too.
   * @throws {CallAbortedError}
   */
  runOrchestrator(episode: Episode): Promise<Decision>;
  /** @throws {CallAbortedError} */
  runActivity(work: WorkItem): Promise<ActivityOutcome>;
}
