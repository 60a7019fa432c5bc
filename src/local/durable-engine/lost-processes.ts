import { ProcessLostError, type Decision } from "./decision";
import type { Instance } from "./model";
import { failedEnding } from "./replay/replay";

/** An orchestrator that was running at the end of so many processes in a row is what ends them. */
const MAX_LOSSES = 5;

/**
 * Instances whose last call was lost with its process. They are called one at a time, until it is
 * clear which of them ends the process: the others come through.
 */
export class LostProcesses {
  /** Processes in a row, by instance; after a restart of the host it begins anew. */
  readonly #losses = new Map<string, number>();

  /** Whether the last call of this instance was lost. */
  has(instanceId: string): boolean {
    return this.#losses.has(instanceId);
  }

  /**
   * What `decide` comes to; a failure that names the trap in place of the last of too many losses,
   * after which Azure would call the orchestrator again for ever.
   * @throws what `decide` throws.
   */
  async count(instance: Instance, decide: () => Promise<Decision>): Promise<Decision> {
    try {
      const decision = await decide();
      this.#losses.delete(instance.id);
      return decision;
    } catch (error) {
      if (!(error instanceof ProcessLostError)) throw error;
      const losses = (this.#losses.get(instance.id) ?? 0) + 1;
      this.#losses.set(instance.id, losses);
      if (losses < MAX_LOSSES) throw error;
      this.#losses.delete(instance.id);
      return { scheduled: [], ending: failedEnding(instance.name, objection(error)) };
    }
  }
}

function objection({ message }: ProcessLostError): string {
  return `the app's process ended ${MAX_LOSSES} times in a row while this orchestrator ran (${message}): Azure would call it again for ever. An orchestrator must not end its process.`;
}
