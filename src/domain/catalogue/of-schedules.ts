import { FORMAT_OF_SCHEDULES, OURS, type ProblemEntry } from "./entry";

/** Mistakes of the document of schedules, and what a look for the newest source can find. */
export const OF_SCHEDULES = {
  SchedulesMissing: {
    cause: "There is no document of schedules, and there was one. Nothing runs.",
    action: 'Bring it back; where none is to run any more, one with `{"schedules": []}` says so.',
    rule: OURS,
  },
  SchedulesUnreadable: {
    cause: "Storage doesn't give the document of schedules. Nothing runs meanwhile.",
    action: "Read the reason: storage is away, or the app's identity may not read there.",
    rule: OURS,
  },
  InvalidCron: {
    cause: "`cron` hasn't five fields that can be read, or never occurs.",
    action: "Correct it: `30 2 * * 1` is every Monday at 02:30.",
    rule: FORMAT_OF_SCHEDULES,
  },
  UnknownTimeZone: {
    cause: "`timeZone` is no IANA time zone.",
    action: "Use a name such as `Europe/Berlin`, or `UTC`.",
    rule: FORMAT_OF_SCHEDULES,
  },
  DuplicateSchedule: {
    cause: "Two schedules have one id; neither runs.",
    action: "Rename one.",
    rule: FORMAT_OF_SCHEDULES,
  },
  VersionIsFixed: {
    cause: "`image.version` of a schedule is a number: its second run would find that taken.",
    action: 'Name a strategy, `{"strategy": "nextPatch"}`, or leave it out.',
    rule: OURS,
  },
  OneSourceFinder: {
    cause: "A schedule names no way to find its source, or more than one.",
    action: "Name exactly one.",
    rule: FORMAT_OF_SCHEDULES,
  },
  OneTagForTwo: {
    cause: "`setTag` and `diskTag` are one tag, in any case: no set would ever be whole.",
    action: "Name two.",
    rule: FORMAT_OF_SCHEDULES,
  },
  SourceIsTarget: {
    cause:
      "`newestVersionOf` names the definition that the schedule publishes to, or one that other schedules make from it: each version would be the source of the next, without an end.",
    action: "Name the definition that the builds go to.",
    rule: OURS,
  },
  SourceNotFound: {
    cause: "Nothing fits what the schedule looks for.",
    action: "Look at the build that makes the source, or correct the schedule.",
    rule: `${OURS}: never a guess`,
  },
  SourceNotUnique: {
    cause: "Two sources fit and none is the newest, or the age of one isn't known.",
    action: "Delete one, or look for a narrower tag or prefix.",
    rule: `${OURS}: never a guess`,
  },
  SnapshotSetNotUnique: {
    cause: "The newest set of snapshots has two for one disk.",
    action: "Delete the one that doesn't belong to it, or tag it otherwise.",
    rule: `${OURS}: never a guess`,
  },
  SnapshotSetHasMore: {
    cause:
      "The newest set of snapshots has one for a disk that `luns` doesn't name, or that doesn't say which disk it is of.",
    action: "Add the LUN to `luns` and to the request, or take the snapshot out of the set.",
    rule: `${OURS}: never a guess, and no image without a disk that belongs to it`,
  },
  ImageTemplateNotFound: {
    cause: "The image template that is run first isn't there. Counts as a failed run.",
    action: "Correct `imageTemplate`, or make the template.",
    rule: `${OURS}; Azure VM Image Builder`,
  },
  ImageTemplateRunFailed: {
    cause: "The run of the image template failed, or took more than a day. Counts as a failed run.",
    action: "Read the customization log in the template's staging resource group.",
    rule: `${OURS}; Azure VM Image Builder`,
  },
} as const satisfies Record<string, ProblemEntry>;
