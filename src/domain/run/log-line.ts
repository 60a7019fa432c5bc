/**
 * Lines for programs, one JSON object without nesting each. Alert rules look for these names (infra/modules/alerts.bicep):
 * renaming one breaks them in silence. docs/telemetry.md shows the tables below.
 */

/** How loud a line is. */
export type LogLevel = "info" | "warn" | "error";

interface Described {
  level: LogLevel;
  /** What the line says; for docs/telemetry.md. */
  says: string;
  /** Members of the line beside those that every line can have. */
  fields: readonly string[];
}

/** What any line can have: `event` and `time` always, the others where they are known. */
export const COMMON_FIELDS = {
  event: "the name of the line, below",
  time: "when it happened, ISO 8601, by the run's own clock where there is a run",
  eventId: "of what is announced on the topic, too: the id of the [event](events.md)",
  publicationId: "the publication",
  runId: "the run",
  requestId: "the request",
  imageVersionId: "ARM id of the image version",
  correlationId:
    "`x-ms-correlation-request-id` of every ARM call of the run, or of the invocation where there is no run",
  traceId:
    "the trace that the request came with, or the invocation's own (W3C); that of its ARM calls, too",
} as const;

/** What a run comes to; each line goes with an event on the topic. */
const TRANSITIONS = {
  accepted: {
    level: "info",
    says: "a request has its version, and its run has begun",
    fields: ["trigger", "action", "who"],
  },
  planned: { level: "info", says: "the plan is made", fields: ["plan"] },
  waveCompleted: {
    level: "info",
    says: "a wave has come to its end",
    fields: ["wave", "waves", "completed", "failed"],
  },
  awaitingApproval: {
    level: "info",
    says: "a wave waits for a person",
    fields: ["wave", "deadline"],
  },
  published: {
    level: "info",
    says: "every required region is Completed",
    fields: ["completed", "failed"],
  },
  promoted: { level: "info", says: "the version is in `latest`", fields: ["completed", "failed"] },
  partlyPublished: {
    level: "error",
    says: "some regions are Completed, but not all that are required",
    fields: ["failureId", "code", "completed", "failed"],
  },
  failed: {
    level: "error",
    says: "no region is Completed",
    fields: ["failureId", "code", "completed", "failed"],
  },
  rejected: {
    level: "warn",
    says: "nothing was written",
    fields: ["failureId", "code"],
  },
  cancelled: {
    level: "warn",
    says: "somebody cancelled the run",
    fields: ["failureId", "code", "completed", "failed"],
  },
  compensated: {
    level: "warn",
    says: "what the run did was taken back as far as its policy says",
    fields: ["undone", "notUndone"],
  },
  dismissed: {
    level: "info",
    says: "somebody has dismissed an entry of the failure ledger",
    fields: ["failureId", "who"],
  },
  scheduleDisabled: {
    level: "error",
    says: "a schedule was switched off after so many failed runs in a row",
    fields: ["scheduleId", "failures", "outcome", "again"],
  },
} as const satisfies Record<string, Described>;

/** What needs attention, and when it is over; and what schedules do. */
const REMARKS = {
  runSuperseded: {
    level: "info",
    says: "a run was begun by a delivery that had stood still, and did nothing: the answer is the run `by` (itself, if lost before), or another version",
    fields: ["by"],
  },
  leftOver: {
    level: "warn",
    says: "a run has ended and left something behind in Azure",
    fields: ["failureId", "count", "again"],
  },
  regionStalled: {
    level: "warn",
    says: "a region [stands still](runbook.md#a-region-stands-still)",
    fields: ["region", "state", "progress", "since", "again"],
  },
  regionMoved: {
    level: "info",
    says: "it did, and has changed: `state` and `progress` are what it has come to",
    fields: ["region", "state", "progress", "since"],
  },
  safetyFlagOpened: {
    level: "info",
    says: "`allowDeletionOfReplicatedLocations` was set for a removal of regions",
    fields: ["regions"],
  },
  safetyFlagClosed: {
    level: "info",
    says: "it was set back by a write of its own; the write that adds the removed regions again does so without a line",
    fields: [],
  },
  safetyFlagOpen: {
    level: "warn",
    says: "a recorded run has left it open; said at each look of `reconcile`, with `beingMended` while a run or `reconcile` itself is at it",
    fields: ["failureId", "since", "beingMended"],
  },
  deadLetters: {
    level: "warn",
    says: "requests that couldn't even be recorded; said again at each look of `reconcile`, `count` goes up to 100",
    fields: ["count", "oldest"],
  },
  scheduleFired: {
    level: "info",
    says: "a schedule has made a request",
    fields: ["scheduleId", "due"],
  },
  scheduleSkipped: {
    level: "info",
    says: "a schedule was due, and made no request: `why` tells",
    fields: ["scheduleId", "due", "why"],
  },
  scheduleNotFired: {
    level: "warn",
    says: "a schedule was due, and its source isn't certain or its image can't be built",
    fields: ["scheduleId", "due", "code"],
  },
  schedulesUnreadable: {
    level: "error",
    says: "the document of schedules can't be read or, with `scheduleId`, one of its schedules has a mistake: what it says doesn't run; said again every minute",
    fields: ["scheduleId", "document", "path", "code", "why"],
  },
  scheduleEnabled: {
    level: "info",
    says: "somebody has switched a schedule on again",
    fields: ["scheduleId", "who"],
  },
} as const satisfies Record<string, Described>;

export const LOG_LINES = { ...TRANSITIONS, ...REMARKS };

export type LogEvent = keyof typeof LOG_LINES;
export type AnnouncedEvent = keyof typeof TRANSITIONS;

/** The members of a line of its own. */
export type FieldOf<E extends LogEvent> = (typeof LOG_LINES)[E]["fields"][number];

/** What the writer of all lines adds to each. */
type Added = "correlationId" | "traceId";

type Numbers = "wave" | "waves" | "undone" | "notUndone" | "failures" | "count" | "progress";

type Flags = "again" | "beingMended";

/** One line of certain names. Lists are texts, `westus,eastus2`: a query takes them as they are. */
export type LogLineOf<Events extends LogEvent> = {
  [E in Events]: { event: E; time: string } & Partial<
    Record<Exclude<keyof typeof COMMON_FIELDS, "event" | "time" | Added>, string>
  > & { [F in FieldOf<E>]?: F extends Numbers ? number : F extends Flags ? true : string };
}[Events];

/** One line of the log. */
export type LogLine = LogLineOf<LogEvent>;

export const isAnnounced = (name: string): name is AnnouncedEvent => name in TRANSITIONS;
