import { triggerPayload } from "../../../src/local/durable-wire-v3/trigger-payload";
import { engineEpisode } from "../../support/durable-engine-episode";
import type { RecordedEpisode } from "../../support/durable-recorded-history";
import { firstDifference, type Json } from "../../support/durable-recordings";

/**
 * How the payload that our host would send differs from the recorded one; undefined: it doesn't. Ours is
 * made twice: the second time from the texts that were kept the first time.
 */
export function comparePayload(
  id: string,
  recorded: Json & { history: Json[] },
  recordedEpisode: RecordedEpisode | undefined,
): string | undefined {
  const episode = recordedEpisode && engineEpisode(id, recordedEpisode);
  if (!episode) return "the history has no begin";
  const [first, second] = [triggerPayload(episode), triggerPayload(episode)];
  // The recorded host promises entity locks.
  const ours = { ...(JSON.parse(first) as typeof recorded), upperSchemaVersionNew: 3 };
  return (
    firstDifference(withoutEmptyTurn(ours), withoutEmptyTurn(recorded)) ??
    firstDifference(second, first)
  );
}

/** After continueAsNew Azure begins the new history with a turn in which nothing was decided. */
function withoutEmptyTurn<T extends { history: Json[] }>(payload: T): T {
  const history = payload.history.filter(
    ({ EventType }, at, all) => EventType !== 13 || all[at - 1]?.EventType !== 0,
  );
  return { ...payload, history };
}
