import type { RoleFile } from "../roles/role-files";

/** A resource of an expanded deployment; what only Azure knows is a text `[reference(…)]`. */
export interface Resource {
  id: string;
  type: string;
  name: string;
  apiVersion: string;
  properties?: Record<string, unknown>;
  [member: string]: unknown;
}

/** A deployment with its parameters, modules, loops and conditions worked out. */
export interface Deployment {
  name: string;
  resources: Resource[];
}

/** A compiled template; those of modules are nested in its resources. */
export interface Template {
  parameters?: Record<string, Shape & { defaultValue?: unknown }>;
  outputs?: Record<string, Described>;
  definitions?: Record<string, Shape>;
  resources?: Record<string, { properties?: { template?: Template } }>;
  metadata?: { description?: string };
}

/** What a parameter or an output carries for people. */
export interface Described {
  metadata?: { description?: string; "__bicep_imported_from!"?: { sourceTemplate: string } };
}

/** A type, of a parameter or by a name of its own. */
export interface Shape extends Described {
  nullable?: boolean;
  properties?: Record<string, Shape>;
  items?: Shape;
}

/** Facts of the repository that a deployment has to agree with. */
export interface RepositoryFacts {
  /** Keys of `src/config.ts`. */
  productSettings: string[];
  /** `.node-version-deployed`. */
  deployedNode: string;
  /** azure.yaml; azd finds apps by the names of its services. */
  azd: { services: Record<string, unknown>; [member: string]: unknown };
  /** `hubName` of host.json. */
  taskHub: string;
  /** `maxQueuePollingInterval` of host.json. */
  pollingInterval: unknown;
  /** The queue of publish requests in samples/service-bus.yaml. */
  localQueue: Record<string, unknown>;
  roles: RoleFile[];
}

/** Everything that assertions look at. */
export interface Evidence {
  deployments: Deployment[];
  repository: RepositoryFacts;
}

/** Resources of a type in any of the deployments, with the deployment's name. */
export function ofType(
  { deployments }: Evidence,
  type: string,
): { at: string; resource: Resource }[] {
  return deployments.flatMap(({ name, resources }) =>
    resources
      .filter((resource) => resource.type.toLowerCase() === type.toLowerCase())
      .map((resource) => ({ at: `${name}: ${resource.name}`, resource })),
  );
}

/** What stands at a path of members, separated by dots. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (found, member) =>
        typeof found === "object" && found !== null
          ? (found as Record<string, unknown>)[member]
          : undefined,
      value,
    );
}
