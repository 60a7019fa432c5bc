import {
  IMAGE_VERSION,
  isOfType,
  MANAGED_DISK,
  MANAGED_IMAGE,
  parseArmId,
  printArmId,
  SNAPSHOT,
  STORAGE_ACCOUNT,
  VIRTUAL_MACHINE,
} from "../arm-id";
import { isPlain } from "../plain-text";
import { problem, type Problem } from "../problem";
import type { ImageSource, NamedResource } from "./publish-request";
import { named } from "./resource-kinds";
import type { WireSource } from "./schema";
import type { Sound } from "./sound-parts";

/** Whether a virtual machine may be the source of a version encrypted with customer-managed keys. */
export type VmSourceWithCmk = "reject" | "allow";

/** Kinds that are named by one id. */
const BY_ID = {
  managedImage: MANAGED_IMAGE,
  managedDisk: MANAGED_DISK,
  galleryImageVersion: IMAGE_VERSION,
  virtualMachine: VIRTUAL_MACHINE,
} as const;
type KindById = keyof typeof BY_ID;

/** Members of `source` that each name a source of its own. */
const KINDS = [...Object.keys(BY_ID), "osSnapshot", "vhd", "communityGalleryImage"];

/** What could be read of a source. */
export interface ReadSource {
  /** In normal form; undefined when it can't be read, and its problems say why. */
  source: ImageSource | undefined;
  /** Every id that could be read, with its place. */
  resources: NamedResource[];
}

/** Where ids and problems go while they are found. */
interface Findings {
  resources: NamedResource[];
  problems: Problem[];
}

/**
 * Reads the source, and whatever is named beside it.
 * @param given names of the members that the request has, those that are malformed among them
 */
export function readSource(
  source: Sound<WireSource>,
  given: readonly string[],
  vmSourceWithCmk: VmSourceWithCmk,
  problems: Problem[],
): ReadSource {
  const kinds = given.filter((name) => KINDS.includes(name));
  // A member that is misspelt may be the one that is missing.
  const isMisspelt = given.some((name) => !KINDS.includes(name) && name !== "dataSnapshots");
  if (kinds.length > 1 || (kinds.length === 0 && !isMisspelt)) problems.push(notOne(kinds));
  if (given.includes("dataSnapshots") && !kinds.includes("osSnapshot"))
    problems.push(
      problem(
        "$.source.dataSnapshots",
        "OneSource",
        "data snapshots go with an OS snapshot and with nothing else",
        "add the OS snapshot, or remove the data snapshots",
      ),
    );
  problems.push(...policyProblems(source, vmSourceWithCmk));
  const findings: Findings = { resources: [], problems };
  const found = [
    readSnapshots(source, findings),
    readVhd(source.vhd, findings),
    ...(Object.keys(BY_ID) as KindById[]).map((kind) => readKind(kind, source[kind], findings)),
  ];
  return {
    source: found.find((one) => one !== undefined),
    resources: findings.resources,
  };
}

function readKind(
  kind: KindById,
  text: string | undefined,
  findings: Findings,
): ImageSource | undefined {
  if (text === undefined) return undefined;
  const id = readId(text, BY_ID[kind], `$.source.${kind}`, findings);
  return id === undefined ? undefined : { kind, id };
}

function notOne(names: string[]): Problem {
  return problem(
    "$.source",
    "OneSource",
    names.length === 0
      ? "the request names no source"
      : `the request names ${names.length} sources: ${names.join(", ")}`,
    "name exactly one source",
  );
}

/** What could be published, and isn't by policy. */
function policyProblems(source: Sound<WireSource>, vmSourceWithCmk: VmSourceWithCmk): Problem[] {
  const problems = source.virtualMachine === undefined ? [] : machineProblems(vmSourceWithCmk);
  if (source.communityGalleryImage !== undefined)
    problems.push(
      problem(
        "$.source.communityGalleryImage",
        "CommunityGallerySource",
        "an image of a community gallery comes from somebody whom nobody here has checked",
        "copy it into a gallery of your own, check it, and publish that",
      ),
    );
  return problems;
}

