import { ROLES, type RoleFile, type RoleName } from "./role-files";

/** A role assignment, in the form of a world file's `rights`. */
export interface Right {
  scope: string;
  actions: string[];
}

/** Where a deployment gives the app its roles: ids of subscriptions, resource groups and accounts. */
export type Places = Record<RoleName, readonly string[]>;

/** What the app may do with the roles of `infra`, and nothing else. */
export const appRights = (
  roles: Readonly<Record<RoleName, Pick<RoleFile, "actions">>>,
  places: Places,
): Right[] =>
  ROLES.flatMap((name) =>
    places[name].map((scope) => ({
      scope,
      actions: roles[name].actions.map(({ action }) => action),
    })),
  );

/**
 * Where the sample worlds have what `infra` has parameters for: disks of verifications lie in a group of
 * their own; any account of the group may have VHDs, because a world needn't name them.
 */
export function samplePlaces(
  subscriptionId = "00000000-0000-0000-0000-000000000000",
  group = "myResourceGroup",
): Places {
  const subscription = `/subscriptions/${subscriptionId}`;
  const images = `${subscription}/resourceGroups/${group}`;
  return {
    reader: [subscription],
    writer: [images],
    sources: [images],
    "vhd-sources": [images],
    verifier: [`${subscription}/resourceGroups/verifications`],
    "key-reader": [subscription],
    builder: [images],
  };
}
