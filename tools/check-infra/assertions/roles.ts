import type { RoleFile } from "../../roles/role-files";
import { at, ofType, type Evidence, type Resource } from "../evidence";
import type { Assertion } from "./assertion";

/** Built-in roles that may be assigned, and to what: the app's own resources, and a set's own vault. */
const BUILT_IN: Readonly<Record<string, { name: string; on: RegExp }>> = {
  "090c5cfd-751d-490a-894a-3ce6f1109419": {
    name: "Azure Service Bus Data Owner",
    on: /\/queues\/[^/]+$/,
  },
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": {
    name: "Azure Service Bus Data Receiver",
    on: /\/queues\/[^/]+$/,
  },
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": {
    name: "Azure Service Bus Data Sender",
    on: /\/(queues|topics)\/[^/]+$/,
  },
  "0ad04412-c4d5-4796-b79c-f76d14c8d402": {
    name: "Durable Task Data Contributor",
    on: /\/Microsoft\.DurableTask\/schedulers\/[^/]+$/,
  },
  "e147488a-f6f5-4113-8e2d-b22465e65bf6": {
    name: "Key Vault Crypto Service Encryption User",
    on: /\/Microsoft\.KeyVault\/vaults\/[^/]+$/,
  },
  "3913510d-42f4-4e42-8a64-420c390055eb": {
    name: "Monitoring Metrics Publisher",
    on: /\/Microsoft\.Insights\/components\/[^/]+$/,
  },
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": {
    name: "Storage Blob Data Contributor",
    on: /\/containers\/gallery-publisher$/,
  },
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": {
    name: "Storage Blob Data Owner",
    on: /\/storageAccounts\/[^/]+$/,
  },
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": {
    name: "Storage Queue Data Contributor",
    on: /\/storageAccounts\/[^/]+$/,
  },
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": {
    name: "Storage Table Data Contributor",
    on: /\/storageAccounts\/[^/]+$/,
  },
};

/** A built-in role as people know it. */
export const builtInName = (id: string): string => BUILT_IN[id]?.name ?? id;

/** Custom roles that have to reach a whole subscription; the others end at a resource group. */
const IN_SUBSCRIPTIONS = ["Gallery Publisher Reader", "Gallery Publisher Key Reader"];

/** What parameters/all.bicepparam lets the reader do besides. */
const ADDITIONAL = {
  role: "Gallery Publisher Reader",
  action: "Microsoft.Resources/subscriptions/resourceGroups/read",
};

/** Roles that parameters/own.bicepparam names instead of new ones, by how their ids begin. */
const EXISTING: Readonly<Record<string, string>> = {
  aaaaaaaa: "Gallery Publisher Reader",
  bbbbbbbb: "Gallery Publisher Writer",
  cccccccc: "Gallery Publisher Sources",
  dddddddd: "Gallery Publisher VHD Sources",
  eeeeeeee: "Gallery Publisher Verifier",
  ffffffff: "Gallery Publisher Key Reader",
  "00000000": "Gallery Publisher Builder",
};

interface Permission {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
}

const permissionsOf = (role: Resource): Permission[] =>
  (at(role, "properties.permissions") ?? []) as Permission[];

