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
import { problem, type Problem } from "../problem";
import type { ImageSource } from "./publish-request";
import type { WireSource } from "./schema";

/** Whether a virtual machine may be the source of a version encrypted with customer-managed keys. */
export type VmSourceWithCmk = "reject" | "allow";

/** Kinds that are named by one id, and what a person calls them. */
const BY_ID = {
  managedImage: { type: MANAGED_IMAGE, words: "a managed image" },
  managedDisk: { type: MANAGED_DISK, words: "a managed disk" },
  galleryImageVersion: { type: IMAGE_VERSION, words: "a gallery image version" },
  virtualMachine: { type: VIRTUAL_MACHINE, words: "a virtual machine" },
} as const;
type KindById = keyof typeof BY_ID;

/** The source in normal form; undefined when it can't be read, and its problems say why. */
export function readSource(
  source: WireSource,
  vmSourceWithCmk: VmSourceWithCmk,
  problems: Problem[],
): ImageSource | undefined {
  const kinds = Object.entries(source).filter(
    ([name, value]) => value !== undefined && name !== "dataSnapshots",
  );
  if (kinds.length !== 1) problems.push(notOne(kinds.map(([name]) => name)));
  if (source.dataSnapshots !== undefined && source.osSnapshot === undefined)
    problems.push(
      problem(
        "$.source.dataSnapshots",
        "OneSource",
        "data snapshots go with an OS snapshot and with nothing else",
        "add the OS snapshot, or remove the data snapshots",
      ),
    );
  problems.push(...policyProblems(source, vmSourceWithCmk));
  if (source.osSnapshot !== undefined)
    return readSnapshots(source.osSnapshot, source.dataSnapshots ?? [], problems);
  if (source.vhd !== undefined) return readVhd(source.vhd, problems);
  for (const kind of Object.keys(BY_ID) as KindById[]) {
    const text = source[kind];
    if (text === undefined) continue;
    const id = readId(text, BY_ID[kind].type, `$.source.${kind}`, problems);
    return id === undefined ? undefined : { kind, id };
  }
  return undefined;
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

/** What could be published but not with customer-managed keys, or not by policy. */
function policyProblems(source: WireSource, vmSourceWithCmk: VmSourceWithCmk): Problem[] {
  const problems: Problem[] = [];
  if (source.virtualMachine !== undefined && vmSourceWithCmk === "reject")
    problems.push(
      problem(
        "$.source.virtualMachine",
        "VirtualMachineSourceWithCustomerManagedKey",
        "Azure's documentation says that a version made from a virtual machine doesn't support customer-managed keys",
        "capture the machine as a managed image or as snapshots, or set VM_SOURCE_WITH_CMK to allow: today's service accepts it",
      ),
    );
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

function readSnapshots(
  os: string,
  data: { lun: number; id: string }[],
  problems: Problem[],
): ImageSource | undefined {
  const osSnapshot = readId(os, SNAPSHOT, "$.source.osSnapshot", problems);
  const luns = new Set<number>();
  const dataSnapshots = data.flatMap(({ lun, id }, index) => {
    const path = `$.source.dataSnapshots[${index}]`;
    if (luns.has(lun))
      problems.push(
        problem(`${path}.lun`, "DuplicateLun", `LUN ${lun} is named twice`, "name it once"),
      );
    luns.add(lun);
    const snapshot = readId(id, SNAPSHOT, `${path}.id`, problems);
    return snapshot === undefined ? [] : [{ lun, id: snapshot }];
  });
  return osSnapshot === undefined ? undefined : { kind: "snapshots", osSnapshot, dataSnapshots };
}

function readVhd(
  { uri, storageAccountId }: { uri: string; storageAccountId: string },
  problems: Problem[],
): ImageSource | undefined {
  const account = readId(
    storageAccountId,
    STORAGE_ACCOUNT,
    "$.source.vhd.storageAccountId",
    problems,
  );
  if (!isBlobUri(uri)) {
    problems.push(
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

function isBlobUri(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && /\.vhd$/i.test(url.pathname);
}

/** An id of the wanted type. One of another kind of source is named as such: people mix them up. */
function readId(text: string, type: string, path: string, problems: Problem[]): string | undefined {
  const id = parseArmId(text);
  if (id !== undefined && isOfType(id, type)) return printArmId({ ...id, type });
  const other = Object.entries(BY_ID).find(
    ([, kind]) => id !== undefined && isOfType(id, kind.type),
  );
  problems.push(
    problem(
      path,
      "InvalidResourceId",
      other === undefined
        ? `"${text}" isn't the id of a ${type}`
        : `"${text}" is the id of ${other[1].words}, not of a ${type}`,
      other === undefined
        ? `/subscriptions/<id>/resourceGroups/<group>/providers/${type}/<name>`
        : `give it as source.${other[0]}, or give the id of a ${type}`,
    ),
  );
  return undefined;
}
