import type { Transition } from "../domain/run/publication-event";
import type { Acceptance, Trigger } from "../domain/run/records";
import type { RunRef } from "./dependencies";

interface Announcement extends RunRef {
  /** Makes the event's id together with run and state; absent for what a run comes to once. */
  occurrence?: string;
  /** ISO 8601; never the machine's clock, so that a repetition says the same. */
  time: string;
}

/** What a run says first of all. */
export interface AcceptedInput extends Announcement {
  state: "accepted";
  data: Omit<Acceptance, "startedAt"> & { trigger: Trigger };
}

export type AnnounceTransitionInput =
  AcceptedInput | (Announcement & { state: Exclude<Transition, "accepted">; data: object });
