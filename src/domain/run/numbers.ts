import type { VersionStrategy } from "../numbering/strategy";

/**
 * What has become of a number that a request was given.
 * - `reserved`: no run is known of yet
 * - `started`: a run has begun; the number stays taken, unless the run writes nothing
 * - `released`: its run has ended and wrote nothing; the request has its answer, the number is free
 * - `forgotten`: the request never came to a run; it gets a number anew when it comes again
 */
export type ReservationState = "reserved" | "started" | "released" | "forgotten";

/** Row of a request: the number that it was given. */
export type ReservationRow = {
  requestId: string;
  /** Fingerprint of the request as it was sent, without a number. */
  fingerprint: string;
  publicationId: string;
  version: string;
  state: ReservationState;
  /** ISO 8601: when somebody last began to start its run. */
  touchedAt: string;
};

/** Row of a number that is taken, in the same partition. */
export type TakenRow = Pick<ReservationRow, "version" | "requestId">;

/** How a run's version came to its number, in its rows and events. */
export interface NumberedBy {
  strategy?: VersionStrategy["strategy"];
  strategyBase?: string;
}

export const numberedBy = ({ numbering }: { numbering?: VersionStrategy }): NumberedBy => ({
  ...(numbering === undefined ? {} : { strategy: numbering.strategy }),
  ...(numbering?.base === undefined ? {} : { strategyBase: numbering.base }),
});
