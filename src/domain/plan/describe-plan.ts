import type { Promotion } from "../rollout/latest";
import type { Change, Extent, Plan } from "./plan";

/** A plan as a person reads it: what is done as a whole, a line for each region, what it costs. */
export function describePlan(plan: Plan): string[] {
  switch (plan.kind) {
    case "create":
    case "extend":
      return [
        plan.kind === "create" ? "The version is created." : "The version exists and is extended.",
        ...plan.difference.map(describeChange),
        ...describeExtent(plan.extent),
      ];
    case "adopt":
      return [
        `Run ${plan.runId} of the same request is writing the version: there is only to be watched.`,
        ...describeDebt(plan.latest),
        ...plan.difference.map(describeChange),
      ];
    case "nothingToDo":
      return [
        plan.latest === undefined
          ? "The version is as the request wants it: nothing is to be done."
          : "The version has what the request wants.",
        ...describeDebt(plan.latest),
        ...plan.difference.map(describeChange),
      ];
    case "impossible":
      return [
        `Nothing is written: ${counted(plan.problems.length, "problem")}.`,
        ...plan.problems.map(({ path, code, message }) => `${path}: ${code}: ${message}`),
      ];
  }
}

/** Where nothing else is written, it was another run's to do. */
const describeDebt = (latest: Promotion | undefined): string[] =>
  latest === undefined
    ? []
    : ["It is taken into latest: the run that wrote it was lost before it came to that."];

function describeChange({ region, operation, replicas: { from, to } }: Change): string {
  const count = counted(to, "replica");
  switch (operation) {
    case "create":
      return `${region}: created from the source, ${count}`;
    case "replicate":
      return `${region}: added, ${count}`;
    case "scale":
      return `${region}: scaled from ${from ?? 0} to ${count}`;
    case "repeat":
      return `${region}: repeated, its replication failed, ${count}`;
    case "unchanged":
      return `${region}: unchanged, ${count}`;
    case "kept":
      return `${region}: not in the request and kept, ${count}`;
  }
}

function describeExtent({ replicas, egress }: Extent): string[] {
  const size = egress.gigabytes === undefined ? "an unknown size" : `${egress.gigabytes} GB`;
  const leaves =
    egress.regions === 0
      ? "nothing leaves the source region"
      : `at most ${size} leaves the source region, once for ${counted(egress.regions, "region")}`;
  return [`Replicas: ${replicas.before} now, ${replicas.after} then; ${leaves}.`];
}

const counted = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? "" : "s"}`;
