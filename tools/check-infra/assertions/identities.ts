import { at, type Deployment, type Resource } from "../evidence";
import { API_VERSIONS } from "./api-versions";
import type { Assertion } from "./assertion";
import { builtInName, scopeOf } from "./roles";

const IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities";
const SETS = "Microsoft.Compute/diskEncryptionSets";

/** Who a role is for: the app's identity, those of disk encryption sets, or people that parameters name. */
type Holder = "app" | "set" | "people";

/** Roles that aren't the app's alone. */
const HOLDERS: Readonly<Record<string, readonly Holder[]>> = {
  // Key Vault Crypto Service Encryption User: with it the app could open what it only has encrypted.
  "e147488a-f6f5-4113-8e2d-b22465e65bf6": ["set"],
  // Azure Service Bus Data Sender, for requesters
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": ["app", "people"],
  // Storage Blob Data Contributor, for those who edit schedules
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": ["people"],
};

/** Azure takes any id for a principal, a client's too, and the role is then nobody's. */
export const assignedToPrincipals: Assertion = {
  name: "roles of principals",
  check: ({ deployments }) =>
    deployments.flatMap((deployment) =>
      deployment.resources
        .filter(({ type }) => type === "Microsoft.Authorization/roleAssignments")
        .flatMap((one) =>
          wrongHolder(deployment, one).map(
            (what) => `${deployment.name}: ${builtInName(roleOf(one))} in ${scopeOf(one)} ${what}`,
          ),
        ),
    ),
};

const roleOf = (assignment: Resource): string =>
  /[0-9a-f-]{36}(?='?\)?\]?$)/.exec(String(at(assignment, "properties.roleDefinitionId")))?.[0] ??
  "a role";

function wrongHolder(deployment: Deployment, assignment: Resource): string[] {
  const principal = String(at(assignment, "properties.principalId"));
  const holder = holderOf(deployment, principal);
  const wanted = HOLDERS[roleOf(assignment)] ?? ["app"];
  if (holder === undefined)
    return [
      `goes to ${principal}, no principalId of the app's identity or of a set's: give it one`,
    ];
  return wanted.includes(holder)
    ? []
    : [`goes to ${principal} (${holder}): it is for ${wanted.join(" or ")}`];
}

function holderOf({ resources }: Deployment, principal: string): Holder | undefined {
  if (/^[0-9a-f-]{36}$/i.test(principal)) return "people";
  const id = /\breference\('([^']+)'/.exec(principal)?.[1];
  if (id === undefined || !/\bprincipalId\b/.test(principal)) return undefined;
  const owners = resources.filter((one) => one.id === id || identitiesOf(one).includes(id));
  if (owners.some(({ type }) => type === SETS)) return "set";
  return owners.some(({ type }) => type === "Microsoft.Web/sites") ? "app" : undefined;
}

const identitiesOf = (resource: Resource): string[] =>
  Object.keys(at(resource, "identity.userAssignedIdentities") ?? {});

/** Settings with the client of the app's identity, and what stands before it. */
const CLIENTS: Readonly<Record<string, string>> = {
  AzureWebJobsStorage__clientId: "[reference(",
  ServiceBusConnection__clientId: "[reference(",
  AZURE_CLIENT_ID: "[reference(",
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: "[format('ClientId={0};Authorization=AAD', reference(",
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING:
    "[format('Endpoint={0};Authentication=ManagedIdentity;ClientID={1}', coalesce(reference(",
};

/** Whoever asks for a token names a client: with a principal's id there is none, and nothing wakes the app. */
export const settingsOfClients: Assertion = {
  name: "settings of the app's client",
  check: ({ deployments }) =>
    deployments.flatMap(({ name, resources }) => {
      const site = resources.find(({ type }) => type === "Microsoft.Web/sites");
      const settings = resources.find((one) => one.name.endsWith("/appsettings"))?.properties;
      const [id = "an identity"] = site === undefined ? [] : identitiesOf(site);
      const client = `reference('${id}', '${API_VERSIONS[IDENTITIES]}').clientId`;
      return Object.entries(CLIENTS)
        .map(([key, before]) => ({ key, before, value: settings?.[key] }))
        .filter(({ value }) => value !== undefined)
        .filter(({ before, value }) => !isOf(client, before, String(value)))
        .map(
          ({ key, value }) =>
            `${name}: ${key} is ${String(value)}: give it the clientId of the app's identity, ${id}`,
        );
    }),
};

/** A text that begins as it should, and ends with the client. */
const isOf = (client: string, before: string, value: string): boolean =>
  value.startsWith(before) && (value.endsWith(`${client}]`) || value.endsWith(`${client})]`));
