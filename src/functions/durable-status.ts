import { OrchestrationRuntimeStatus, type DurableClient } from "durable-functions";

/** What the triggers ask of a durable instance. */
export interface InstanceState {
  /** Pending, Running, Suspended or ContinuedAsNew: it still holds its version. */
  going: boolean;
  customStatus: unknown;
  /** What an ended run gave back. */
  output: unknown;
  /** The durable input of a going run: which run it is. */
  input: unknown;
}

const ENDED: ReadonlySet<OrchestrationRuntimeStatus> = new Set([
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
  OrchestrationRuntimeStatus.Canceled,
]);

/** State of an instance; undefined when there is none by this id. */
export async function instanceState(
  client: DurableClient,
  instanceId: string,
): Promise<InstanceState | undefined> {
  try {
    const status = await client.getStatus(instanceId, { showInput: true });
    return {
      going: !ENDED.has(status.runtimeStatus),
      customStatus: status.customStatus,
      output: status.output,
      input: status.input,
    };
  } catch (error) {
    // The library has no other sign of a missing instance than this sentence.
    if (error instanceof Error && error.message.includes("replied with HTTP 404")) return undefined;
    throw error;
  }
}

/** Starts an orchestration; false when one by this id is going on already. */
export async function startUnlessGoing(
  client: DurableClient,
  name: string,
  instanceId: string,
  input: object,
): Promise<boolean> {
  try {
    await client.startNew(name, { instanceId, input });
    return true;
  } catch (error) {
    if (error instanceof Error && /\b409\b|already exists/i.test(error.message)) return false;
    throw error;
  }
}

/** Which run an instance is about; what mends a lost one has an id of its own. */
export const runIdOf = (instance: Pick<InstanceState, "input"> | undefined): string | undefined =>
  (instance?.input as { runId?: string } | null | undefined)?.runId;
