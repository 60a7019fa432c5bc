import { isGranted } from "../preflight/permissions";

/** What a disk encryption set does with its key (Azure's words in `KeyVaultAccessForbidden`). */
export const KEY_PERMISSIONS = ["get", "wrapKey", "unwrapKey"] as const;
export type KeyPermission = (typeof KEY_PERMISSIONS)[number];

/** How role-based access control names it. */
const DATA_ACTION: Record<KeyPermission, string> = {
  get: "Microsoft.KeyVault/vaults/keys/read",
  wrapKey: "Microsoft.KeyVault/vaults/keys/wrap/action",
  unwrapKey: "Microsoft.KeyVault/vaults/keys/unwrap/action",
};

/** What one identity may do with a key. */
export interface KeyAccess {
  principalId: string;
  permitted: KeyPermission[];
  /** Permitted only where a role assignment's condition holds, which nobody can tell beforehand. */
  conditional: KeyPermission[];
}

/** One entry of a vault's access policies. */
export interface AccessPolicy {
  objectId: string;
  /** Set: it holds for a user of that application, not for the identity alone. */
  applicationId?: string;
  keyPermissions: string[];
}

/** What access policies permit. They hold for every key of their vault. */
export function accessByPolicies(principalId: string, policies: AccessPolicy[]): KeyAccess {
  const given = policies
    .filter(
      ({ objectId, applicationId }) =>
        objectId.toLowerCase() === principalId.toLowerCase() && applicationId === undefined,
    )
    .flatMap(({ keyPermissions }) => keyPermissions.map((one) => one.toLowerCase()));
  const permitted = KEY_PERMISSIONS.filter(
    (one) => given.includes(one.toLowerCase()) || given.includes("all"),
  );
  return { principalId, permitted, conditional: [] };
}

/** The parts of a role definition that are about data. */
export interface RolePermission {
  dataActions: string[];
  notDataActions: string[];
}

/** A role that an identity, or a group that it belongs to, has over a scope. */
export interface RoleAssignment {
  scope: string;
  conditional: boolean;
  permissions: RolePermission[];
}

/**
 * What role assignments permit. Those of other keys of the vault are left out; each of the others
 * was answered because it is at the vault or above. Exceptions of one permission take nothing from
 * another (Azure's rule for roles).
 * @param keyId the key's id in Resource Manager
 */
export function accessByRoles(
  principalId: string,
  assignments: RoleAssignment[],
  { vaultId, keyId }: { vaultId: string; keyId: string },
): KeyAccess {
  const [vault, key] = [`${vaultId.toLowerCase()}/`, keyId.toLowerCase()];
  const reaching = assignments.filter(({ scope }) => {
    const at = scope.toLowerCase().replace(/\/+$/, "");
    return !at.startsWith(vault) || at === key;
  });
  const of = (conditional: boolean): KeyPermission[] => {
    const roles = reaching.filter((one) => one.conditional === conditional);
    return KEY_PERMISSIONS.filter((one) =>
      roles.some(({ permissions }) => permissions.some((role) => permits(role, DATA_ACTION[one]))),
    );
  };
  return { principalId, permitted: of(false), conditional: of(true) };
}

const permits = ({ dataActions, notDataActions }: RolePermission, action: string): boolean =>
  isGranted([{ actions: dataActions, notActions: notDataActions }], action);
