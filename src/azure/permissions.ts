import type { Permission } from "../domain/preflight/permissions";
import type { ArmGet } from "./arm-get";
import { AUTHORIZATION_API_VERSION } from "./roles";

/** What the app itself may do. */
export interface Permissions {
  /**
   * What the role assignments over a scope, and over what it lies in, allow. Those further in
   * aren't told.
   * @param scope id of a subscription, a resource group or a resource
   * @throws {ArmError} when Azure doesn't tell
   */
  over(scope: string): Promise<Permission[]>;
}

export function createPermissions(armGet: ArmGet): Permissions {
  return {
    async over(scope) {
      const path = `${scope}/providers/Microsoft.Authorization/permissions`;
      const found = (await armGet.list(path, AUTHORIZATION_API_VERSION)) as Partial<Permission>[];
      return found.map(({ actions = [], notActions = [] }) => ({ actions, notActions }));
    },
  };
}
