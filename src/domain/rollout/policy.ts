import type { RegionName } from "../region-name";
import type { RequiredRegions } from "../request/publish-request";
import { judge, type RegionOutcome } from "../run/outcome";

/**
 * True while the required regions can all be Completed in the end: later waves are only begun then. What
 * isn't required may fail without stopping anything.
 * @param remaining regions of waves that haven't begun
 */
export function canStillPublish(
  sofar: readonly RegionOutcome[],
  remaining: readonly RegionName[],
  required: RequiredRegions,
): boolean {
  const hoped = remaining.map((region): RegionOutcome => ({ region, kind: "completed" }));
  return judge([...sofar, ...hoped], required) === "published";
}
