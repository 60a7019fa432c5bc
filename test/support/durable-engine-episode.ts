import type { Episode } from "../../src/local/durable-engine/decision";
import type { Instance } from "../../src/local/durable-engine/model";
import type { RecordedEpisode } from "./durable-recorded-history";

/** A recorded call as the engine would make it. */
export function engineEpisode(id: string, { past, fresh }: RecordedEpisode): Episode | undefined {
  const started = [...past, ...fresh].find((event) => event.kind === "executionStarted");
  if (!started) return undefined;
  const { name, version, input, executionId, parent } = started;
  const instance: Instance = {
    ...{ id, name, version, input, executionId, parent, status: "Running", generation: 0 },
    ...{ output: null, customStatus: null, createdAt: 0, updatedAt: 0 },
  };
  return { instance, past, fresh };
}
