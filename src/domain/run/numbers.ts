import type { VersionStrategy } from "../numbering/strategy";
import { unnumbered, type PublishRequest } from "../request/publish-request";
import { fingerprint } from "./identity";

/**
 * What has become of a number that a request was given.
 * - `reserved`: no run is known of yet
 * - `started`: a run begins, or has begun; the number stays taken, unless the run writes nothing
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
  /** ISO 8601: when it came to its state. */
  touchedAt: string;
  /** Id of the redrive that has taken the number again, after its request's own run had freed it. */
  redrive?: string;
};

/** A number as a run has it: not another one of the same request's, nor that of other contents under its id. */
export type HeldNumber = Pick<ReservationRow, "requestId" | "version" | "fingerprint">;

/** The number that a request was given; undefined when it names its version. */
export function heldNumber({ numbering, ...request }: PublishRequest): HeldNumber | undefined {
  if (numbering === undefined) return undefined;
  const { requestId } = numbering;
  const { version } = request.image;
  return { requestId, version, fingerprint: fingerprint(unnumbered({ ...request, numbering })) };
}

export const isSameNumber = (one: HeldNumber, other: HeldNumber): boolean =>
  one.version === other.version && one.fingerprint === other.fingerprint;

/** While it holds its number, nobody else is given it. */
export const holdsNumber = ({ state }: Pick<ReservationRow, "state">): boolean =>
  state === "reserved" || state === "started";

/** The request id of the run that the number is kept for. */
export const keptFor = ({ redrive, requestId }: ReservationRow): string => redrive ?? requestId;

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
