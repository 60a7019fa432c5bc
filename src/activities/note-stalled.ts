import type { ImageTarget } from "../domain/request/publish-request";
import type { StallChange } from "../domain/rollout/stalled";
import { imageVersionId } from "../domain/run/identity";
import type { ActivityDependencies, RunRef } from "./dependencies";

export interface NoteStalledInput extends Pick<RunRef, "publicationId" | "runId" | "traceParent"> {
  image: ImageTarget;
  /** ISO 8601; never the machine's clock, so that a repetition says the same. */
  time: string;
  changes: StallChange[];
}

/** Tells the log which regions have come to stand still and which move again, one line each. */
export function noteStalled({ log }: Pick<ActivityDependencies, "log">) {
  return async ({
    image,
    changes,
    time,
    publicationId,
    runId,
  }: NoteStalledInput): Promise<{ kind: "noted" }> => {
    const run = { time, publicationId, runId, imageVersionId: imageVersionId(image) };
    for (const { event, ...change } of changes) log({ event, ...run, ...change });
    return { kind: "noted" };
  };
}
