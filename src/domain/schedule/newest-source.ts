import { foldCase } from "../fold-case";
import { armName } from "../arm-id";
import { problem, type Problem } from "../problem";
import { isAtLeast, isVersionName } from "../version-name";
import type { SnapshotSetFinder, SourceFinder } from "./schedule";

/** A managed image, snapshot or disk that could be a source. */
export interface Candidate {
  id: string;
  /** ISO 8601; absent where Azure doesn't tell. */
  createdAt?: string;
  provisioningState: string;
  tags: Record<string, string>;
}

/** A version of a definition, as far as schedules look at it. */
export interface DefinitionVersion {
  id: string;
  name: string;
  provisioningState: string;
  excludedFromLatest: boolean;
  /** ISO 8601. */
  publishedAt?: string;
  tags: Record<string, string>;
}

/** A source as a request names it, and what makes it another one than before. */
export interface NewestSource {
  source: Record<string, unknown>;
  /** Ids and the times at which they were made: something new under an old name is another source. */
  identity: { id: string; createdAt: string }[];
  /** What else there is that isn't taken, and a person may wait for. */
  passedOver?: string;
}

/** What a look for the newest source came to. Two newest or none is a finding, and never a guess. */
export type Newest = NewestSource | { problem: Problem };

type SingleFinder = Extract<SourceFinder, { by: "byTag" | "namePrefix" }>;

/** JSON path inside a schedule. */
const PATH = "$.source";

/** The newest of the images, snapshots or disks that a finder by tag or name means. */
export function newestSingle(finder: SingleFinder, all: readonly Candidate[]): Newest {
  const fits = (one: Candidate): boolean =>
    finder.by === "byTag"
      ? hasTags(one, finder.tags)
      : foldCase(armName(one.id)).startsWith(foldCase(finder.prefix));
  const found = all.filter((one) => isThere(one) && fits(one));
  const what = finder.by === "byTag" ? `with the tags ${shown(finder.tags)}` : finder.prefix;
  const where = `${finder.kind} ${what} in resource group ${finder.resourceGroup}`;
  if (found.length === 0) return { problem: nothing(`there is no ${where}`) };
  const newest = newestOf(found);
  if (newest === undefined) return { problem: several(found, where) };
  const member = finder.kind === "snapshot" ? "osSnapshot" : finder.kind;
  return { source: { [member]: newest.id }, identity: [newest] };
}

/** The version that Azure calls latest: the highest number that isn't excluded. */
export function newestVersion(
  finder: Extract<SourceFinder, { by: "newestVersionOf" }>,
  all: readonly DefinitionVersion[],
): Newest {
  const found = all.filter(
    (one) => isThere(one) && !one.excludedFromLatest && isVersionName(one.name),
  );
  const [first, ...rest] = found;
  if (first === undefined)
    return {
      problem: nothing(
        `definition ${finder.definition} of gallery ${finder.gallery} has no version that is in latest`,
      ),
    };
  const { id, publishedAt = "" } = rest.reduce(
    (newest, one) => (isAtLeast(one.name, newest.name) ? one : newest),
    first,
  );
  return { source: { galleryImageVersion: id }, identity: [{ id, createdAt: publishedAt }] };
}

/**
 * The newest set in which no snapshot is missing. One that is still being made is passed over; one that has two for a
 * disk, or one for a disk that isn't asked for, is a finding when it would be the newest: nobody knows which is right.
 */
export function newestSnapshotSet(finder: SnapshotSetFinder, all: readonly Candidate[]): Newest {
  const { setTag, diskTag, luns, tags } = finder;
  const wanted = ["os", ...luns.map(String)];
  const there = all.filter((one) => isThere(one) && hasTags(one, tags));
  const names = new Set(there.flatMap((one) => tagOf(one, setTag) ?? []));
  const sets = [...names].flatMap((name): SnapshotSet[] => {
    const own = there.filter((one) => tagOf(one, setTag) === name);
    const disks = wanted.map((disk) => own.filter((one) => tagOf(one, diskTag) === disk));
    return disks.some((found) => found.length === 0) ? [] : [{ name, disks }];
  });
  if (sets.length === 0)
    return {
      problem: nothing(
        `there is no complete set of snapshots (${wanted.join(", ")}) by the tags ${setTag} and ${diskTag} in resource group ${finder.resourceGroup}`,
      ),
    };
  const dated = sets.map((set) => ({ ...set, id: set.name, createdAt: lastTime(set) }));
  const newest = newestOf(dated);
  if (newest === undefined) return { problem: several(dated, "set of snapshots") };
  const more = all.filter(
    (one) =>
      hasTags(one, tags) &&
      tagOf(one, setTag) === newest.name &&
      !wanted.includes(tagOf(one, diskTag) ?? ""),
  );
  if (more.length > 0) return { problem: besides(newest, more, wanted) };
  const double = newest.disks.findIndex((found) => found.length > 1);
  if (double >= 0) return { problem: twice(newest, wanted[double] ?? "") };
  const complete = new Set(sets.map(({ name }) => name));
  const [begun] = all
    .filter((one) => hasTags(one, tags) && timeOf(one.createdAt) > timeOf(newest.createdAt))
    .flatMap((one) => tagOf(one, setTag) ?? [])
    .filter((name) => !complete.has(name));
  const source = sourceOf(newest, luns);
  if (begun === undefined) return source;
  return {
    ...source,
    passedOver: `the newer set "${begun}" hasn't all of ${wanted.join(", ")}, and is passed over`,
  };
}

