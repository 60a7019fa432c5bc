import type { ArmReply, ArmRequest } from "../arm-message";
import { keyOf, parseResourceId, resourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { ArmError, concurrentRequest } from "../errors";
import { objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import type { ResourceType } from "./resource-type";
import { existing, listResources, resourceView } from "./tracked-resource";

export const IMAGE_TEMPLATE = { type: "Microsoft.VirtualMachineImages/imageTemplates" } as const;

/** What the world says of a template's builds; never shown. */
export interface Builds extends JsonObject {
  seconds: number;
  /** The managed images that it makes are called this and a number. */
  image: JsonObject;
  /** Why every build fails. */
  fails?: string;
}

/** Templates of VM Image Builder, made by the world file: they are read, and run. */
export const imageTemplates = (service: ComputeService): ResourceType => ({
  ...IMAGE_TEMPLATE,
  list: (request) =>
    listResources(service, IMAGE_TEMPLATE, request, (template) => view(service, template)),
  get: (request) => ({
    status: 200,
    body: view(service, existing(service, IMAGE_TEMPLATE, request)),
  }),
});

/** `POST …/imageTemplates/{name}/run`: 202, and the state of the run in the template. */
export const runTemplate = (service: ComputeService): ResourceType => ({
  type: "Microsoft.VirtualMachineImages/imageTemplates/run",
  post(request) {
    const rawPath = request.rawPath.split("/").slice(0, -1).join("/");
    const template = existing(service, IMAGE_TEMPLATE, { ...request, rawPath });
    if (template.operation !== undefined)
      throw concurrentRequest(service.behaviour.concurrentChangeStatus);
    return begin(service, template, request);
  },
});

function begin(service: ComputeService, template: ResourceRecord, request: ArmRequest): ArmReply {
  const builds = buildsOf(template);
  const { fails } = builds;
  const endMs = service.clock.serviceMs() + builds.seconds * 1000;
  const start = (resourceKey: string) =>
    service.operations.start({
      ...{ endpoint: "operations", intent: "write", endMs, resourceKey },
      ...{ subscriptionId: request.path.subscriptionId ?? "", location: template.location },
    });
  const operation = start(template.key);
  const startTime = service.clock.date().toISOString();
  const properties = { ...template.properties, lastRunStatus: { startTime } };
  service.state.resources.put({ ...template, properties, operation: operation.key });
  if (fails === undefined) {
    const image = imageOf(service, template, builds);
    if (service.state.resources.get(image.key) !== undefined)
      throw new ArmError(409, "Conflict", `The image '${image.id}' already exists.`);
    service.state.resources.put({
      ...image,
      createdAt: startTime,
      operation: start(image.key).key,
    });
  }
  const headers = service.operations.headers(operation, request.origin, request.apiVersion, true);
  return { status: 202, headers };
}

const buildsOf = ({ more = {} }: ResourceRecord): Builds => objectAt(more, "builds") as Builds;

/** What the build makes; it is there, and not yet usable, from the beginning. */
function imageOf(
  { state }: ComputeService,
  template: ResourceRecord,
  { image }: Builds,
): ResourceRecord {
  const { subscriptionId = "", resourceGroup = "" } = parseResourceId(template.id) ?? {};
  const { name, location, ...properties } = image;
  const idOf = (count: number): string =>
    resourceId(subscriptionId, resourceGroup, "Microsoft.Compute/images", [
      `${String(name)}-${count}`,
    ]);
  let count = 1;
  while (state.resources.get(keyOf(idOf(count))) !== undefined) count++;
  const id = idOf(count);
  return {
    ...{ key: keyOf(id), id, name: `${String(name)}-${count}` },
    ...{ type: "Microsoft.Compute/images", location: String(location) },
    properties: { ...properties, provisioningState: "Creating" },
  };
}

function view({ operations }: ComputeService, template: ResourceRecord): JsonObject {
  const { more: _hidden, ...shown } = template;
  const run = objectAt(template.properties, "lastRunStatus");
  if (run["startTime"] === undefined) return resourceView(shown);
  const { fails } = buildsOf(template);
  const isRunning =
    template.operation !== undefined && operations.get(template.operation)?.endedAt === undefined;
  const lastRunStatus = isRunning
    ? { ...run, runState: "Running", runSubState: "Building" }
    : { ...run, runState: fails === undefined ? "Succeeded" : "Failed", message: fails ?? "" };
  return resourceView({ ...shown, properties: { ...template.properties, lastRunStatus } });
}
