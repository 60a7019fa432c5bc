import { keyOf } from "../arm-id";
import type { ArmReply, ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import * as z from "zod";
import { enumValue } from "../enum-value";
import { ArmError } from "../errors";
import { isObject, objectAt, type JsonObject } from "../json";
import { model, resourceModel } from "../model";
import { RESOURCE_NAMES } from "./resource-names";
import type { ResourceRecord } from "../world-state";
import { encryptedWith } from "./disk-like";
import { page } from "./paging";
import { setIdentity } from "./set-identity";
import type { ResourceType } from "./resource-type";
import { existing, type TrackedType } from "./tracked-resource";

export const ENCRYPTION_TYPES = [
  "EncryptionAtRestWithCustomerKey",
  "EncryptionAtRestWithPlatformAndCustomerKeys",
  "ConfidentialVmEncryptedWithCustomerKey",
] as const;

const propertiesModel = model(
  "EncryptionSetProperties",
  {
    encryptionType: z.string().optional(),
    activeKey: model("KeyForDiskEncryptionSet", {
      keyUrl: z.url().optional(),
      sourceVault: model("SourceVault", { id: z.string().optional() }).optional(),
    }).optional(),
    rotationToLatestKeyVersionEnabled: z.boolean().optional(),
    federatedClientId: z.string().optional(),
  },
  ["previousKeys", "provisioningState", "lastKeyRotationTimestamp", "autoKeyRotationError"],
);

/** Disk encryption sets. Clients of the disk provider expect 202, never 201. */
export const diskEncryptionSetType: TrackedType = {
  type: "Microsoft.Compute/diskEncryptionSets",
  endpoint: "DiskOperations",
  accepted: { create: 202, update: 202, bothHeaders: true },
  writeSeconds: (service) => service.timing.encryptionSetSeconds,
  members: ["identity"],
  keptMembers: ({ identity }, { id, tenantId }) =>
    isObject(identity) ? { identity: setIdentity(identity, id, tenantId) } : {},
  names: RESOURCE_NAMES.diskEncryptionSets,
  model: resourceModel("DiskEncryptionSet", propertiesModel),
  properties(given, { service, before }) {
    const encryptionType = enumValue(
      given["encryptionType"] ?? "EncryptionAtRestWithCustomerKey",
      ENCRYPTION_TYPES,
      "diskEncryptionSet.encryptionType",
    );
    const { keyUrl } = objectAt(given, "activeKey");
    if (typeof keyUrl !== "string")
      throw new ArmError(
        400,
        "InvalidParameter",
        "Required parameter 'diskEncryptionSet.activeKey.keyUrl' is missing (null).",
      );
    const earlierType = before?.properties["encryptionType"];
    if (earlierType !== undefined && earlierType !== encryptionType)
      throw new ArmError(
        409,
        "PropertyChangeNotAllowed",
        "Changing property 'diskEncryptionSet.encryptionType' is not allowed.",
      );
    const { previousKeys = [], autoKeyRotationError } = before?.properties ?? {};
    return {
      previousKeys,
      ...(autoKeyRotationError === undefined ? {} : { autoKeyRotationError }),
      rotationToLatestKeyVersionEnabled: false,
      ...given,
      encryptionType,
      ...lastRotation(service, keyUrl, before),
    };
  },
  // A maintainer of Compute on gallery versions: the set can go, updates of the version then fail.
  checkDelete(service, set) {
    const used = encryptedWith(service, set.key);
    if (used.length > 0 && service.behaviour.encryptionSetInUse === "refuseDelete")
      throw encryptionSetInUse(set.name, used);
  },
};

/** When the set got another key than it had; kept by writes that leave it the key it has. */
function lastRotation(
  { clock }: ComputeService,
  keyUrl: string,
  before: ResourceRecord | undefined,
): JsonObject {
  if (before === undefined) return {};
  const { lastKeyRotationTimestamp: earlier } = before.properties;
  const rotated = objectAt(before.properties, "activeKey")["keyUrl"] !== keyUrl;
  const at = rotated ? clock.date().toISOString() : earlier;
  return at === undefined ? {} : { lastKeyRotationTimestamp: at };
}

/** Assumed: code and words. */
const encryptionSetInUse = (name: string, ids: string[]): ArmError =>
  new ArmError(
    409,
    "OperationNotAllowed",
    `Disk encryption set '${name}' can't be deleted since it is used by: '${ids.slice(0, 5).join("', '")}'.`,
  );

/** `GET …/diskEncryptionSets/{name}/associatedResources`: what a set encrypts, by id. */
export function associatedResources(service: ComputeService): ResourceType {
  return {
    type: "Microsoft.Compute/diskEncryptionSets/associatedResources",
    list(request: ArmRequest): ArmReply {
      const path = request.rawPath.split("/").slice(0, -1).join("/");
      const set = existing(service, diskEncryptionSetType, { ...request, rawPath: path });
      const ids = encryptedWith(service, keyOf(set.id));
      return page(request, service.behaviour.pageSize, ids, { key: keyOf, view: (id) => id });
    },
  };
}
