import * as z from "zod";
import { keyOf } from "./arm-id";
import type { ComputeService } from "./compute-service";
import { grantsByRoles } from "./key-grants";
import { KEY_PERMISSIONS } from "./key-permission";
import { keyUrlOf } from "./image-version/key-access";
import type { KeyRecord } from "./world-state";

/** Body of `PUT /keys`: what isn't given stays as it is. */
const keyChange = z.strictObject({
  /** The key's URL; a version makes no difference. */
  key: z.url(),
  enabled: z.boolean().optional(),
  /** null: never. */
  expires: z.iso.datetime({ offset: true }).nullable().optional(),
  /** Ids of the sets that may use it from now on; null: every set. */
  grants: z.array(z.string()).nullable().optional(),
});

/**
 * Changes a key, as its owner would in Key Vault.
 * @returns undefined when the world has no such key, or its vault has access policies and grants are
 *   to be changed: those hold for all keys of the vault
 * @throws {z.ZodError} for a malformed change
 */
export function changeKey(service: ComputeService, body: unknown): KeyRecord | undefined {
  const { key, enabled, expires, grants } = keyChange.parse(body);
  const before = service.state.keys.get(keyUrlOf(key));
  if (before === undefined) return undefined;
  if (grants !== undefined && !grantsByRoles(service, before)) return undefined;
  const { expires: earlierExpiry, grants: earlierGrants, ...rest } = before;
  const newGrants =
    grants?.map((id) => ({
      diskEncryptionSet: keyOf(id),
      fromMs: service.clock.serviceMs(),
      permissions: [...KEY_PERMISSIONS],
    })) ?? (grants === null ? undefined : earlierGrants);
  const newExpiry = expires ?? (expires === null ? undefined : earlierExpiry);
  const changed: KeyRecord = {
    ...rest,
    enabled: enabled ?? before.enabled,
    ...(newExpiry === undefined ? {} : { expires: newExpiry }),
    ...(newGrants === undefined ? {} : { grants: newGrants }),
  };
  service.state.keys.put(changed);
  return changed;
}
