import type { ImageVersionState } from "../azure/image-versions";
import { dataLunsOf } from "../domain/plan/version-disks";
import { checkSource } from "../domain/preflight/check-source";
import { checkWayBack } from "../domain/preflight/check-way-back";
import type { Problem } from "../domain/problem";
import type { PublishRequest } from "../domain/request/publish-request";
import type { ActivityDependencies } from "./dependencies";
import { isProblem, readOrRefused } from "./read-or-refused";

/** What is known right before the write of the disks that are to be encrypted. */
export interface SourceNow {
  /** LUNs of the data disks; absent only beside a problem. */
  dataLuns?: number[];
  problems: Problem[];
}

/**
 * Reads a source once more right before a version is made from it: it may have been replaced by one
 * with other data disks, which nobody would have encrypted. A version that is there has disks of its
 * own, and its source is no longer asked for.
 * @throws {ArmError} when Azure doesn't answer
 */
export async function recheckSource(
  { sources }: Pick<ActivityDependencies, "sources">,
  request: PublishRequest,
  existing: ImageVersionState | undefined,
): Promise<SourceNow> {
  if (existing?.dataLuns !== undefined) return { dataLuns: existing.dataLuns, problems: [] };
  const { source, image } = request;
  const facts = await readOrRefused("$.source", () => sources.read(source));
  if (isProblem(facts)) return { problems: [facts] };
  const dataLuns = dataLunsOf(existing, facts.dataLuns);
  const none = { existing: undefined, newest: undefined };
  return {
    ...(dataLuns === undefined ? {} : { dataLuns }),
    problems:
      existing === undefined
        ? [
            ...checkSource(facts, { kind: source.kind, image, definition: undefined }).problems,
            ...checkWayBack(request, { ...none, source: facts }),
          ]
        : [],
  };
}
