import { DISK_ENCRYPTION_SET, isOfType, isResourceName, parseArmId, printArmId } from "../arm-id";
import { problem, type Problem } from "../problem";
import type { DiskEncryptionSetReference, ImageTarget } from "../request/publish-request";
import { named } from "../request/resource-kinds";

const isSetName = (text: string): boolean =>
  /^[A-Za-z0-9_.-]{1,80}$/.test(text) && isResourceName(text);

/**
 * Reads a disk encryption set as people write it: a full id (with or without the leading slash),
 * `resourceGroup/name`, or a bare name.
 */
export function readReference(
  text: string,
  path: string,
): { reference: DiskEncryptionSetReference } | { problem: Problem } {
  const id = parseArmId(text);
  if (id !== undefined) {
    if (isOfType(id, DISK_ENCRYPTION_SET))
      return { reference: { kind: "id", id: printArmId({ ...id, type: DISK_ENCRYPTION_SET }) } };
    return {
      problem: problem(
        path,
        "NotADiskEncryptionSet",
        `${text} is ${named(text)?.words ?? "something else"}, not a ${DISK_ENCRYPTION_SET}`,
        "give the id of a disk encryption set",
      ),
    };
  }
  const [first = "", second, ...more] = text.split("/");
  if (second === undefined && isSetName(first)) return { reference: { kind: "name", name: first } };
  if (second !== undefined && more.length === 0 && isResourceName(first) && isSetName(second))
    return { reference: { kind: "resourceGroupAndName", resourceGroup: first, name: second } };
  return {
    problem: problem(
      path,
      "InvalidDiskEncryptionSet",
      /^https?:/i.test(text)
        ? `"${text}" is an address, not a disk encryption set: a region names the set, and the set its key`
        : `"${text}" is neither a resource id, nor resourceGroup/name, nor a name`,
      "give a full id, resourceGroup/name, or the name of a disk encryption set",
    ),
  };
}

/** The reference as a person would write it. */
export function printReference(reference: DiskEncryptionSetReference): string {
  switch (reference.kind) {
    case "id":
      return reference.id;
    case "resourceGroupAndName":
      return `${reference.resourceGroup}/${reference.name}`;
    case "name":
      return reference.name;
    case "tags":
      return Object.entries(reference.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(", ");
  }
}

/** The id under which a set is looked for first: what names no group lies in the gallery's. */
export function directId(
  reference: Exclude<DiskEncryptionSetReference, { kind: "tags" }>,
  image: ImageTarget,
): string {
  if (reference.kind === "id") return reference.id;
  return printArmId({
    subscriptionId: image.subscriptionId,
    resourceGroup: reference.kind === "name" ? image.resourceGroup : reference.resourceGroup,
    type: DISK_ENCRYPTION_SET,
    names: [reference.name],
  });
}

/** The same of any reference; undefined for what can only be searched for. */
export const referencedId = (
  reference: DiskEncryptionSetReference,
  image: ImageTarget,
): string | undefined => (reference.kind === "tags" ? undefined : directId(reference, image));
