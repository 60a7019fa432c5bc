import { hasEnded, type Publication } from "../api-types";
import { imageName, seconds } from "../render-regions";

/** Regions that have come to another state since the last look, a line per state. */
export function stateChanges(
  before: Publication | undefined,
  after: Publication,
  elapsedMs: number,
): string[] {
  const stamp = `[${seconds(elapsedMs).padStart(7)}]`;
  const known = new Map((before?.regions ?? []).map(({ name, state }) => [name, state]));
  const changed = new Map<string, string[]>();
  for (const { name, state, wave } of after.regions ?? [])
    if (state !== "pending" && state !== "prepared" && known.get(name) !== state) {
      const what = `wave ${wave} ${state}`;
      changed.set(what, [...(changed.get(what) ?? []), name]);
    }
  const lines = [...changed].map(([what, names]) => `${stamp}   ${what}: ${names.join(", ")}`);
  if (before?.state === after.state) return lines;
  const own = `${stamp} ${imageName(after)}: ${after.state}`;
  return hasEnded(after) ? [...lines, own] : [own, ...lines];
}
