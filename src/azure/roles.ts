import * as z from "zod";
import type { RoleAssignment, RolePermission } from "../domain/encryption/key-access";
import type { ArmGet } from "./arm-get";

/** Permissions, role assignments and definitions; since this version conditions are told. */
export const AUTHORIZATION_API_VERSION = "2022-04-01";
const AUTHORIZATION = "/providers/Microsoft.Authorization";

/** Who has which role over what. */
export interface Roles {
  /**
   * The assignments of an identity, and of the groups that it belongs to, that are made at a scope,
   * above or below. Deny assignments aren't among them.
   * @throws {ArmError} when Azure doesn't answer
   */
  of(principalId: string, scope: string): Promise<RoleAssignment[]>;
}

const assignmentSchema = z.object({
  properties: z.object({
    scope: z.string(),
    roleDefinitionId: z.string(),
    condition: z.string().nullish(),
  }),
});
const definitionSchema = z.object({
  properties: z.object({
    permissions: z.array(
      z.object({
        dataActions: z.array(z.string()).nullish(),
        notDataActions: z.array(z.string()).nullish(),
      }),
    ),
  }),
});
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function createRoles(arm: Pick<ArmGet, "path" | "list">): Roles {
  return {
    async of(principalId, scope) {
      if (!OBJECT_ID.test(principalId)) throw new Error(`not an object id: ${principalId}`);
      const found = await arm.list(
        `${scope}${AUTHORIZATION}/roleAssignments`,
        AUTHORIZATION_API_VERSION,
        `assignedTo('${principalId}')`,
      );
      return Promise.all(
        z
          .array(assignmentSchema)
          .parse(found)
          .map(async ({ properties }) => ({
            scope: properties.scope,
            conditional: (properties.condition ?? "") !== "",
            permissions: await permissionsOf(arm, properties.roleDefinitionId, scope),
          })),
      );
    },
  };
}

/** Definitions are named by ids of several forms; each can be read in the scope's subscription. */
async function permissionsOf(
  arm: Pick<ArmGet, "path">,
  definitionId: string,
  scope: string,
): Promise<RolePermission[]> {
  const subscription = scope.split("/").slice(0, 3).join("/");
  const name = definitionId.split("/").at(-1) ?? "";
  const path = `${subscription}${AUTHORIZATION}/roleDefinitions/${name}`;
  const found = await arm.path(path, AUTHORIZATION_API_VERSION);
  return definitionSchema
    .parse(found)
    .properties.permissions.map(({ dataActions, notDataActions }) => ({
      dataActions: dataActions ?? [],
      notDataActions: notDataActions ?? [],
    }));
}
