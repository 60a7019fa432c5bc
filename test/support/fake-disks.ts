import { ArmError } from "../../src/azure/arm-error";
import type { Disks, DiskState, DiskToMake } from "../../src/azure/disks";
import type { OperationState } from "../../src/azure/operations";
import type { Fault } from "../../src/domain/fault";

/** How the disks of a fake Azure behave; all of it can be changed while a run is going on. */
export interface DiskBehaviour {
  /** Faults that the next calls for a region's disks meet, by operation. */
  troubles: Partial<Record<"get" | "create" | "delete", Fault[]>>;
  /** Whether a disk's making is over. */
  isMade: (name: string) => boolean;
  /** What Azure makes of what it was asked for. */
  made: (disk: DiskToMake) => DiskState["encryption"];
  /** How the making of a disk ends, where it doesn't succeed. */
  failing: (name: string) => Fault | undefined;
}

/** What is wanted is what comes. */
export const asWanted = (wanted: DiskToMake): DiskState["encryption"] => ({
  encryptionType:
    wanted.diskEncryptionSetId === undefined
      ? "EncryptionAtRestWithPlatformKey"
      : wanted.encryptionType,
  ...(wanted.diskEncryptionSetId === undefined
    ? {}
    : { diskEncryptionSetId: wanted.diskEncryptionSetId }),
  ...wanted.securityProfile,
});

/**
 * Managed disks in memory.
 * @param write lets a test stop a write before or after it has happened
 */
export function createFakeDisks(write: <T>(effect: () => T) => T = (effect) => effect()) {
  const there = new Map<string, DiskToMake>();
  const made: { id: string; disk: DiskToMake }[] = [];
  const deleted: string[] = [];
  const behaviour: DiskBehaviour = {
    troubles: {},
    isMade: () => true,
    made: asWanted,
    failing: () => undefined,
  };
  const nameOf = (id: string): string => id.split("/").at(-1) ?? "";
  const trouble = (call: keyof DiskBehaviour["troubles"]): void => {
    const fault = behaviour.troubles[call]?.shift();
    if (fault !== undefined) throw new ArmError(fault);
  };
  const disks: Disks = {
    async get(id) {
      trouble("get");
      const disk = there.get(id);
      if (disk === undefined) return undefined;
      const name = nameOf(id);
      const isOver = behaviour.isMade(name);
      const ended = behaviour.failing(name) === undefined ? "Succeeded" : "Failed";
      return {
        provisioningState: isOver ? ended : "Updating",
        tags: disk.tags,
        encryption: isOver ? behaviour.made(disk) : {},
      };
    },
    async create(id, disk) {
      trouble("create");
      return write(() => {
        there.set(id, disk);
        made.push({ id, disk });
        return { operationUrl: `https://arm.test/operations/${nameOf(id)}` };
      });
    },
    async delete(id) {
      trouble("delete");
      write(() => {
        there.delete(id);
        deleted.push(id);
      });
    },
    async readOperation(id): Promise<OperationState> {
      const name = nameOf(id);
      const fault = behaviour.failing(name);
      if (!behaviour.isMade(name)) return { status: "InProgress" };
      return fault === undefined ? { status: "Succeeded" } : { status: "Failed", fault };
    },
  };
  return { disks, behaviour, there, made, deleted };
}
