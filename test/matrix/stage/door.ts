import type { InvocationContext } from "@azure/functions";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { wireRequest } from "../../replay/publishing/run";
import { createFakeDurableClient } from "../../support/fake-durable-client";
import { RULES } from "../../support/request-factory";
import type { Stage } from "./stage";

/** A message that is refused at the door begins no run: the ledger keeps it with its reasons. */
export async function refuseAtTheDoor(stage: Stage): Promise<{ state: string }> {
  const { documents, records, announcer, now } = stage.world.dependencies;
  const { client, started } = createFakeDurableClient();
  const { now: _now, ...rules } = RULES;
  const publish = publishFromQueue({
    documents,
    records,
    numbers: undefined as never,
    takenNumbers: undefined as never,
    announcer,
    now,
    rules,
    newRunId: () => "run-1",
    deadLetters: undefined as never,
    dryRun: undefined as never,
    log: () => undefined,
  });
  const context = { warn: () => undefined, log: () => undefined, triggerMetadata: {} };
  await publish(wireRequest([], stage.request), client, context as unknown as InvocationContext);
  expect(started).toEqual([]);
  const { rows } = await records.failures({});
  return { state: rows[0]?.state ?? "accepted" };
}
