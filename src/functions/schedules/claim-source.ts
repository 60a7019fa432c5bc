import type { ScheduleStates } from "../../azure/schedule-states";
import type { Claim } from "../../azure/source-claims";
import type { ScheduleDependencies } from "./dependencies";

type Claiming = Pick<ScheduleDependencies, "claims" | "states" | "now" | "newRunId">;

/** To decide takes a few calls of storage; whoever takes longer has died, or stands. */
const LEFT_AFTER_MS = 60_000;

/** True of what was begun a minute ago; and of what is yet to come: the clock of its host was wrong. */
export const isLeft = (begun: Date, now: Date): boolean =>
  Math.abs(now.getTime() - begun.getTime()) >= LEFT_AFTER_MS;

/**
 * Claims a source for the time of one decision: of schedules that find it at once, in one tick, by hand or on two hosts,
 * one looks what the others have fired, and writes its own decision, before the next one looks. Undefined while somebody
 * is at it, be it another look at the same schedule.
 */
export async function claimSource(
  { claims, states, now, newRunId }: Claiming,
  scheduleId: string,
  makes: string,
): Promise<Claim | undefined> {
  const mine = { makes, scheduleId, token: newRunId(now()), at: now().toISOString() };
  const found = await claims.get(makes);
  if (found !== undefined) {
    if (!isLeft(new Date(found.claim.at), now())) return undefined;
    await writeAnew(states, found.claim.scheduleId);
  }
  return (await claims.put(mine, found?.etag)) ? mine : undefined;
}

/**
 * Should a holder only have stood: what it decides can't be written any more. Nor can what is decided just now, where
 * the holder is of the same schedule; the next minute decides then.
 */
async function writeAnew(states: ScheduleStates, id: string): Promise<void> {
  const found = await states.get(id);
  if (found !== undefined) await states.put(found.state, found.etag);
}

/** Gives a claim back, unless somebody else has it by now. */
export async function releaseClaim(
  { claims }: Pick<ScheduleDependencies, "claims">,
  { makes, token }: Claim,
): Promise<void> {
  const found = await claims.get(makes);
  if (found?.claim.token === token) await claims.remove(makes, found.etag);
}