interface SnapshotSet {
  name: string;
  /** In the order of what is wanted, the OS disk's first. */
  disks: Candidate[][];
}

function sourceOf({ disks }: SnapshotSet, luns: readonly number[]): NewestSource {
  const [os, ...data] = disks.flat();
  return {
    source: {
      osSnapshot: os?.id ?? "",
      ...(data.length === 0
        ? {}
        : { dataSnapshots: data.map(({ id }, index) => ({ lun: luns[index] ?? 0, id })) }),
    },
    identity: disks.flat().map(({ id, createdAt = "" }) => ({ id, createdAt })),
  };
}

/** A set is as old as its youngest snapshot; of no age, while one has none. */
function lastTime({ disks }: SnapshotSet): string | undefined {
  const times = disks.flat().map(({ createdAt }) => createdAt);
  return times.reduce((last, one) =>
    last === undefined || one === undefined ? undefined : timeOf(one) > timeOf(last) ? one : last,
  );
}

/** The only newest; undefined when two are, or when the age of one isn't known. */
function newestOf<T extends { id: string; createdAt?: string | undefined }>(
  all: readonly T[],
): (T & { createdAt: string }) | undefined {
  if (all.some(({ createdAt }) => Number.isNaN(timeOf(createdAt)))) return undefined;
  const last = Math.max(...all.map(({ createdAt }) => timeOf(createdAt)));
  const [newest, ...others] = all.filter(({ createdAt }) => timeOf(createdAt) === last);
  if (newest?.createdAt === undefined || others.length > 0) return undefined;
  return { ...newest, createdAt: newest.createdAt };
}

const timeOf = (time: string | undefined): number => Date.parse(time ?? "");

/** What is being made or deleted is no source. */
const isThere = ({ provisioningState }: { provisioningState: string }): boolean =>
  provisioningState.toLowerCase() === "succeeded";

/** Names of tags are compared without case, as Azure does, their values aren't. */
function tagOf({ tags }: Pick<Candidate, "tags">, name: string): string | undefined {
  return Object.entries(tags).find(([own]) => foldCase(own) === foldCase(name))?.[1];
}

const hasTags = (one: Pick<Candidate, "tags">, tags: Record<string, string>): boolean =>
  Object.entries(tags).every(([name, value]) => tagOf(one, name) === value);

const shown = (tags: Record<string, string>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

const nothing = (message: string): Problem =>
  problem(PATH, "SourceNotFound", message, "look at the build that makes it");

/** More names than a person needs to see which. */
const SHOWN = 10;

function several(found: readonly { id: string; createdAt?: string | undefined }[], what: string) {
  const list = found
    .toSorted((a, b) => (timeOf(a.createdAt) < timeOf(b.createdAt) ? 1 : -1))
    .slice(0, SHOWN)
    .map(({ id, createdAt = "age unknown" }) => `${id} (${createdAt})`);
  return problem(
    PATH,
    "SourceNotUnique",
    `no ${what} is the newest: ${list.join(", ")}`,
    "delete what isn't to be published, or look for something narrower",
  );
}

const besides = (
  { name }: SnapshotSet,
  more: readonly Candidate[],
  wanted: readonly string[],
): Problem =>
  problem(
    PATH,
    "SnapshotSetHasMore",
    `the set "${name}" has snapshots for other disks than ${wanted.join(", ")}: ${more
      .slice(0, SHOWN)
      .map(({ id }) => armName(id))
      .join(", ")}`,
    "add the LUN to luns and to the request, or take the snapshot out of the set",
  );

const twice = ({ name, disks }: SnapshotSet, disk: string): Problem =>
  problem(
    PATH,
    "SnapshotSetNotUnique",
    `the set "${name}" has several snapshots for ${disk === "os" ? "the OS disk" : `LUN ${disk}`}: ${disks
      .flat()
      .map(({ id }) => armName(id))
      .join(", ")}`,
    "delete the one that doesn't belong to it, or tag it otherwise",
  );
