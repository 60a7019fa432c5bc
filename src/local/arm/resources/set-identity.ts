import { createHash } from "node:crypto";
import { keyOf } from "../arm-id";
import { isObject, objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";

/** A GUID that is always the same for the same text. */
export function stableGuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** The object id of a managed identity: of a resource's own, or of one that stands by itself. */
const principalOf = (id: string): string => stableGuid(`principal of ${keyOf(id)}`);

/**
 * The identity of a disk encryption set as the service answers it: what a client asks for, and whom
 * that is in Microsoft Entra.
 * @param given the identity in a body; the service's own members in it are made anew
 * @param id of the set
 */
export function setIdentity(given: JsonObject, id: string, tenantId: string): JsonObject {
  const { type } = given;
  const wanted = typeof type === "string" ? type.toLowerCase() : "";
  const assigned = Object.keys(objectAt(given, "userAssignedIdentities"));
  return {
    type,
    ...(wanted.includes("systemassigned") ? { principalId: principalOf(id), tenantId } : {}),
    ...(wanted.includes("userassigned") && assigned.length > 0
      ? {
          userAssignedIdentities: Object.fromEntries(
            assigned.map((one) => [
              one,
              { principalId: principalOf(one), clientId: stableGuid(`client of ${keyOf(one)}`) },
            ]),
          ),
        }
      : {}),
  };
}

/** Object ids of a set's identities. */
export function principalsOf(set: ResourceRecord): string[] {
  const identity = objectAt(set.more, "identity");
  const assigned = Object.values(objectAt(identity, "userAssignedIdentities")).filter(isObject);
  return [identity, ...assigned]
    .map(({ principalId }) => principalId)
    .filter((one): one is string => typeof one === "string");
}