/** Custom roles name each action, and see nothing of data, of keys and secrets least of all. */
export const narrowRoles: Assertion = {
  name: "roles without wildcards or data",
  check: (evidence) =>
    ofType(evidence, "Microsoft.Authorization/roleDefinitions").flatMap(({ at: where, resource }) =>
      permissionsOf(resource).flatMap(({ actions, dataActions }) => [
        ...actions.filter((one) => one.includes("*")).map((one) => `${where} has ${one}`),
        ...dataActions.map((one) => `${where} reaches data: ${one}`),
        ...actions
          .filter((one) => /^Microsoft\.KeyVault\//i.test(one) && !isLook(one))
          .map((one) => `${where} reaches into vaults: ${one}`),
      ]),
    ),
};

/** Looking at a vault and at a key's public part, through Resource Manager. */
const isLook = (action: string): boolean =>
  /^Microsoft\.KeyVault\/vaults\/(keys\/(versions\/)?)?read$/i.test(action);

/** Each custom role has exactly the actions of its file, and each action there names its call. */
export const explainedRoles: Assertion = {
  name: "every action with its call",
  check: (evidence) => [
    ...evidence.repository.roles.flatMap(unexplained),
    ...ofType(evidence, "Microsoft.Authorization/roleDefinitions").flatMap(
      ({ at: where, resource }) => unlike(evidence, where, resource),
    ),
    ...evidence.repository.roles
      .filter(({ name }) => !definitions(evidence).some((role) => isOf(role, name)))
      .map(({ name }) => `no deployment defines ${name}`),
  ],
};

const definitions = (evidence: Evidence): Resource[] =>
  ofType(evidence, "Microsoft.Authorization/roleDefinitions").map(({ resource }) => resource);

const isOf = (role: Resource, name: string): boolean =>
  String(at(role, "properties.roleName")).startsWith(`${name} `);

const unexplained = ({ name, actions }: RoleFile): string[] => [
  ...actions
    .filter(({ call, why }) => call.trim() === "" || why.trim() === "")
    .map(({ action }) => `${name}: ${action} has no call that needs it, or no reason`),
  ...actions
    .filter(({ action }, index) => actions.findIndex((one) => one.action === action) !== index)
    .map(({ action }) => `${name}: ${action} stands there twice`),
];

function unlike({ repository }: Evidence, where: string, role: Resource): string[] {
  const file = repository.roles.find(({ name }) => isOf(role, name));
  if (file === undefined) return [`${where} is in no file of infra/modules/roles`];
  const more = file.name === ADDITIONAL.role && where.startsWith("all:") ? [ADDITIONAL.action] : [];
  const wanted = [...file.actions.map(({ action }) => action), ...more];
  const has = permissionsOf(role).flatMap(({ actions }) => actions);
  return [
    ...wanted.filter((one) => !has.includes(one)).map((one) => `${where} lacks ${one}`),
    ...has
      .filter((one) => !wanted.includes(one))
      .map((one) => `${where} has ${one}, which no call needs`),
  ];
}

/** Nobody gets a role that isn't on the list (no Owner, no Contributor), nor in more than needs it. */
export const assignedRoles: Assertion = {
  name: "only known roles, where they belong",
  check: (evidence) =>
    ofType(evidence, "Microsoft.Authorization/roleAssignments").flatMap(
      ({ at: where, resource }) => {
        const id = String(at(resource, "properties.roleDefinitionId"));
        const scope = scopeOf(resource);
        const own = customRole(evidence, id);
        const builtIn = Object.entries(BUILT_IN).find(([guid]) => id.includes(guid))?.[1];
        if (own !== undefined)
          return mayReach(own, scope) ? [] : [`${where} assigns ${own} in ${scope}`];
        if (builtIn === undefined) return [`${where} assigns ${id}`];
        return builtIn.on.test(scope) ? [] : [`${where} assigns ${builtIn.name} in ${scope}`];
      },
    ),
};

/** The custom role with an account's keys, which ends at the account. */
const ON_ACCOUNTS = "Gallery Publisher VHD Sources";

/** Name of a role, new or existing, that isn't one of Azure's own. */
function customRole({ deployments, repository }: Evidence, id: string): string | undefined {
  const existing = /\/roleDefinitions\/([0-9a-f]{8})-/.exec(id)?.[1];
  const role = deployments.flatMap(({ resources }) => resources).find((one) => one.id === id);
  return (
    EXISTING[existing ?? ""] ??
    repository.roles.find(({ name }) => role !== undefined && isOf(role, name))?.name
  );
}

const mayReach = (role: string, scope: string): boolean =>
  role === ON_ACCOUNTS
    ? /\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(scope)
    : reachesGroups(role, scope);

const reachesGroups = (role: string, scope: string): boolean =>
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope) ||
  (/^\/subscriptions\/[^/]+$/.test(scope) && IN_SUBSCRIPTIONS.includes(role));

/** The custom role for the check of keys alone, in whose subscriptions nothing is published. */
const WITHOUT_REQUESTS = "Gallery Publisher Key Reader";

/** Wherever the app has a role for requests and schedules, these are accepted: the role would be for nothing. */
export const allowedSubscriptions: Assertion = {
  name: "roles in allowed subscriptions",
  check: (evidence) =>
    evidence.deployments.flatMap(({ name: deployment, resources }) => {
      const settings = resources.find(({ name }) => name.endsWith("/appsettings"));
      const allowed = String(at(settings, "properties.ALLOWED_SUBSCRIPTIONS")).split(",");
      return resources
        .filter(({ type }) => type === "Microsoft.Authorization/roleAssignments")
        .map((one) => ({
          role: customRole(evidence, String(at(one, "properties.roleDefinitionId"))),
          id: /^\/subscriptions\/([^/]+)/.exec(scopeOf(one))?.[1] ?? "",
        }))
        .filter(
          ({ role, id }) =>
            role !== undefined && role !== WITHOUT_REQUESTS && !allowed.includes(id),
        )
        .map(({ role, id }) => `${deployment}: ${role} is assigned in ${id}, which isn't allowed`);
    }),
};

/** A role is assigned in a place once, however the place is spelt: Azure refuses another. */
export const assignedOnce: Assertion = {
  name: "each role once in a place",
  check: ({ deployments }) =>
    deployments.flatMap(({ name, resources }) => {
      const places = resources
        .filter(({ type }) => type === "Microsoft.Authorization/roleAssignments")
        .map((one) => {
          const { principalId, roleDefinitionId } = one.properties ?? {};
          return `${String(roleDefinitionId)} of ${String(principalId)} in ${scopeOf(one)}`;
        })
        .map((place) => place.toLowerCase());
      return places
        .filter((place, index) => places.indexOf(place) !== index)
        .map((place) => `${name} assigns twice ${place}`);
    }),
};

/** Where an assignment is made: its id begins with that, as a call where its name isn't known yet. */
export function scopeOf({ id }: Resource): string {
  const [, call, first = "", second = ""] = /^\[(\w+)\('([^']*)', '([^']*)', /.exec(id) ?? [];
  switch (call) {
    case "extensionResourceId":
      return first;
    case "subscriptionResourceId":
      return `/subscriptions/${first}`;
    case "resourceId":
      return `/subscriptions/${first}/resourceGroups/${second}`;
    default:
      return id.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/, "");
  }
}
