import { keyOf } from "../arm-id";
import { queryParameter, type ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { ArmError, invalidFilter } from "../errors";
import type { JsonObject } from "../json";
import { effectiveGrants, grantsByRoles } from "../key-grants";
import { KEY_PERMISSIONS, type KeyPermission } from "../key-permission";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";
import { stableGuid } from "./set-identity";

const AUTHORIZATION = "Microsoft.Authorization";
const ASSIGNMENTS = `${AUTHORIZATION}/roleAssignments` as const;
const DEFINITIONS = `${AUTHORIZATION}/roleDefinitions` as const;
const DATA_ACTIONS: Record<KeyPermission, string> = {
  get: "Microsoft.KeyVault/vaults/keys/read",
  wrapKey: "Microsoft.KeyVault/vaults/keys/wrap/action",
  unwrapKey: "Microsoft.KeyVault/vaults/keys/unwrap/action",
};

interface Role {
  /** Name of the definition. */
  guid: string;
  roleName: string;
  custom: boolean;
  permissions: readonly KeyPermission[];
}

/** Key Vault Crypto Service Encryption User: the role for what encrypts, whose id is public. */
const ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6";

/** A role for whatever a grant permits; for all of it, Azure has one. */
function roleFor(permissions: readonly KeyPermission[]): Role {
  const sorted = KEY_PERMISSIONS.filter((one) => permissions.includes(one));
  if (sorted.length === KEY_PERMISSIONS.length)
    return {
      guid: ENCRYPTION_USER,
      roleName: "Key Vault Crypto Service Encryption User",
      custom: false,
      permissions: sorted,
    };
  const roleName = `Keys: ${sorted.join(", ")}`;
  return { guid: stableGuid(roleName), roleName, custom: true, permissions: sorted };
}

/** Every set of permissions that a grant can have. */
const ROLES: Role[] = KEY_PERMISSIONS.reduce<KeyPermission[][]>(
  (sets, one) => [...sets, ...sets.map((set) => [...set, one])],
  [[]],
)
  .filter((set) => set.length > 0)
  .map(roleFor);

interface Assignment {
  key: string;
  scope: string;
  principalId: string;
  role: Role;
}

/**
 * Role assignments, read only: those that let disk encryption sets use keys, as the world grants
 * them. They follow from what is so now: a grant that begins later isn't there yet.
 */
export const roleAssignments = (service: ComputeService): ResourceType => ({
  type: ASSIGNMENTS,
  list(request) {
    const scope = keyOf(request.rawPath).replace(/\/providers\/[^/]+\/roleassignments$/, "");
    const { principalId, atScope } = filterOf(request);
    const found = [...assignmentsOf(service, scope, principalId).values()].filter((one) => {
      const own = keyOf(one.scope);
      return liesIn(scope, own) || (!atScope && liesIn(own, scope));
    });
    return page(request, service.behaviour.pageSize, found, keyed(assignmentView(request)));
  },
});

const liesIn = (scope: string, outer: string): boolean =>
  scope === outer || scope.startsWith(`${outer}/`);

/** Those for keys in a scope, or of the vault that a scope lies in. */
function assignmentsOf(
  service: ComputeService,
  scope: string,
  wanted: string | undefined,
): Map<string, Assignment> {
  const found = new Map<string, Assignment>();
  const concerned = service.state.keys
    .all()
    .filter(({ id, vaultId }) => liesIn(keyOf(id), scope) || liesIn(scope, keyOf(vaultId)));
  for (const key of concerned.filter((one) => grantsByRoles(service, one)))
    for (const { principalId, permissions, ofVault } of effectiveGrants(
      service,
      key,
      (one) => wanted === undefined || one.toLowerCase() === wanted,
    )) {
      const [scope, role] = [ofVault ? key.vaultId : key.id, roleFor(permissions)];
      const name = stableGuid(`${keyOf(scope)} ${principalId} ${role.guid}`);
      found.set(name, { key: name, scope, principalId, role });
    }
  return found;
}

const assignmentView =
  ({ path }: ArmRequest) =>
  ({ key: name, scope, principalId, role }: Assignment): JsonObject => ({
    id: `${scope}/providers/${ASSIGNMENTS}/${name}`,
    name,
    type: ASSIGNMENTS,
    properties: {
      roleDefinitionId: definitionId(path.subscriptionId, role),
      principalId,
      principalType: "ServicePrincipal",
      scope,
      condition: null,
      conditionVersion: null,
    },
  });

/**
 * `atScope()`, `assignedTo('…')`, `principalId eq '…'`, or two of them.
 * @throws {ArmError} 400 for any other
 */
function filterOf({ query }: ArmRequest): { principalId?: string; atScope: boolean } {
  const text = queryParameter(query, "$filter") ?? "";
  const parts = text.split(/\s+and\s+/i).filter((part) => part !== "");
  const found: { principalId?: string; atScope: boolean } = { atScope: false };
  for (const part of parts) {
    const id = /^\s*(?:assignedTo\('([^']+)'\)|principalId\s+eq\s+'([^']+)')\s*$/i.exec(part);
    if (/^\s*atScope\(\)\s*$/i.test(part)) found.atScope = true;
    else if (id !== null) found.principalId = (id[1] ?? id[2] ?? "").toLowerCase();
    else throw invalidFilter(text);
  }
  return found;
}

/** The definitions of those roles, at a subscription. */
export function roleDefinitions({ behaviour }: ComputeService): ResourceType {
  const view =
    ({ path }: ArmRequest) =>
    (role: Role): JsonObject => ({
      id: definitionId(path.subscriptionId, role),
      name: role.guid,
      type: DEFINITIONS,
      properties: {
        roleName: role.roleName,
        type: role.custom ? "CustomRole" : "BuiltInRole",
        description: "",
        assignableScopes: ["/"],
        permissions: [
          {
            actions: [],
            notActions: [],
            dataActions: role.permissions.map((one) => DATA_ACTIONS[one]),
            notDataActions: [],
          },
        ],
      },
    });
  return {
    type: DEFINITIONS,
    list: (request) =>
      page(request, behaviour.pageSize, ROLES, { key: ({ guid }) => guid, view: view(request) }),
    get(request) {
      const name = request.path.names[0] ?? "";
      const role = ROLES.find(({ guid }) => guid === name.toLowerCase());
      if (role === undefined)
        throw new ArmError(
          404,
          "RoleDefinitionDoesNotExist",
          `The specified role definition with ID '${name}' does not exist.`,
        );
      return { status: 200, body: view(request)(role) };
    },
  };
}

const definitionId = (subscriptionId = "", { guid }: Role): string =>
  `/subscriptions/${subscriptionId}/providers/${DEFINITIONS}/${guid}`;
