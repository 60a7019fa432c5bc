import { fault, type Fault } from "../fault";

/** What a person has said to a run; stored, because an event alone can be lost. */
export interface Signal {
  who: string;
  why: string;
  /** ISO 8601. */
  at: string;
}

/** Why a run that somebody has cancelled goes no further. */
export const cancelledBy = ({ who, why }: Pick<Signal, "who" | "why">): Fault =>
  fault(
    "Cancelled",
    "operator",
    `${who} cancelled the run: ${why}`,
    "send the request again, or redrive the failure, to go on",
  );

export interface Decision extends Signal {
  decision: "approve" | "reject";
}

/** Everything that was said to a run so far. */
export interface Signals {
  cancel?: Signal;
  /** By the number of the wave that waits for it, the first is 0. */
  decisions: Record<number, Decision>;
}

/** A signal as it is stored. */
export type SignalRow = Record<keyof Signal | "runId", string> & {
  /** `cancel`, or the wave that is decided on. */
  about: "cancel" | `wave-${number}`;
  decision?: Decision["decision"];
};

/**
 * The run's own row in the place of a cancellation: it is about to take the version into `latest`. Each excludes the
 * other, so that whoever comes first counts.
 */
export interface ClaimRow extends Pick<SignalRow, "runId" | "at"> {
  about: "cancel";
  claim: "latest";
}

export type SignalsRow = SignalRow | ClaimRow;

/** How a run's claim to take the version into `latest` has ended. */
export type Claim =
  /** `held`: it was made before, by a try of the same write that was cut off or may have been accepted. */
  { kind: "made" | "held" } | { kind: "cancelled"; by: Signal };

/** What people have said to a run, by all of its rows. */
export function toSignals(rows: readonly SignalsRow[]): Signals {
  const signals: Signals = { decisions: {} };
  for (const row of rows) {
    if ("claim" in row) continue;
    const { about, decision, who, why, at } = row;
    if (about === "cancel") signals.cancel = { who, why, at };
    else if (decision !== undefined)
      signals.decisions[Number(about.slice("wave-".length))] = { decision, who, why, at };
  }
  return signals;
}
