import { GALLERY, isResourceName, parseArmId, type ArmId } from "../arm-id";
import { foldCase } from "../fold-case";
import { problem, type Problem } from "../problem";
import type { DiskEncryptionSetReference, NamedResource } from "./publish-request";
import type { ReadImage } from "./read-image";

/**
 * What requests may touch. Everything else is refused at admission, so an empty list refuses
 * everything: who may send requests isn't who decides where the app's identity writes.
 */
export interface AllowList {
  /** Subscriptions that galleries and sources may lie in. */
  subscriptions: readonly string[];
  /** Ids of galleries; `*` as resource group or gallery stands for any. */
  galleries: readonly string[];
  /** Subscriptions that disk encryption sets may lie in. */
  diskEncryptionSetSubscriptions: readonly string[];
}

/** What a request touches, as far as it could be read. */
export interface Touched {
  image?: ReadImage | undefined;
  /** Every resource that names a source, of a request with mistakes also those beside the one source. */
  sources: readonly NamedResource[];
  /** Every use of a disk encryption set with its JSON path. */
  uses: { reference: DiskEncryptionSetReference; path: string; region: string }[];
}

/** Every part of the request that the configuration doesn't allow. */
export function notAllowed({ image, sources, uses }: Touched, allow: AllowList): Problem[] {
  return [
    ...(image === undefined ? [] : imageProblems(image, allow)),
    ...sourceProblems(sources, allow),
    ...encryptionProblems(uses, image?.subscriptionId, allow),
  ];
}

/** A set that isn't named by its full id is looked for in the gallery's subscription only. */
function encryptionProblems(
  uses: Touched["uses"],
  ofGallery: string | undefined,
  allow: AllowList,
): Problem[] {
  const refused = (subscriptionId: string): boolean =>
    !includes(allow.diskEncryptionSetSubscriptions, subscriptionId);
  const byName = uses.some(({ reference }) => reference.kind !== "id");
  const problems: Problem[] = [];
  if (byName && ofGallery !== undefined && refused(ofGallery))
    problems.push(
      setProblem(
        "$.image",
        `disk encryption sets that are given by name are looked for in subscription ${ofGallery}`,
      ),
    );
  for (const { reference, path, region } of uses) {
    if (reference.kind !== "id") continue;
    const subscriptionId = parseArmId(reference.id)?.subscriptionId ?? "";
    if (refused(subscriptionId))
      problems.push(
        setProblem(path, `${reference.id} is in subscription ${subscriptionId}`, region),
      );
  }
  return problems;
}

const setProblem = (path: string, where: string, region?: string): Problem =>
  problem(
    path,
    "DiskEncryptionSetSubscriptionNotAllowed",
    `${where}, whose sets requests may not use`,
    "use a set of an allowed subscription, or have the setting ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS extended",
    region,
  );

/** Names that no resource can have are reported as such; there is nothing to allow. */
function imageProblems(image: ReadImage, allow: AllowList): Problem[] {
  const { subscriptionId, resourceGroup, gallery } = image;
  if (subscriptionId === undefined) return [];
  const problems = subscriptionProblems("$.image", "the gallery", subscriptionId, allow);
  if (resourceGroup === undefined || gallery === undefined) return problems;
  const matches = (id: ArmId): boolean =>
    same(id.subscriptionId, subscriptionId) &&
    fits(id.resourceGroup, resourceGroup) &&
    fits(id.names[0] ?? "", gallery);
  const allowed = allow.galleries.some((text) => {
    const id = parseArmId(text, (name) => name === "*" || isResourceName(name));
    return id !== undefined && same(id.type, GALLERY) && matches(id);
  });
  if (!allowed)
    problems.push(
      problem(
        "$.image",
        "GalleryNotAllowed",
        `gallery ${gallery} in resource group ${resourceGroup} of subscription ${subscriptionId} isn't one that requests may publish to`,
        "correct the names, or have the setting ALLOWED_GALLERIES extended",
      ),
    );
  return problems;
}

function sourceProblems(sources: readonly NamedResource[], allow: AllowList): Problem[] {
  return sources.flatMap(({ path, id }) =>
    subscriptionProblems(path, `the source ${id}`, parseArmId(id)?.subscriptionId ?? "", allow),
  );
}

function subscriptionProblems(
  path: string,
  what: string,
  subscriptionId: string,
  allow: AllowList,
): Problem[] {
  if (includes(allow.subscriptions, subscriptionId)) return [];
  return [
    problem(
      path,
      "SubscriptionNotAllowed",
      `${what} is in subscription ${subscriptionId}, which requests may not touch`,
      "use an allowed subscription, or have the setting ALLOWED_SUBSCRIPTIONS extended",
    ),
  ];
}

const same = (one: string, other: string): boolean => foldCase(one) === foldCase(other);
const fits = (pattern: string, name: string): boolean => pattern === "*" || same(pattern, name);
const includes = (list: readonly string[], one: string): boolean =>
  list.some((entry) => same(entry, one));
