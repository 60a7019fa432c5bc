import { at, ofType } from "../evidence";
import type { Assertion } from "./assertion";

/** The plan takes one app. */
export const oneAppPerPlan: Assertion = {
  name: "one app per plan",
  check: ({ deployments }) =>
    deployments.flatMap(({ name, resources }) => {
      const plans = resources.filter(({ type }) => type === "Microsoft.Web/serverfarms");
      const sites = resources.filter(({ type }) => type === "Microsoft.Web/sites");
      const used = new Set(sites.map((site) => at(site, "properties.serverFarmId")));
      return plans.length === sites.length && used.size === sites.length
        ? []
        : [`${name}: ${sites.length} apps on ${plans.length} plans`];
    }),
};

/** The runtime is the one that the bundle is compiled for. */
export const deployedNode: Assertion = {
  name: "runtime as the repository's",
  check: (evidence) =>
    ofType(evidence, "Microsoft.Web/sites").flatMap(({ at: where, resource }) => {
      const version = at(resource, "properties.functionAppConfig.runtime.version");
      return version === evidence.repository.deployedNode
        ? []
        : [`${where} runs Node ${String(version)}, not ${evidence.repository.deployedNode}`];
    }),
};

/** The package is fetched with the app's identity, and azd finds the app. */
export const deployable: Assertion = {
  name: "deployed by identity",
  check: (evidence) =>
    ofType(evidence, "Microsoft.Web/sites").flatMap(({ at: where, resource }) => {
      const path = "properties.functionAppConfig.deployment.storage.authentication";
      const own = Object.keys(at(resource, "identity.userAssignedIdentities") ?? {});
      return [
        ...(at(resource, `${path}.type`) === "UserAssignedIdentity"
          ? []
          : [`${where} doesn't fetch its package with an identity of its own`]),
        ...(own.includes(String(at(resource, `${path}.userAssignedIdentityResourceId`)))
          ? []
          : [`${where} fetches its package with an identity that it hasn't`]),
        ...(Object.keys(evidence.repository.azd.services).includes(
          String(at(resource, "tags.azd-service-name")),
        )
          ? []
          : [`${where} has no tag azd-service-name with a service of azure.yaml`]),
      ];
    }),
};

/** The scheduler's hub is the one that host.json names. */
export const taskHub: Assertion = {
  name: "task hub as in host.json",
  check: (evidence) => {
    const hubs = ofType(evidence, "Microsoft.DurableTask/schedulers/taskHubs");
    if (hubs.length === 0) return ["no deployment has a task hub"];
    return hubs
      .filter(({ resource }) => !resource.name.endsWith(`/${evidence.repository.taskHub}`))
      .map(({ at: where }) => `${where} isn't ${evidence.repository.taskHub}`);
  },
};

/**
 * Scaled in to nothing, the app is woken by what the plan sees of Durable's queues: Microsoft's guide to
 * Durable Functions on Flex Consumption wants them polled every ten seconds, or oftener.
 */
export const polling: Assertion = {
  name: "task hub polled often enough",
  check: ({ repository: { pollingInterval } }) =>
    /^00:00:(0[1-9]|10)$/.test(String(pollingInterval))
      ? []
      : [`host.json has maxQueuePollingInterval ${String(pollingInterval)}, not 00:00:10 or less`],
};

/** The app's queue behaves locally as it does in Azure, duplicates and dead letters included. */
export const localQueue: Assertion = {
  name: "queue as the local one",
  check: (evidence) => {
    const { name, ...local } = evidence.repository.localQueue;
    const queues = ofType(evidence, "Microsoft.ServiceBus/namespaces/queues").filter(
      ({ resource }) => resource.name.endsWith(`/${String(name)}`),
    );
    if (queues.length === 0) return [`no deployment has a queue ${String(name)}`];
    return queues.flatMap(({ at: where, resource: { properties = {} } }) =>
      [...new Set([...Object.keys(local), ...Object.keys(properties)])]
        .filter((member) => local[member] !== properties[member])
        .map(
          (member) =>
            `${where} has ${member} ${String(properties[member])}, samples/service-bus.yaml ${String(local[member])}`,
        ),
    );
  },
};
