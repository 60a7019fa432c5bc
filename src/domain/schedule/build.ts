import { foldCase } from "../fold-case";

/** What Image Builder says of a template's last run. */
export interface TemplateRun {
  /** As Azure writes it; absent while there was none. */
  startedAt?: string;
  /** `Running`, `Succeeded`, `Failed` and others; absent while there was none. */
  state?: string;
  message?: string;
}

/** A build that is waited for before the source is looked for. */
export interface Build {
  /** ISO 8601: the occurrence that it is for. */
  occurrence: string;
  /** ISO 8601: when it was decided. */
  since: string;
  /** Id of the template; absent in rows of before it was kept, which mean the document's. */
  template?: string;
  /** `startedAt` of the run before; absent where a run that went on already is waited for. */
  before?: string;
  /** Who asked for it, and whether by force. */
  who?: string;
  force?: boolean;
}

/** A build that takes longer has failed. */
const LONGEST_BUILD_MS = 24 * 3_600_000;

/** What is to be done about a build. */
export type BuildStep =
  { kind: "start" } | { kind: "wait" } | { kind: "done" } | { kind: "failed"; why: string };

const isRunning = ({ state = "" }: TemplateRun): boolean => /^(running|canceling)$/i.test(state);

/** What identifies the run before a build: none is an empty text. */
export const runBefore = (run: TemplateRun): { before?: string } =>
  isRunning(run) ? {} : { before: run.startedAt ?? "" };

/** Whether a build is one by this template: another one's runs say nothing of it. */
export const isBy = ({ template }: Build, imageTemplate: string): boolean =>
  template === undefined || foldCase(template) === foldCase(imageTemplate);

/** The next step of a build, by what Image Builder says now. A run is never started twice: it is known by its start. */
export function buildStep(build: Build, run: TemplateRun, now: Date): BuildStep {
  const isBefore = build.before !== undefined && build.before === (run.startedAt ?? "");
  if (isRunning(run) || isBefore) {
    if (now.getTime() - Date.parse(build.since) > LONGEST_BUILD_MS)
      return { kind: "failed", why: "the image template wasn't built within a day" };
    return { kind: isRunning(run) ? "wait" : "start" };
  }
  // However late it is looked at: the host may have been down.
  const { state = "unknown", message = "" } = run;
  if (/^succeeded$/i.test(state)) return { kind: "done" };
  return { kind: "failed", why: `the image template's run ended ${state}: ${message}` };
}
