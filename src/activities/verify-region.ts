import { ArmError } from "../azure/arm-error";
import type { DiskState } from "../azure/disks";
import { fault, passes, type Fault } from "../domain/fault";
import { RUN_TAG } from "../domain/plan/image-version-body";
import type { RegionName } from "../domain/region-name";
import type { PublishRequest } from "../domain/request/publish-request";
import {
  diskEncryptionType,
  diskKept,
  diskNotEncrypted,
  diskNotMade,
  verificationDiskId,
  wronglyEncrypted,
  type VerificationDisk,
} from "../domain/rollout/verification";
import { imageVersionId } from "../domain/run/identity";
import { requestOf, type ActivityDependencies, type RunRef } from "./dependencies";
import { settleAll, type Trouble } from "./settle";

export interface VerifyRegionInput extends RunRef {
  region: RegionName;
  /** Id of the resource group of the disks. */
  group: string;
  disks: VerificationDisk[];
  /** By the disk's name, where its making can be asked for. */
  operations: Record<string, string>;
}

export type Verification =
  | { kind: "verified" }
  /** Some disk isn't there yet: to be asked again, with these operations. */
  | { kind: "making"; operations: Record<string, string>; fault?: Fault };

type Look =
  | { kind: "verified" }
  | { kind: "making"; operation?: string | undefined; fault?: Fault }
  | { kind: "failed"; fault: Fault };

/**
 * One look at a region's disks: those that aren't there are begun, those that are there are judged. What this run
 * made before a crash is found again by its name. Deleting them is somebody else's work.
 */
export function verifyRegion(dependencies: ActivityDependencies) {
  return (input: VerifyRegionInput): Promise<Verification | Trouble> =>
    settleAll(async () => {
      const request = await requestOf(dependencies.documents, input);
      const looks = await Promise.all(
        input.disks.map(async (disk) => ({
          disk,
          look: await patiently(disk, input, () => lookAt(dependencies, input, request, disk)),
        })),
      );
      const failed = looks.find(({ look }) => look.kind === "failed")?.look;
      if (failed?.kind === "failed") return failed;
      const making = looks.flatMap(({ disk, look }) =>
        look.kind === "making" ? [{ disk, look }] : [],
      );
      if (making.length === 0) return { kind: "verified" };
      const trouble = making.find(({ look }) => look.fault !== undefined)?.look.fault;
      return {
        kind: "making",
        operations: Object.fromEntries(
          making.flatMap(({ disk, look: { operation } }) =>
            operation === undefined ? [] : [[disk.name, operation] as const],
          ),
        ),
        ...(trouble === undefined ? {} : { fault: trouble }),
      };
    });
}

/** Azure's refusal of one disk, as data: no disk stops the others, and what passes is asked again. */
async function patiently(
  disk: VerificationDisk,
  { region, operations }: VerifyRegionInput,
  look: () => Promise<Look>,
): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const cause = error.fault;
    return passes(cause)
      ? { kind: "making", operation: operations[disk.name], fault: cause }
      : { kind: "failed", fault: diskNotMade(region, disk, cause) };
  }
}

async function lookAt(
  { disks }: ActivityDependencies,
  input: VerifyRegionInput,
  request: PublishRequest,
  disk: VerificationDisk,
): Promise<Look> {
  const { region, group, runId, operations } = input;
  const id = verificationDiskId(group, disk.name);
  const found = await disks.get(id);
  if (found !== undefined && found.tags[RUN_TAG] !== runId)
    return { kind: "failed", fault: diskNotMade(region, disk, diskKept(id)) };
  if (found !== undefined && /^succeeded$/i.test(found.provisioningState))
    return judged(input, request, disk, found);
  const url = operations[disk.name];
  const isOver = found === undefined || /^failed$/i.test(found.provisioningState);
  if (!isOver) return { kind: "making", operation: url };
  if (url !== undefined) {
    const operation = await disks.readOperation(id, url);
    if (operation?.status === "InProgress") return { kind: "making", operation: url };
    const why = operation?.fault ?? (found === undefined ? undefined : endedFailed(id));
    if (why !== undefined && !passes(why))
      return { kind: "failed", fault: diskNotMade(region, disk, why) };
  }
  // Also one that ended Failed before a crash: the same PUT again tells why.
  const { name: _, ...wanted } = disk;
  const begun = await disks.create(id, {
    ...wanted,
    location: region,
    tags: { [RUN_TAG]: runId },
    versionId: imageVersionId(request.image),
    encryptionType: diskEncryptionType(request.encryption),
  });
  return { kind: "making", operation: begun.operationUrl };
}

function judged(
  { region }: VerifyRegionInput,
  request: PublishRequest,
  disk: VerificationDisk,
  { encryption }: DiskState,
): Look {
  const wrong = wronglyEncrypted(disk, diskEncryptionType(request.encryption), encryption);
  return wrong === undefined
    ? { kind: "verified" }
    : { kind: "failed", fault: diskNotEncrypted(region, disk, wrong) };
}

/** A disk of an earlier look whose operation can't be asked any more. */
const endedFailed = (id: string): Fault =>
  fault(
    "OperationFailed",
    "operator",
    `${id} ended Failed and the service gave no reason`,
    "look into the activity log of the disk",
  );
