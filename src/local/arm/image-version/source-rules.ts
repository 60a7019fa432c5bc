import type { ComputeService } from "../compute-service";
import { keyOf, parseResourceId } from "../arm-id";
import type { ResourceRecord } from "../world-state";
import type { SourceKind } from "../world/settings";
import type { Source } from "./source";
import type { SourceResource } from "./source-readers";
import {
  encryptedSourceElsewhere,
  encryptionNotSupported,
  ephemeralOsDisk,
  otherHyperVGeneration,
  otherOsState,
  otherOsType,
  otherSecurityType,
  sourceBusy,
  ultraDisk,
  unmanagedDisks,
} from "./source-refusals";
import type { SourceFacts } from "./version-record";

/** What a source has to fit. */
export interface SourceUse {
  /** The gallery's. */
  subscriptionId: string;
  definition: ResourceRecord | undefined;
  /** The definition's, for the version. */
  securityType: string | undefined;
  /** Whether any region uses a disk encryption set. */
  encrypts: boolean;
}

/**
 * Checks a source against the definition that its version is for, and against what is asked of it.
 * @throws {ArmError} in Azure's words
 */
export function checkSource(service: ComputeService, source: Source, use: SourceUse): void {
  const [first] = source.resources;
  checkDisks(first);
  checkFits(first, use.definition);
  checkSecurityType(service, first, use.securityType);
  for (const resource of source.resources) checkEncryptable(service, resource, use);
  if (service.behaviour.busySource === "refusesPut") {
    const busy = busySource(service, source);
    if (busy !== undefined) throw sourceBusy(busy);
  }
}

/** The id of a source from which as many versions are being made as can be at a time. */
export function busySource(
  { behaviour: { writesPerSource = Infinity }, state }: ComputeService,
  { readFrom }: SourceFacts,
): string | undefined {
  const reading = state.versions
    .all()
    .filter(({ properties }) => properties.provisioningState === "Creating")
    .flatMap((version) => version.source.readFrom.map(keyOf));
  const readers = (id: string): number => reading.filter((key) => key === keyOf(id)).length;
  return readFrom.find((id) => readers(id) >= writesPerSource);
}

function checkDisks({ id, disks }: SourceResource): void {
  if (disks === undefined) return;
  if (disks.ephemeralOsDisk) throw ephemeralOsDisk(id);
  if (disks.unmanaged) throw unmanagedDisks(id);
  if (disks.ultra !== undefined) throw ultraDisk(id, disks.ultra);
}

/** What a source doesn't say (a data disk, a VHD) isn't compared. */
function checkFits(source: SourceResource, definition: ResourceRecord | undefined): void {
  const rules = [
    ["hyperVGeneration", otherHyperVGeneration],
    ["osType", otherOsType],
    ["osState", (id: string, found: string, wanted: string) => otherOsState(id, wanted, found)],
  ] as const;
  for (const [member, refusal] of rules) {
    const found = source[member];
    const wanted = definition?.properties[member];
    if (found !== undefined && typeof wanted === "string" && found !== wanted)
      throw refusal(source.id, found, wanted);
  }
}

/** Which sources the documentation names for definitions of these security types. */
const SOURCES_OF: Readonly<Record<string, readonly SourceKind[]>> = {
  TrustedLaunchSupported: ["vhd", "managedImage", "galleryVersion"],
  TrustedLaunch: ["virtualMachine", "disk", "snapshot"],
};

function checkSecurityType(
  { behaviour }: ComputeService,
  { kind, id }: SourceResource,
  securityType = "",
): void {
  if (behaviour.securityTypeSources === "anyTaken") return;
  const kinds = SOURCES_OF[securityType];
  if (kinds !== undefined && !kinds.includes(kind)) throw otherSecurityType(id, securityType);
}

function checkEncryptable(
  { behaviour }: ComputeService,
  { kind, id, encryptionSets }: SourceResource,
  { subscriptionId, encrypts }: SourceUse,
): void {
  const encrypted = encryptionSets.length > 0;
  const own = parseResourceId(id)?.subscriptionId ?? subscriptionId;
  if (encrypted && own.toLowerCase() !== subscriptionId.toLowerCase())
    throw encryptedSourceElsewhere(id, subscriptionId, own);
  if (encrypted && kind === "galleryVersion" && behaviour.encryptedVersionAsSource === "refuse")
    throw encryptionNotSupported(id);
  if (encrypts && !behaviour.encryptableSources.includes(kind)) throw encryptionNotSupported(id);
}
