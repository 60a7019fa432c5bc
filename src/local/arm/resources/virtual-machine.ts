import { keyOf } from "../arm-id";
import { queryParameter } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { enumValue } from "../enum-value";
import { ArmError } from "../errors";
import { readVirtualMachine } from "../image-version/source-readers";
import { isObject, objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import type { ResourceType } from "./resource-type";
import {
  existing,
  resourceView,
  trackedResource,
  type TrackedType,
  type WriteContext,
} from "./tracked-resource";

export const SECURITY_TYPES = ["Standard", "TrustedLaunch", "ConfidentialVM"] as const;

/** Virtual machines as far as they are sources: their managed disks, and their security type. */
const virtualMachineType: TrackedType = {
  type: "Microsoft.Compute/virtualMachines",
  endpoint: "operations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  members: ["zones", "identity", "plan"],
  properties(given, context) {
    const storage = objectAt(given, "storageProfile");
    const { dataDisks } = storage;
    const data = Array.isArray(dataDisks) ? dataDisks.filter(isObject) : [];
    for (const disk of [objectAt(storage, "osDisk"), ...data]) checkAttached(disk, context);
    const security = objectAt(given, "securityProfile");
    const type = security["securityType"];
    return {
      ...given,
      ...(type === undefined
        ? {}
        : {
            securityProfile: {
              ...security,
              securityType: enumValue(type, SECURITY_TYPES, "securityProfile.securityType"),
            },
          }),
    };
  },
};

/** Virtual machines over REST; `$expand=instanceView` tells generation and whether one is generalized. */
export function virtualMachines(service: ComputeService): ResourceType {
  return {
    ...trackedResource(service, virtualMachineType),
    get(request) {
      const machine = existing(service, virtualMachineType, request);
      const expand = queryParameter(request.query, "$expand")?.toLowerCase();
      return {
        status: 200,
        body: expand === "instanceview" ? withInstance(service, machine) : resourceView(machine),
      };
    },
  };
}

/** `POST …/virtualMachines/{name}/generalize`. */
export function generalize(service: ComputeService): ResourceType {
  return {
    type: "Microsoft.Compute/virtualMachines/generalize",
    post(request) {
      const rawPath = request.rawPath.split("/").slice(0, -1).join("/");
      const machine = existing(service, virtualMachineType, { ...request, rawPath });
      service.state.resources.put({ ...machine, instanceView: { generalized: true } });
      return { status: 200 };
    },
  };
}

function withInstance(service: ComputeService, machine: ResourceRecord): JsonObject {
  const generalized = machine.instanceView?.generalized === true;
  const statuses = [
    {
      code: "ProvisioningState/succeeded",
      level: "Info",
      displayStatus: "Provisioning succeeded",
    },
    ...(generalized
      ? [{ code: "OSState/generalized", level: "Info", displayStatus: "VM generalized" }]
      : [{ code: "PowerState/running", level: "Info", displayStatus: "VM running" }]),
  ];
  const { hyperVGeneration } = readVirtualMachine(service, machine);
  const instanceView = {
    ...(hyperVGeneration === undefined ? {} : { hyperVGeneration }),
    statuses,
  };
  return { ...resourceView(machine), properties: { ...machine.properties, instanceView } };
}

/** Machines are made of disks that exist; creating disks from images is not what this is for. */
function checkAttached(disk: JsonObject, { service, location }: WriteContext): void {
  if (objectAt(disk, "diffDiskSettings")["option"] !== undefined) return;
  const { id } = objectAt(disk, "managedDisk");
  const found = typeof id === "string" ? service.state.resources.get(keyOf(id)) : undefined;
  if (found?.type !== "Microsoft.Compute/disks" || found.location !== location)
    throw new ArmError(
      400,
      "InvalidParameter",
      `Managed disk '${typeof id === "string" ? id : ""}' was not found in location '${location}'. This service makes virtual machines from existing managed disks only.`,
      { target: "storageProfile" },
    );
}
