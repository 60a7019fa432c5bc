import type { TargetRegion } from "../plan/image-version-body";
import { setsByDisk } from "../plan/region-encryption";
import { problem, type Problem } from "../problem";
import { isEncrypted, type PublishRequest } from "../request/publish-request";
import { isAtLeast } from "../version-name";
import type { SourceFacts } from "./source-facts";

/** A version of a definition, as a list of them has it. */
export interface ListedVersion {
  name: string;
  /** Some disk of some region has a disk encryption set. */
  encrypted: boolean;
}

/** The newest by its number, not by its age. */
export const newestOf = (versions: readonly ListedVersion[]): ListedVersion | undefined =>
  versions.reduce<ListedVersion | undefined>(
    (newest, one) => (newest === undefined || isAtLeast(one.name, newest.name) ? one : newest),
    undefined,
  );

/** True when some disk of some region has a disk encryption set. */
export const isAnyEncrypted = (regions: readonly TargetRegion[]): boolean =>
  regions.some(({ encryption }) => setsByDisk(encryption).size > 0);

/** What a request for platform-managed keys is compared with. */
export interface EncryptedBefore {
  /** Target regions of the version, when it is there. */
  existing: readonly TargetRegion[] | undefined;
  /** Newest version of its definition. */
  newest: ListedVersion | undefined;
  source: SourceFacts | undefined;
}

/**
 * What was encrypted with customer-managed keys doesn't go back to platform-managed ones: neither a
 * version (Azure's documentation), nor, by policy, another version of a definition whose newest one is
 * encrypted, or what is copied from an encrypted source.
 */
export function checkWayBack(request: PublishRequest, before: EncryptedBefore): Problem[] {
  if (isEncrypted(request)) return [];
  const report = (path: string, what: string): Problem =>
    problem(
      path,
      "NoWayBackToPlatformManagedKeys",
      `the request asks for platform-managed keys, and ${what} is encrypted with customer-managed keys`,
      "ask for the customer's keys: encryption.type customerManagedKey or platformAndCustomerManagedKeys",
    );
  const type = "$.encryption.type";
  const isTold = ({ name }: ListedVersion): boolean =>
    before.existing !== undefined && name === request.image.version;
  return [
    ...(isAnyEncrypted(before.existing ?? []) ? [report(type, "the version")] : []),
    ...(before.newest?.encrypted === true && !isTold(before.newest)
      ? [report(type, `the definition's newest version ${before.newest.name}`)]
      : []),
    ...(before.source?.resources ?? [])
      .filter(({ facts }) => (facts?.diskEncryptionSetIds ?? []).length > 0)
      .map(({ path, id }) => report(path, `the source ${id}`)),
  ];
}
