import { keyOf } from "./arm-id";
import type { ComputeService } from "./compute-service";
import { objectAt } from "./json";
import { KEY_PERMISSIONS, type KeyPermission } from "./key-permission";
import { principalsOf } from "./resources/set-identity";
import type { KeyRecord, ResourceRecord } from "./world-state";

/** Somebody who may do something with a key now. */
export interface EffectiveGrant {
  principalId: string;
  permissions: readonly KeyPermission[];
  ofVault: boolean;
}

const SETS = "Microsoft.Compute/diskEncryptionSets";

/** Whether the vault of a key grants by role assignments. */
export const grantsByRoles = ({ state }: ComputeService, { vaultId }: KeyRecord): boolean =>
  state.resources.get(keyOf(vaultId))?.properties["enableRbacAuthorization"] === true;

/**
 * Who may use a key at this moment. What is published asks the same as what is read of roles and
 * access policies, so that they can't contradict one another.
 * @param among only these identities
 */
export function effectiveGrants(
  service: ComputeService,
  key: KeyRecord,
  among: (principalId: string) => boolean = () => true,
): EffectiveGrant[] {
  const { state, clock } = service;
  const of = (set: ResourceRecord): string[] => principalsOf(set).filter(among);
  if (key.grants === undefined)
    return state.resources
      .all()
      .filter(({ type }) => type === SETS)
      .flatMap((set) => of(set))
      .map((principalId) => ({ principalId, permissions: KEY_PERMISSIONS, ofVault: false }));
  return key.grants
    .filter(({ fromMs }) => fromMs <= clock.serviceMs())
    .flatMap(({ diskEncryptionSet, permissions, ofVault = false }) => {
      const set = state.resources.get(keyOf(diskEncryptionSet));
      const principals = set === undefined ? [] : of(set);
      return principals.map((principalId) => ({ principalId, permissions, ofVault }));
    });
}

/** Whether one of the set's identities may do everything with the key that encrypting takes. */
export function maySetUse(service: ComputeService, key: KeyRecord, set: ResourceRecord): boolean {
  return principalsOf(set).some((principalId) => {
    const grants = effectiveGrants(service, key, (one) => one === principalId);
    return KEY_PERMISSIONS.every((one) =>
      grants.some(({ permissions }) => permissions.includes(one)),
    );
  });
}

/** Whether the vault's networks let Compute in, which is a trusted service. */
export function isReachable(vault: ResourceRecord | undefined): boolean {
  const { publicNetworkAccess, networkAcls } = vault?.properties ?? {};
  const { defaultAction, bypass } = objectAt({ networkAcls }, "networkAcls");
  const isPrivate = publicNetworkAccess === "Disabled" || defaultAction === "Deny";
  return !isPrivate || bypass !== "None";
}
