import { sameArmId } from "../arm-id";
import type { RequestedRegion, SetUse } from "../request/publish-request";

/** Names after ARM's `EncryptionImages`; only what is writable. */
export interface RegionEncryption {
  osDiskImage?: {
    diskEncryptionSetId?: string;
    securityProfile?: {
      confidentialVMEncryptionType?: string;
      secureVMDiskEncryptionSetId?: string;
    };
  };
  dataDiskImages?: { lun: number; diskEncryptionSetId?: string }[];
}

/**
 * A region's encryption in ARM's shape; undefined when there is none to send.
 * @param sets id of the set of each disk
 */
export function regionEncryption(
  { osDiskImage: { securityProfile } }: RequestedRegion,
  sets: ReadonlyMap<SetUse["disk"], string>,
): RegionEncryption | undefined {
  const os = sets.get("os");
  const secure = sets.get("confidential");
  const dataDiskImages = [...sets].flatMap(([disk, diskEncryptionSetId]) =>
    typeof disk === "number" ? [{ lun: disk, diskEncryptionSetId }] : [],
  );
  if (sets.size === 0 && securityProfile === undefined) return undefined;
  return {
    osDiskImage: {
      ...(os === undefined ? {} : { diskEncryptionSetId: os }),
      ...(securityProfile === undefined
        ? {}
        : {
            securityProfile: {
              confidentialVMEncryptionType: securityProfile.confidentialVMEncryptionType,
              ...(secure === undefined ? {} : { secureVMDiskEncryptionSetId: secure }),
            },
          }),
    },
    ...(dataDiskImages.length === 0 ? {} : { dataDiskImages }),
  };
}

/** Every disk that the encryption names, with its set if it has one. */
function disksOf(encryption: RegionEncryption | undefined): [SetUse["disk"], string | undefined][] {
  const { diskEncryptionSetId, securityProfile } = encryption?.osDiskImage ?? {};
  return [
    ["os", diskEncryptionSetId],
    ["confidential", securityProfile?.secureVMDiskEncryptionSetId],
    ...(encryption?.dataDiskImages ?? []).map((disk): [number, string | undefined] => [
      disk.lun,
      disk.diskEncryptionSetId,
    ]),
  ];
}

/** The set of each disk that has one. */
export const setsByDisk = (encryption: RegionEncryption | undefined): Map<SetUse["disk"], string> =>
  new Map(
    disksOf(encryption).flatMap(([disk, id]) => (id === undefined ? [] : [[disk, id] as const])),
  );

/** How the region's confidential OS disk is encrypted, comparable; empty when it isn't confidential. */
export const confidentialTypeOf = (encryption: RegionEncryption | undefined): string =>
  encryption?.osDiskImage?.securityProfile?.confidentialVMEncryptionType?.toLowerCase() ?? "";

/** True when both regions use the same set for every disk, and the same confidential type. */
export function sameEncryption(
  a: RegionEncryption | undefined,
  b: RegionEncryption | undefined,
): boolean {
  const [left, right] = [new Map(disksOf(a)), new Map(disksOf(b))];
  return (
    confidentialTypeOf(a) === confidentialTypeOf(b) &&
    left.size === right.size &&
    [...left].every(([disk, id]) => right.has(disk) && sameArmId(id, right.get(disk)))
  );
}
