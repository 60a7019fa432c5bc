import type { EncryptionSets } from "../azure/encryption-sets";
import { armName, sameArmId } from "../domain/arm-id";
import type { DiskEncryptionSet } from "../domain/encryption/check-set";
import { referencedId } from "../domain/encryption/reference";
import { passes, type Fault } from "../domain/fault";
import type { KeptRegion } from "../domain/preflight/kept-regions";
import { regionName, type RegionName } from "../domain/region-name";
import {
  setsOf,
  type DiskEncryptionSetReference,
  type ImageTarget,
  type PublishRequest,
} from "../domain/request/publish-request";
import { finalFault, type Patience } from "./settle";

/** What an id led to: the set, Azure's words when there is none, or why Azure doesn't show it. */
export type FoundSet = { set: DiskEncryptionSet } | { missing: string } | { refused: Fault };

/** Where a region's sets are looked for. Passing trouble is thrown, unless this is the last try. */
export interface SetFinder {
  /** What a list has shown already; absent when none was read. */
  listed?: DiskEncryptionSet[];
  /** Why the list isn't there, where another try may bring it: reads of each set don't make up for it. */
  listAway?: Fault;
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

interface Wanted extends Pick<PublishRequest, "image" | "targetRegions"> {
  /** Regions of the version that the request doesn't name; they name their sets by ids. */
  kept?: readonly KeptRegion[];
}

/** Every region whose sets are wanted, with how they are named. */
const wantedOf = ({ targetRegions, kept = [] }: Wanted) => [
  ...targetRegions.map((region) => ({ name: region.name, references: setsOf(region) })),
  ...kept.map(({ name, sets }) => ({
    name,
    references: sets.map(({ id }): DiskEncryptionSetReference => ({ kind: "id", id })),
  })),
];

/**
 * Looks up what the regions would otherwise each ask for. One list answers for the whole
 * subscription as soon as one set has to be searched for. What no list shows and several regions
 * name is read once; what only one region names is left to that region.
 * @throws {ArmError} when Azure doesn't answer
 */
export async function lookUpShared(
  encryptionSets: EncryptionSets,
  wanted: Wanted,
  patience?: Patience,
): Promise<SharedSets> {
  const { image } = wanted;
  const regions = wantedOf(wanted);
  const list = regions.some(({ references }) => references.some(isSearched))
    ? await orRefused(
        async () => ({
          sets: relevant(await encryptionSets.list(image.subscriptionId), image, regions),
        }),
        patience,
      )
    : undefined;
  const listed = list !== undefined && "sets" in list ? list.sets : [];
  const away = listAway(list);
  const regionsOf = new Map<string, number>();
  for (const { name, references } of regions) {
    const open = references.filter(
      (reference) =>
        setsIn(listed, reference, image, name).length === 0 &&
        !(away !== undefined && isSearched(reference)),
    );
    const ids = open.flatMap((reference) => referencedId(reference, image)?.toLowerCase() ?? []);
    for (const id of new Set(ids)) regionsOf.set(id, (regionsOf.get(id) ?? 0) + 1);
  }
  const shared = [...regionsOf].filter(([, regions]) => regions > 1).map(([id]) => id);
  const found = await Promise.all(
    shared.map(async (id) => [id, await orRefused(() => encryptionSets.get(id), patience)]),
  );
  return {
    ...(list === undefined ? {} : { list }),
    byId: Object.fromEntries(found) as SharedSets["byId"],
  };
}

/**
 * The sets among these that a reference means in a region. A bare name means the gallery's resource
 * group first (as the Azure CLI reads it), then every set of that name in the region.
 */
export function setsIn(
  sets: readonly DiskEncryptionSet[],
  reference: DiskEncryptionSetReference,
  image: PublishRequest["image"],
  region: RegionName,
): DiskEncryptionSet[] {
  const there = sets.filter((set) => regionName(set.location) === region);
  if (reference.kind === "tags") return there.filter((set) => hasTags(set, reference.tags));
  const id = referencedId(reference, image);
  const direct = sets.filter((set) => sameArmId(set.id, id));
  if (direct.length > 0 || reference.kind !== "name") return direct;
  return there.filter((set) => armName(set.id).toLowerCase() === reference.name.toLowerCase());
}

/** Names of tags ignore case in Azure, values don't. */
function hasTags(set: DiskEncryptionSet, wanted: Record<string, string>): boolean {
  const own = new Map(Object.entries(set.tags).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(wanted).every(([name, value]) => own.get(name.toLowerCase()) === value);
}

/** A subscription can have thousands, and every region reads what is kept of them. */
function relevant(
  sets: DiskEncryptionSet[],
  image: ImageTarget,
  wanted: ReturnType<typeof wantedOf>,
) {
  const regions = new Set(wanted.map(({ name }) => name));
  const ids = wanted.flatMap(({ references }) =>
    references.map((reference) => referencedId(reference, image)),
  );
  const names = new Set(ids.map((id) => armName(id ?? "").toLowerCase()));
  return sets.filter(
    ({ id, location }) => regions.has(regionName(location)) || names.has(armName(id).toLowerCase()),
  );
}

const isSearched = ({ kind }: { kind: string }): boolean => kind === "name" || kind === "tags";

const listAway = (list: SharedSets["list"]): Fault | undefined =>
  list !== undefined && "refused" in list && passes(list.refused) ? list.refused : undefined;

/** Answers from what was looked up for all regions, and asks Azure for the rest. */
export function createSetFinder(
  encryptionSets: EncryptionSets,
  { subscriptionId }: PublishRequest["image"],
  { list, byId }: SharedSets = { byId: {} },
  patience?: Patience,
): SetFinder {
  const away = listAway(list);
  return {
    ...(list !== undefined && "sets" in list ? { listed: list.sets } : {}),
    ...(away === undefined ? {} : { listAway: away }),
    get: async (id) => byId[id.toLowerCase()] ?? orRefused(() => encryptionSets.get(id), patience),
    all: async () =>
      list ??
      orRefused(async () => ({ sets: await encryptionSets.list(subscriptionId) }), patience),
  };
}

/** What Azure refuses to show is an answer: the other sets are still looked at. */
async function orRefused<T>(
  read: () => Promise<T>,
  patience?: Patience,
): Promise<T | { refused: Fault }> {
  try {
    return await read();
  } catch (error) {
    return { refused: finalFault(error, patience) };
  }
}
