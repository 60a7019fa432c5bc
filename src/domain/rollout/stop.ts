import { mayBeAccepted, type Fault } from "../fault";
import type { Problem } from "../problem";
import type { RegionName } from "../region-name";
import type { RegionOutcome } from "../run/outcome";

/** Why a write wasn't made: Azure's refusal, or what the last look before it found. */
export type Stop = { fault: Fault } | { problems: Problem[] };

export const faultOf = ({ code, message, action }: Problem): Fault => ({
  code,
  advice: "permanent",
  message,
  action,
});

/** The outcome of a region that was refused for reasons of its own; undefined when it has none. */
export function refusedRegion(
  region: RegionName,
  problems: readonly Problem[],
): RegionOutcome | undefined {
  const own = problems.filter((candidate) => candidate.region === region);
  const [first] = own;
  if (first === undefined) return undefined;
  const message = own.map((candidate) => candidate.message).join("; ");
  return { region, kind: "failed", attempts: 0, fault: { ...faultOf(first), message } };
}

/** The outcome of a region whose wave wasn't written, while the run goes on without it. */
export function leftOut(region: RegionName, stop: Stop): RegionOutcome {
  if ("fault" in stop) {
    const attempts = mayBeAccepted(stop.fault) ? 1 : 0;
    return { region, kind: "failed", attempts, fault: stop.fault };
  }
  const fault = faultOf(stop.problems[0] as Problem);
  return refusedRegion(region, stop.problems) ?? { region, kind: "failed", attempts: 0, fault };
}

/** Nothing more may be written to a version of which somebody has changed the keys. */
export const forbidsAnyWrite = (stop: Stop): boolean =>
  "fault" in stop && stop.fault.code === "EncryptionChangedSincePlan";
