import { parseArmId } from "../arm-id";
import { problem, warning, type Problem, type Remark } from "../problem";
import { regionName, type RegionName } from "../region-name";
import type { ImageSource, ImageTarget } from "../request/publish-request";
import type { Findings } from "./findings";
import type { DefinitionFacts, PurchasePlan, ResourceFacts, SourceFacts } from "./source-facts";

interface Checked {
  kind: ImageSource["kind"];
  image: ImageTarget;
  /** Undefined when the definition isn't there: it is reported elsewhere. */
  definition: DefinitionFacts | undefined;
  /** It has disks of its own, and no longer needs what it was made from. */
  versionExists?: boolean;
}

/**
 * Checks what a version is made from against where it goes: every resource is there, in the
 * version's region, fits the image definition, and may be encrypted with customer-managed keys.
 */
export function checkSource(facts: SourceFacts, checked: Checked): Findings {
  const findings: Findings = { problems: [], remarks: [] };
  if (facts.vhdUri !== undefined) findings.remarks.push(blobNotRead(facts.vhdUri));
  for (const [index, { path, id, facts: found }] of facts.resources.entries()) {
    if (found === undefined) {
      if (checked.versionExists === true) findings.remarks.push(warning(sourceGone(path, id)));
      else findings.problems.push(notFound(path, id));
      continue;
    }
    findings.problems.push(
      ...locationProblems(path, id, found, checked.image),
      ...diskProblems(path, id, found),
      ...accountProblems(facts.vhdUri, id, found),
      ...encryptionProblems(path, id, found, checked),
    );
    // Data disks have no operating system to compare.
    if (index > 0 || checked.definition === undefined) continue;
    findings.problems.push(...agreement(found, checked.definition));
    findings.remarks.push(...planRemarks(found.purchasePlan, checked.definition.purchasePlan));
  }
  return findings;
}

const notFound = (path: string, id: string): Problem =>
  problem(
    path,
    "SourceNotFound",
    `the source ${id} was not found`,
    "correct the id, or give the app's identity read access to it",
  );

const sourceGone = (path: string, id: string): Problem =>
  problem(
    path,
    "SourceNotFound",
    `the source ${id} was not found; the version was made from it and exists, so that it isn't needed`,
    "none, unless the version has to be made again",
  );

/** Addresses may carry a signature, which is nobody's to read. */
const withoutQuery = (uri: string): string => uri.replace(/[?#].*$/s, "");

/** Known before every run of a VHD: a warning, not a check that failed. */
const blobNotRead = (uri: string): Remark =>
  warning(
    problem(
      "$.source",
      "VhdBlobNotRead",
      `of the VHD ${withoutQuery(uri)} only the storage account is looked at: Resource Manager doesn't show blobs`,
      "make sure yourself that the blob exists and fits the image definition",
    ),
  );

function accountProblems(
  uri: string | undefined,
  id: string,
  { blobHosts }: ResourceFacts,
): Problem[] {
  if (uri === undefined || blobHosts === undefined) return [];
  if (blobHosts.includes(new URL(uri).host)) return [];
  return [
    problem(
      "$.source.vhd.uri",
      "VhdInOtherStorageAccount",
      `the VHD ${withoutQuery(uri)} doesn't lie in the storage account ${id}, whose blobs are at ${blobHosts.join(", ")}`,
      "name the storage account that the VHD lies in, or correct its address",
    ),
  ];
}

/**
 * Source, version and location share a region (REST contract); a version can be read in each of its,
 * once it is replicated there.
 */
function locationProblems(
  path: string,
  id: string,
  { location, regions = [location], completedIn = regions }: ResourceFacts,
  image: ImageTarget,
): Problem[] {
  const names = regions.map(regionName);
  if (names.includes(image.location))
    return completedIn.map(regionName).includes(image.location)
      ? []
      : [notReplicated(path, id, image.location)];
  return [
    problem(
      path,
      "SourceInOtherRegion",
      `the source ${id} lies in ${names.join(", ")}, the version's location is ${image.location}`,
      `set image.location to ${names.join(" or ")}, or copy the source`,
    ),
  ];
}

const notReplicated = (path: string, id: string, region: RegionName): Problem =>
  problem(
    path,
    "SourceNotReplicated",
    `the source ${id} isn't Completed in ${region}, so it can't be read there`,
    "wait until it is replicated, or repair its replication, or use another source",
  );

function diskProblems(path: string, id: string, { uncopiedDisks = [] }: ResourceFacts): Problem[] {
  if (uncopiedDisks.length === 0) return [];
  return [
    problem(
      path,
      "SourceDiskNotSupported",
      `the virtual machine ${id} has ${uncopiedDisks.join(", ")}, and no version is made from such a machine`,
      "make snapshots of what is to be published, or use a machine whose disks are managed and stay",
    ),
  ];
}

/**
 * Rules for sources that are encrypted with customer-managed keys themselves: a gallery version never
 * serves (Azure's documentation), others must lie in the gallery's subscription (REST contract).
 */
function encryptionProblems(
  path: string,
  id: string,
  { diskEncryptionSetIds }: ResourceFacts,
  { kind, image }: Checked,
): Problem[] {
  if (diskEncryptionSetIds.length === 0) return [];
  if (kind === "galleryImageVersion")
    return [
      problem(
        path,
        "EncryptedVersionAsSource",
        `${id} is encrypted with customer-managed keys, and such a version can't be the source of another one`,
        "publish from what that version was made from",
      ),
    ];
  const subscription = parseArmId(id)?.subscriptionId ?? "";
  if (subscription.toLowerCase() === image.subscriptionId.toLowerCase()) return [];
  return [
    problem(
      path,
      "EncryptedSourceInOtherSubscription",
      `${id} is encrypted with customer-managed keys and lies in subscription ${subscription}, the gallery in ${image.subscriptionId}`,
      "copy it into the gallery's subscription, or use a source that isn't encrypted so",
    ),
  ];
}

const COMPARED = [
  { member: "osType", code: "OsTypeMismatch", words: "OS type" },
  { member: "osState", code: "OsStateMismatch", words: "OS state" },
  { member: "hyperVGeneration", code: "HyperVGenerationMismatch", words: "Hyper-V generation" },
] as const;

function agreement(source: ResourceFacts, definition: DefinitionFacts): Problem[] {
  return COMPARED.flatMap(({ member, code, words }) => {
    const has = source[member];
    const wanted = definition[member];
    if (!has || !wanted || has.toLowerCase() === wanted.toLowerCase()) return [];
    return [
      problem(
        "$.source",
        code,
        `the source is ${has}, the definition ${wanted}`,
        `use a source or a definition of the same ${words}`,
      ),
    ];
  });
}

/** A virtual machine needs the plan that its image definition carries. */
function planRemarks(
  source: PurchasePlan | undefined,
  definition: PurchasePlan | undefined,
): Remark[] {
  const print = (plan: PurchasePlan | undefined): string =>
    plan === undefined ? "none" : `${plan.publisher}/${plan.product}/${plan.name}`;
  if (source === undefined || print(source) === print(definition)) return [];
  return [
    warning(
      problem(
        "$.image.definition",
        "PurchasePlanMismatch",
        `the source's purchase plan is ${print(source)}, the definition's ${print(definition)}`,
        "use a definition with the source's plan: a machine can't be created without it",
      ),
    ),
  ];
}
