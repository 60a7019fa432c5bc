import { ArmError } from "../azure/arm-error";
import type { EncryptionSets } from "../azure/encryption-sets";
import { armName, parseArmId } from "../domain/arm-id";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import { referencedId } from "../domain/encryption/reference";
import { passes, type Fault } from "../domain/fault";
import { regionName } from "../domain/region-name";
import { setsOf, type PublishRequest } from "../domain/request/publish-request";

/** What an id led to: the set, Azure's words when there is none, or why Azure doesn't show it. */
export type FoundSet = { set: DiskEncryptionSet } | { missing: string } | { refused: Fault };

/** Where a region's sets are looked for. Passing trouble is thrown. */
export interface SetFinder {
  get(id: string): Promise<FoundSet>;
  /** Every set of the gallery's subscription. */
  all(): Promise<{ sets: DiskEncryptionSet[] } | { refused: Fault }>;
}

/** What was looked up once for all regions; plain data, kept among a run's documents. */
export interface SharedSets {
  /** Absent when every reference names its resource group: nothing is to be searched for. */
  list?: { sets: DiskEncryptionSet[] } | { refused: Fault };
  /** Sets that several regions name, by lower-case id. */
  byId: Record<string, FoundSet>;
}

type Wanted = Pick<PublishRequest, "image" | "targetRegions">;

/**
 * Looks up what the regions would otherwise each ask for. One list answers for the whole
 * subscription as soon as one set has to be searched for; else a set that several regions name is
 * read once. What only one region names by its id is left to that region.
 * @throws {ArmError} when Azure doesn't answer
 */
export async function lookUpShared(
  encryptionSets: EncryptionSets,
  { image, targetRegions }: Wanted,
): Promise<SharedSets> {
  const list = targetRegions.some((region) => setsOf(region).some(isSearched))
    ? await orRefused(async () => ({
        sets: relevant(await encryptionSets.list(image.subscriptionId), { image, targetRegions }),
      }))
    : undefined;
  const listed = list === undefined || "refused" in list ? undefined : image.subscriptionId;
  const regionsOf = new Map<string, { id: string; regions: number }>();
  for (const region of targetRegions) {
    const ids = setsOf(region).flatMap((reference) => referencedId(reference, image) ?? []);
    for (const [key, id] of new Map(ids.map((id) => [id.toLowerCase(), id])))
      regionsOf.set(key, { id, regions: (regionsOf.get(key)?.regions ?? 0) + 1 });
  }
  const shared = [...regionsOf].filter(([, { id, regions }]) => regions > 1 && !isIn(listed, id));
  const found = await Promise.all(
    shared.map(async ([key, { id }]) => [key, await orRefused(() => encryptionSets.get(id))]),
  );
  return {
    ...(list === undefined ? {} : { list }),
    byId: Object.fromEntries(found) as SharedSets["byId"],
  };
}

/** A subscription can have thousands, and every region reads what is kept of them. */
function relevant(sets: DiskEncryptionSet[], { image, targetRegions }: Wanted) {
  const regions = new Set(targetRegions.map(({ name }) => name));
  const ids = targetRegions.flatMap(setsOf).map((reference) => referencedId(reference, image));
  const names = new Set(ids.map((id) => armName(id ?? "").toLowerCase()));
  return sets.filter(
    ({ id, location }) => regions.has(regionName(location)) || names.has(armName(id).toLowerCase()),
  );
}

const isSearched = ({ kind }: { kind: string }): boolean => kind === "name" || kind === "tags";

const isIn = (subscription: string | undefined, id: string): boolean =>
  parseArmId(id)?.subscriptionId.toLowerCase() === subscription?.toLowerCase();

/** Answers from what was looked up for all regions, and asks Azure for the rest. */
export function createSetFinder(
  encryptionSets: EncryptionSets,
  { subscriptionId }: PublishRequest["image"],
  { list, byId }: SharedSets = { byId: {} },
): SetFinder {
  return {
    async get(id) {
      const known = byId[id.toLowerCase()];
      if (known !== undefined) return known;
      if (list === undefined || "refused" in list || !isIn(subscriptionId, id))
        return orRefused(() => encryptionSets.get(id));
      const set = list.sets.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
      return set === undefined
        ? { missing: "not in the list of the subscription's sets" }
        : { set };
    },
    all: async () =>
      list ?? orRefused(async () => ({ sets: await encryptionSets.list(subscriptionId) })),
  };
}

/** What Azure refuses to show is an answer: the other sets are still looked at. */
async function orRefused<T>(read: () => Promise<T>): Promise<T | { refused: Fault }> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArmError) || passes(error.fault)) throw error;
    return { refused: error.fault };
  }
}
