import type { SourceFinder, SourceKind } from "./schedule";
import { finderSchemas, type WireSchedule } from "./schema";

/** The one way to find the source that a sound schedule names. */
export function finderOf({ source, image }: WireSchedule): SourceFinder {
  const { byTag, namePrefix, newestVersionOf, newestSnapshotSet } = source;
  const placed = <T extends { subscriptionId?: string | undefined }>(found: T) => ({
    ...found,
    subscriptionId: found.subscriptionId ?? image.subscriptionId,
  });
  if (byTag !== undefined) return { ...placed(byTag), by: "byTag" };
  if (namePrefix !== undefined) return { ...placed(namePrefix), by: "namePrefix" };
  if (newestVersionOf !== undefined) return { ...placed(newestVersionOf), by: "newestVersionOf" };
  if (newestSnapshotSet !== undefined) {
    const { luns = [], tags = {} } = newestSnapshotSet;
    return { ...placed(newestSnapshotSet), luns, tags, by: "newestSnapshotSet" };
  }
  throw new Error("a schedule without a way to find its source was taken for a sound one");
}

const TYPES: Record<SourceKind, string> = {
  managedImage: "images",
  snapshot: "snapshots",
  managedDisk: "disks",
};

/**
 * A source as the finder would find one, in its place: what the settings forbid, and what regions say of data disks,
 * is told before there is any. Where the schedule doesn't say in which subscription, or says a wrong one for its image, it
 * is in an allowed one: what is wrong there is told of the image.
 * @param members of the schedule, unread
 */
export function placeholderFor(
  members: Record<string, unknown>,
  allowed: readonly string[],
): object {
  const { source, image } = members as {
    source?: Record<string, unknown>;
    image?: { subscriptionId?: unknown };
  };
  const given =
    allowed.find((one) => sameId(one, image?.subscriptionId)) ?? allowed[0] ?? "unknown";
  for (const [by, schema] of Object.entries(finderSchemas)) {
    const read = schema.safeParse(source?.[by]);
    if (!read.success) continue;
    const own = read.data.subscriptionId ?? given;
    return sourceIn(by, read.data as Found, `/subscriptions/${own}/resourceGroups/`);
  }
  return { managedImage: idIn(`/subscriptions/${given}/resourceGroups/`, "unknown", "images") };
}

const sameId = (one: string, given: unknown): boolean =>
  typeof given === "string" && one.toLowerCase() === given.trim().toLowerCase();

/** Of every finder's members those that a source is made from. */
interface Found {
  resourceGroup: string;
  kind?: SourceKind;
  gallery?: string;
  definition?: string;
  luns?: number[];
}

function sourceIn(by: string, found: Found, base: string): object {
  const { resourceGroup, kind = "snapshot", gallery, definition, luns = [] } = found;
  const id = (type: string, name: string): string => idIn(base, resourceGroup, type, name);
  if (by === "newestVersionOf")
    return {
      galleryImageVersion: `${id("galleries", gallery ?? "")}/images/${definition ?? ""}/versions/0.0.0`,
    };
  if (kind !== "snapshot") return { [kind]: id(TYPES[kind], "newest") };
  return {
    osSnapshot: id("snapshots", "newest"),
    dataSnapshots: luns.map((lun) => ({ lun, id: id("snapshots", `newest-${lun}`) })),
  };
}

const idIn = (base: string, group: string, type: string, name = "newest"): string =>
  `${base}${group}/providers/Microsoft.Compute/${type}/${name}`;
