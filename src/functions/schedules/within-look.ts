import type { Refusal } from "../../azure/refusal";
import type { ScheduleDependencies } from "./dependencies";

/** All that one look at a schedule asks Azure: one call of it alone may take 100 s, and a look asks several. */
const LONGEST_LOOK_MS = 30_000;

/**
 * What a look at one schedule reaches: Azure's answers only while they come in time, then the look ends as one that Azure
 * doesn't answer. What still goes on then is a reading, or the start of a build, which is begun once however often it
 * is asked for: nothing is written or sent after it.
 */
export function withinLook(dependencies: ScheduleDependencies): ScheduleDependencies {
  const { finding, templates, now, inTimeOr } = dependencies;
  const end = now().getTime() + LONGEST_LOOK_MS;
  const ask = async <R>(call: () => Promise<R>): Promise<R | Refusal> => {
    const left = end - now().getTime();
    if (left <= 0) return TOO_LATE;
    return inTimeOr(left, call(), TOO_LATE);
  };
  return {
    ...dependencies,
    finding: { find: (schedule) => ask(() => finding.find(schedule)) },
    templates: {
      lastRun: (id) => ask(() => templates.lastRun(id)),
      run: (id) => ask(() => templates.run(id)),
    },
  };
}

const TOO_LATE: Refusal = {
  kind: "later",
  fault: {
    ...{ code: "ConnectionFailed", advice: "transient" },
    message: `Azure hasn't answered within ${LONGEST_LOOK_MS / 1000} s`,
    action: "wait: it is asked again",
  },
};
