import { keyOf } from "../arm-id";
import { ArmError } from "../errors";
import { readVirtualMachine } from "../image-version/source-readers";
import { sourceNotFound } from "../image-version/source-refusals";
import { isObject, objectAt, type JsonObject } from "../json";
import { GENERATIONS, OS_STATES, OS_TYPES, spelled } from "./disk-like";
import type { TrackedType, WriteContext } from "./tracked-resource";

/** Managed images: an OS disk and data disks by LUN, given or captured from a virtual machine. */
export const managedImageType: TrackedType = {
  type: "Microsoft.Compute/images",
  endpoint: "operations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  properties(given, context) {
    const machine = objectAt(given, "sourceVirtualMachine")["id"];
    const captured = typeof machine === "string" ? capture(machine, context) : {};
    const storage = {
      ...objectAt(captured, "storageProfile"),
      ...objectAt(given, "storageProfile"),
    };
    const osDisk = objectAt(storage, "osDisk");
    return {
      hyperVGeneration: "V1",
      ...captured,
      ...given,
      ...spelled(given, { hyperVGeneration: GENERATIONS }, "image"),
      storageProfile: {
        ...storage,
        osDisk: {
          ...osDisk,
          ...spelled(osDisk, { osType: OS_TYPES, osState: OS_STATES }, "image.osDisk"),
        },
      },
    };
  },
};

/** @throws {ArmError} when the machine isn't there, not generalized, or one with Trusted Launch */
function capture(id: string, { service, location }: WriteContext): JsonObject {
  const record = service.state.resources.get(keyOf(id));
  if (record?.type !== "Microsoft.Compute/virtualMachines" || record.location !== location)
    throw sourceNotFound(id);
  const machine = readVirtualMachine(service, record);
  if (machine.osState !== "Generalized") throw notCapturable(id, "isn't generalized");
  if (machine.securityType !== undefined && machine.securityType !== "Standard")
    throw notCapturable(id, `has the security type ${machine.securityType}`);
  const { osDisk, dataDisks } = objectAt(record.properties, "storageProfile");
  return {
    hyperVGeneration: machine.hyperVGeneration ?? "V1",
    storageProfile: {
      osDisk: {
        ...(isObject(osDisk) ? { managedDisk: osDisk["managedDisk"] } : {}),
        osType: machine.osType,
        osState: machine.osState,
        diskSizeGB: machine.osDiskGb,
      },
      dataDisks: machine.dataDisks.map(({ lun, sizeGb }, index) => ({
        lun,
        diskSizeGB: sizeGb,
        ...(Array.isArray(dataDisks)
          ? { managedDisk: (dataDisks as JsonObject[])[index]?.["managedDisk"] }
          : {}),
      })),
    },
  };
}

/** Assumed: code and words. */
const notCapturable = (id: string, reason: string): ArmError =>
  new ArmError(
    409,
    "OperationNotAllowed",
    `A managed image can't be created from virtual machine '${id}', which ${reason}.`,
  );
