import type { Claim } from "../../azure/source-claims";
import type { ScheduleDependencies } from "./dependencies";

type Claiming = Pick<ScheduleDependencies, "claims" | "states" | "now" | "newRunId">;

/** To decide takes a few calls of storage; whoever takes longer has died, or stands. */
const LEFT_AFTER_MS = 60_000;

/**
 * Claims a source for the time of one decision: of schedules that find it at once, in one tick, by hand or on two hosts,
 * one looks what the others have fired, and writes its own decision, before the next one looks. Undefined while another
 * one is at it.
 */
export async function claimSource(
  { claims, states, now, newRunId }: Claiming,
  scheduleId: string,
  makes: string,
): Promise<Claim | undefined> {
  const mine = { makes, scheduleId, token: newRunId(now()), at: now().toISOString() };
  const found = await claims.get(makes);
  if (found !== undefined && found.claim.scheduleId !== scheduleId) {
    const { at, scheduleId: other } = found.claim;
    if (now().getTime() - Date.parse(at) < LEFT_AFTER_MS) return undefined;
    // Should it only have stood: its state is written anew, and what it decides can't be written any more.
    const left = await states.get(other);
    if (left !== undefined) await states.put(left.state, left.etag);
  }
  // Its own claim of before: of both looks only one can write the schedule's state.
  return (await claims.put(mine, found?.etag)) ? mine : undefined;
}

/** Gives a claim back, unless somebody else has it by now. */
export async function releaseClaim(
  { claims }: Pick<ScheduleDependencies, "claims">,
  { makes, token }: Claim,
): Promise<void> {
  const found = await claims.get(makes);
  if (found?.claim.token === token) await claims.remove(makes, found.etag);
}
