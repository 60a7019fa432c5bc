import type { GalleryImageVersion, TargetRegion } from "@azure/arm-compute";
import { REGIONS } from "./steps";

/** What matters of a region. */
export interface ModelRegion {
  count: number;
  encrypted: boolean;
  hidden: boolean;
}

/** What a client may write of a version, and must read again afterwards. */
export interface ModelVersion {
  regions: Record<string, ModelRegion>;
  tag: string | undefined;
}

const LARGEST_COUNT = 100;
const [SOURCE] = REGIONS;

const shortName = (region: string): string => region.replaceAll(" ", "").toLowerCase();

/** The version in a body that is sent, or in an answer. */
export const modelOf = ({
  publishingProfile,
  tags,
}: Pick<GalleryImageVersion, "publishingProfile" | "tags">): ModelVersion => ({
  regions: Object.fromEntries(
    (publishingProfile?.targetRegions ?? []).map((region: TargetRegion) => [
      shortName(region.name),
      {
        count: region.regionalReplicaCount ?? 1,
        encrypted: region.encryption?.osDiskImage?.diskEncryptionSetId !== undefined,
        hidden: region.excludeFromLatest ?? false,
      },
    ]),
  ),
  tag: tags?.["tag"],
});

/** What the service is known to hold. */
export interface Known {
  version: ModelVersion | undefined;
  /** Somebody's operation goes on. */
  busy: boolean;
  /** Its last operation failed, and no region is complete. */
  lost: boolean;
}

/** A write as the service sees it. */
export interface WrittenBody {
  verb: "PUT" | "PATCH";
  version: ModelVersion;
  allowRemoval: boolean;
  withSource: boolean;
}

/** Why a write can be refused here. */
export const RULES = [
  "it isn't there",
  "somebody's operation is in flight",
  "it failed in every region",
  "there is no source",
  "the source region is left out",
  "a replica count is out of range",
  "a region would be removed without the flag",
  "the encryption of a region would change",
  "an encrypted region would stand beside an unencrypted one",
] as const;

/**
 * What the documented rules make of a write: the version afterwards, or why it is refused.
 * Encryption that an update leaves out stays.
 */
export function afterWrite(
  { version: before, busy, lost }: Known,
  { verb, version: body, allowRemoval, withSource }: WrittenBody,
): ModelVersion | { refusedBecause: (typeof RULES)[number] } {
  if (before === undefined && verb === "PATCH") return { refusedBecause: "it isn't there" };
  if (busy) return { refusedBecause: "somebody's operation is in flight" };
  if (lost) return { refusedBecause: "it failed in every region" };
  if (before === undefined && !withSource) return { refusedBecause: "there is no source" };
  if (!(SOURCE in body.regions)) return { refusedBecause: "the source region is left out" };
  const regions = kept(before, body);
  const all = Object.values(regions);
  if (all.some(({ count }) => count < 1 || count > LARGEST_COUNT))
    return { refusedBecause: "a replica count is out of range" };
  const removed = Object.keys(before?.regions ?? {}).filter((name) => !(name in regions));
  if (removed.length > 0 && !allowRemoval)
    return { refusedBecause: "a region would be removed without the flag" };
  if (Object.entries(regions).some(([name, now]) => changesEncryption(before, name, now)))
    return { refusedBecause: "the encryption of a region would change" };
  if (new Set(all.map(({ encrypted }) => encrypted)).size > 1)
    return { refusedBecause: "an encrypted region would stand beside an unencrypted one" };
  // A PATCH that names no tags leaves them.
  const tag = verb === "PATCH" ? (body.tag ?? before?.tag) : body.tag;
  return { regions, tag };
}

function kept(before: ModelVersion | undefined, body: ModelVersion): Record<string, ModelRegion> {
  return Object.fromEntries(
    Object.entries(body.regions).map(([name, region]) => [
      name,
      { ...region, encrypted: region.encrypted || (before?.regions[name]?.encrypted ?? false) },
    ]),
  );
}

const changesEncryption = (
  before: ModelVersion | undefined,
  name: string,
  now: ModelRegion,
): boolean => {
  const old = before?.regions[name];
  return old !== undefined && now.encrypted !== old.encrypted;
};
