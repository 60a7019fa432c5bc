import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { settingsSchema } from "../../src/config";
import { readRoles } from "../roles/role-files";
import type { Deployment, Evidence, RepositoryFacts, Resource } from "./evidence";

/** Deployments that are kept expanded, each with `<name>.bicepparam` and `<name>.snapshot.json`. */
export const DEPLOYMENTS = ["minimal", "all", "own"] as const;

interface HostJson {
  extensions: {
    durableTask: { hubName: string; storageProvider?: { maxQueuePollingInterval?: unknown } };
  };
}

const json = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

/** Everything that assertions look at, of a checkout. */
export function readEvidence(root = "."): Evidence {
  return {
    deployments: DEPLOYMENTS.map((name) => readDeployment(root, name)),
    repository: readFacts(root),
  };
}

function readDeployment(root: string, name: string): Deployment {
  const path = join(root, "infra/parameters", `${name}.snapshot.json`);
  return { name, resources: json<{ predictedResources: Resource[] }>(path).predictedResources };
}

function readFacts(root: string): RepositoryFacts {
  const bus = parse(readFileSync(join(root, "samples/service-bus.yaml"), "utf8")) as {
    queues: Record<string, unknown>[];
  };
  const azd = parse(readFileSync(join(root, "azure.yaml"), "utf8")) as RepositoryFacts["azd"];
  const { durableTask } = json<HostJson>(join(root, "host.json")).extensions;
  return {
    productSettings: Object.keys(settingsSchema.shape),
    deployedNode: readFileSync(join(root, ".node-version-deployed"), "utf8").trim(),
    azd,
    taskHub: durableTask.hubName,
    pollingInterval: durableTask.storageProvider?.maxQueuePollingInterval,
    localQueue: bus.queues.find(({ name }) => name === "publish-requests") ?? {},
    roles: Object.values(readRoles(root)),
  };
}