/** What stands against a virtual machine as the source (azure-facts §1, item 6: a policy). */
export function machineProblems(vmSourceWithCmk: VmSourceWithCmk): Problem[] {
  if (vmSourceWithCmk === "allow") return [];
  return [
    problem(
      "$.source.virtualMachine",
      "VirtualMachineSourceWithCustomerManagedKey",
      "Azure's documentation says that a version made from a virtual machine doesn't support customer-managed keys",
      "capture the machine as a managed image or as snapshots, or set VM_SOURCE_WITH_CMK to allow: today's service accepts it",
    ),
  ];
}

function readSnapshots(
  { osSnapshot: os, dataSnapshots: data = [] }: Sound<WireSource>,
  findings: Findings,
): ImageSource | undefined {
  const osSnapshot =
    os === undefined ? undefined : readId(os, SNAPSHOT, "$.source.osSnapshot", findings);
  const { problems } = findings;
  const luns = new Set<number>();
  const ids = new Set([osSnapshot?.toLowerCase()]);
  const dataSnapshots = data.flatMap((disk, index) => {
    const path = `$.source.dataSnapshots[${index}]`;
    const { lun, id } = disk ?? {};
    if (lun !== undefined && luns.has(lun))
      problems.push(
        problem(`${path}.lun`, "DuplicateLun", `LUN ${lun} is named twice`, "name it once"),
      );
    if (lun !== undefined) luns.add(lun);
    const snapshot = id === undefined ? undefined : readId(id, SNAPSHOT, `${path}.id`, findings);
    if (snapshot !== undefined && ids.has(snapshot.toLowerCase()))
      problems.push(
        problem(
          `${path}.id`,
          "DuplicateSource",
          `${snapshot} is named twice: each disk has a source of its own`,
          "name every snapshot once",
        ),
      );
    ids.add(snapshot?.toLowerCase());
    return snapshot === undefined || lun === undefined ? [] : [{ lun, id: snapshot }];
  });
  return osSnapshot === undefined ? undefined : { kind: "snapshots", osSnapshot, dataSnapshots };
}

function readVhd(
  { uri, storageAccountId }: NonNullable<Sound<WireSource>["vhd"]> = {},
  findings: Findings,
): ImageSource | undefined {
  const account =
    storageAccountId === undefined
      ? undefined
      : readId(storageAccountId, STORAGE_ACCOUNT, "$.source.vhd.storageAccountId", findings);
  if (uri === undefined) return undefined;
  if (!isBlobUri(uri)) {
    findings.problems.push(
      problem(
        "$.source.vhd.uri",
        "InvalidVhdUri",
        `"${uri}" isn't the https address of a .vhd file`,
        "for example https://account.blob.core.windows.net/images/disk.vhd",
      ),
    );
    return undefined;
  }
  return account === undefined ? undefined : { kind: "vhd", uri, storageAccountId: account };
}

/** `URL` would take blanks and line breaks out without a word; Azure gets the text. */
function isBlobUri(text: string): boolean {
  if (/\s/.test(text) || !isPlain(text)) return false;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && /\.vhd$/i.test(url.pathname);
}

/** An id of the wanted type. One of something else is named as such: people mix them up. */
function readId(
  text: string,
  type: string,
  path: string,
  { resources, problems }: Findings,
): string | undefined {
  const id = parseArmId(text);
  if (id !== undefined && isOfType(id, type)) {
    const printed = printArmId({ ...id, type });
    resources.push({ path, id: printed });
    return printed;
  }
  const other = named(text);
  problems.push(
    problem(
      path,
      "InvalidResourceId",
      other === undefined
        ? `"${text}" isn't the id of a ${type}`
        : `"${text}" is ${other.words}, not the id of a ${type}`,
      `${other?.instead === undefined ? "" : `${other.instead}; or `}give an id as /subscriptions/<id>/resourceGroups/<group>/providers/${typeWithNames(type)}`,
    ),
  );
  return undefined;
}

/** `Microsoft.Compute/galleries/<name>/images/<name>`: how the end of an id of the type looks. */
function typeWithNames(type: string): string {
  const [provider = "", ...types] = type.split("/");
  return [provider, ...types.map((part) => `${part}/<name>`)].join("/");
}
