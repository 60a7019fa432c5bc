import type { StallChange } from "../rollout/stalled";

/** What is told in the app's log. Alert rules look for these names: renaming one breaks them in silence. */
export type LogEvent = LogLine["event"];

/** One line of the log: an object without nesting, whose names are the same in every line. */
export type LogLine = AboutRun & StallChange;

/** Whom every line is about, and when it happened by the run's own clock (ISO 8601). */
interface AboutRun {
  time: string;
  publicationId: string;
  runId: string;
  imageVersionId: string;
}
