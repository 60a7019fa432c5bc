import { problem, type Problem } from "../problem";
import type { RegionName } from "../region-name";
import type { RequestedRegion } from "../request/publish-request";

/** A kind of storage that Azure has for disks or snapshots in a region. */
export interface StorageOffer {
  region: RegionName;
  /** `Standard_ZRS`, …; also kinds that image versions can't lie on. */
  type: string;
  /** The subscription can't use it there. */
  restricted: boolean;
}

/** A region that a version is to get, with its JSON path. */
export type AddedRegion = Required<Pick<RequestedRegion, "name" | "storageAccountType">> & {
  path: string;
};

/**
 * Whether the subscription can use each region, and whether the region has the storage that is asked
 * for: versions are kept as snapshots. A region that the list doesn't have isn't one of this cloud's, or
 * of the subscription's.
 */
export const checkRegions = (
  offers: readonly StorageOffer[],
  added: readonly AddedRegion[],
): Problem[] => added.flatMap((region) => regionProblems(region, offers));

function regionProblems(
  { path, name, storageAccountType }: AddedRegion,
  offers: readonly StorageOffer[],
): Problem[] {
  const there = offers.filter(({ region }) => region === name);
  const usable = new Set(there.filter(({ restricted }) => !restricted).map(({ type }) => type));
  if (usable.size === 0)
    return [
      problem(
        `${path}.name`,
        "RegionNotAvailable",
        there.length === 0
          ? `Azure names no disk storage in the region ${name} for the gallery's subscription`
          : `the gallery's subscription has no access to the region ${name}`,
        "leave the region out, or ask Azure for access to it",
        name,
      ),
    ];
  const wanted = storageAccountType.toLowerCase();
  if ([...usable].some((type) => type.toLowerCase() === wanted)) return [];
  return [
    problem(
      `${path}.storageAccountType`,
      "StorageAccountTypeNotAvailable",
      `the region ${name} doesn't have ${storageAccountType}; it has ${[...usable].sort().join(", ")}`,
      "ask for a storage type that the region has",
      name,
    ),
  ];
}
