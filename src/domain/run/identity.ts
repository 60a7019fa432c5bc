import { createHash } from "crypto";
import { foldCase } from "../fold-case";
import type {
  DefinitionTarget,
  ImageTarget,
  PublishRequest,
  UnnumberedRequest,
} from "../request/publish-request";

/** Readable part of an instance id: short enough that hash and suffixes stay under 100 characters. */
const PREFIX_LENGTH = 44;

/** The image version's ARM id, as the request spells its names. */
export function imageVersionId(image: Omit<ImageTarget, "location">): string {
  return (
    `/subscriptions/${image.subscriptionId}/resourceGroups/${image.resourceGroup}` +
    `/providers/Microsoft.Compute/galleries/${image.gallery}/images/${image.definition}/versions/${image.version}`
  );
}

/** Key of an image definition, the same for all spellings of its names. */
export function definitionKey(definition: DefinitionTarget): string {
  const { subscriptionId, resourceGroup, gallery, definition: name } = definition;
  const canonical = [subscriptionId, resourceGroup, gallery, name].map(foldCase).join("/");
  return createHash("sha256").update(canonical).digest("hex");
}

/**
 * Identity of a publication, and durable instance id of everything that writes its version: a
 * readable prefix and a 128-bit hash of the canonical version id. Case doesn't matter, at most 77
 * characters, none of `/ \ # ?`. Two spellings of one version give one id: that is the lock.
 */
export function publicationId(image: Omit<ImageTarget, "location">): string {
  const canonical = foldCase(imageVersionId(image));
  const hash = createHash("sha256").update(canonical).digest("hex").slice(0, 32);
  const readable = `${image.gallery}-${image.definition}-${image.version}`
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "-")
    .slice(0, PREFIX_LENGTH);
  return `${readable}-${hash}`;
}

/**
 * Durable instance id of a run's watcher. A run that is started again after its orchestration was lost has other
 * watchers: the old ones may still be going, and an id is given only once.
 * @param startedAtMs when the orchestration was started, in milliseconds since the epoch
 */
export function watcherId(
  publication: string,
  runId: string,
  startedAtMs: number,
  watch: number,
): string {
  const execution = createHash("sha256").update(`${runId} ${startedAtMs}`).digest("hex");
  return `${publication}-w${watch}-${execution.slice(0, 12)}`;
}

/**
 * Fingerprint of a promotion of what a request has published. Another one than the request's, so that neither is taken
 * for a repetition of the other.
 */
export function promotionFingerprint(request: PublishRequest): string {
  return createHash("sha256")
    .update(`promote ${fingerprint(request)}`)
    .digest("hex");
}

/** SHA-256 over the normalised request: equal for equal intent, whatever the spelling. */
export function fingerprint(request: PublishRequest | UnnumberedRequest): string {
  const canonical = {
    ...request,
    image: lowerCased(request.image),
    source: canonicalSource(request.source),
    targetRegions: [...request.targetRegions]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((region) => ({
        ...region,
        osDiskImage: lowerCased(region.osDiskImage),
        dataDiskImages: lowerCased(sortedByLun(region.dataDiskImages)),
      })),
  };
  return createHash("sha256").update(canonicalJson(canonical)).digest("hex");
}

function canonicalSource(source: PublishRequest["source"]): PublishRequest["source"] {
  // A blob's path is case-sensitive: another spelling is another blob.
  if (source.kind === "vhd")
    return { ...source, storageAccountId: foldCase(source.storageAccountId) };
  return lowerCased(
    source.kind === "snapshots"
      ? { ...source, dataSnapshots: sortedByLun(source.dataSnapshots) }
      : source,
  );
}

function sortedByLun<T extends { lun: number }>(disks: T[]): T[] {
  return [...disks].sort((a, b) => a.lun - b.lun);
}

/**
 * Names and ids compare without case in ARM; `kind` and numbers are unaffected in substance. Of the tags
 * that a set is found by only the names do: values are left as they are.
 */
function lowerCased<T>(value: T): T {
  if (typeof value === "string") return foldCase(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(lowerCased) as T;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => [
    name,
    name === "tags" ? withLowerCasedNames(member as Record<string, string>) : lowerCased(member),
  ]);
  return Object.fromEntries(members) as T;
}

const withLowerCasedNames = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [foldCase(name), value]));

/** JSON with sorted members, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
