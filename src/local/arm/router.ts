import { keyOf, parentId, parseArmPath } from "./arm-id";
import type { ArmReply, ArmRequest } from "./arm-message";
import { queryParameter } from "./arm-message";
import type { ComputeService } from "./compute-service";
import {
  ArmError,
  parentResourceNotFound,
  resourceGroupNotFound,
  subscriptionNotFound,
} from "./errors";
import { associatedResources, diskEncryptionSetType } from "./resources/disk-encryption-set";
import { diskType, snapshotType } from "./resources/disk-like";
import { galleryType } from "./resources/gallery";
import { imageDefinitionType } from "./resources/image-definition";
import { imageVersions } from "./resources/image-version";
import { managedImageType } from "./resources/managed-image";
import { operationStatus } from "./resources/operation-status";
import { resourceGroups } from "./resources/resource-group";
import type { Handler, ResourceType } from "./resources/resource-type";
import { softDeletedVersions } from "./resources/soft-deleted-version";
import { subscriptionLocations, subscriptions } from "./resources/subscription";
import { trackedResource } from "./resources/tracked-resource";
import { generalize, virtualMachines } from "./resources/virtual-machine";

/** Every type that is served; a new one is added here and nowhere else. */
function resourceTypes(service: ComputeService): ResourceType[] {
  const tracked = [
    galleryType,
    imageDefinitionType,
    diskEncryptionSetType,
    managedImageType,
    snapshotType,
    diskType,
  ];
  return [
    subscriptions(service),
    subscriptionLocations,
    resourceGroups(service),
    imageVersions(service),
    softDeletedVersions(service),
    associatedResources(service),
    virtualMachines(service),
    generalize(service),
    ...tracked.map((kind) => trackedResource(service, kind)),
    operationStatus(service, "capsOperations"),
    operationStatus(service, "DiskOperations"),
    operationStatus(service, "operations"),
  ];
}

/** An HTTP request after the front door. */
export interface RoutedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  rawBody: Buffer;
  origin: string;
}

/** Dispatches requests by the type that their path names. */
export class Router {
  readonly #types: Map<string, ResourceType>;

  constructor(private readonly service: ComputeService) {
    this.#types = new Map(resourceTypes(service).map((one) => [one.type.toLowerCase(), one]));
  }

  /** @throws {ArmError} for everything that the service refuses */
  handle({ method, path: rawPath, query, rawBody, origin }: RoutedRequest): ArmReply {
    const apiVersion = checkedApiVersion(query);
    const path = parseArmPath(rawPath);
    if (path === undefined) throw noSuchRoute(rawPath);
    const type = this.#types.get(path.type);
    if (type === undefined) throw unknownType(path.type, apiVersion);
    this.#checkNarrowedApiVersion(type, apiVersion);
    const request: ArmRequest = { method, path, rawPath, query, apiVersion, rawBody, origin };
    this.#checkScope(request, type);
    const handler = handlerFor(type, request);
    if (handler === undefined)
      throw new ArmError(
        405,
        "MethodNotAllowed",
        `The HTTP method '${method}' is not supported at scope '${rawPath}'.`,
      );
    return handler(request);
  }

  #checkNarrowedApiVersion(type: ResourceType, apiVersion: string): void {
    const allowed = this.service.behaviour.apiVersions[type.type.toLowerCase()];
    if (allowed !== undefined && !allowed.includes(apiVersion))
      throw new ArmError(
        400,
        "NoRegisteredProviderFound",
        `No registered resource provider found for API version '${apiVersion}' for type '${type.type}'. The supported api-versions are '${allowed.join(", ")}'.`,
      );
  }

  /** What a path lies in must exist, before anything is said of the resource itself. */
  #checkScope({ path, rawPath, method }: ArmRequest, type: ResourceType): void {
    const { state } = this.service;
    const { subscriptionId, resourceGroup } = path;
    if (subscriptionId === undefined) return;
    if (state.subscriptions.get(subscriptionId.toLowerCase()) === undefined)
      throw subscriptionNotFound(subscriptionId);
    if (resourceGroup === undefined || path.type === "resourcegroups") return;
    const group = keyOf(`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`);
    if (state.groups.get(group) === undefined) throw resourceGroupNotFound(resourceGroup);
    if (type.checksItsScope === true) return;
    const parentNames = path.collection ? path.names : path.names.slice(0, -1);
    if (parentNames.length === 0) return;
    const parent = path.collection ? rawPath.split("/").slice(0, -1).join("/") : parentId(rawPath);
    const found = state.find(keyOf(parent ?? ""));
    // A delete of what isn't there is fine, wherever it isn't.
    if (found === undefined && method !== "DELETE") throw parentResourceNotFound(parentNames);
  }
}

function handlerFor(type: ResourceType, { method, path }: ArmRequest): Handler | undefined {
  if (method === "POST") return type.post;
  if (path.collection) return method === "GET" ? type.list : undefined;
  switch (method) {
    case "GET":
      return type.get;
    case "PUT":
      return type.put;
    case "PATCH":
      return type.patch;
    case "DELETE":
      return type.delete;
    default:
      return undefined;
  }
}

function checkedApiVersion(query: URLSearchParams): string {
  const apiVersion = queryParameter(query, "api-version");
  if (apiVersion === undefined || apiVersion === "")
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (!/^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i.test(apiVersion))
    throw new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${apiVersion}' is invalid. The api-version must be a date in the form 'yyyy-MM-dd', optionally followed by '-preview'.`,
    );
  return apiVersion;
}

const noSuchRoute = (path: string): ArmError =>
  new ArmError(404, "NotFound", `No HTTP resource was found that matches the request '${path}'.`);

function unknownType(type: string, apiVersion: string): ArmError {
  const [namespace = "", ...types] = type.split("/");
  return namespace === "microsoft.compute"
    ? new ArmError(
        404,
        "InvalidResourceType",
        `The resource type '${types.join("/")}' could not be found in the namespace 'Microsoft.Compute' for api version '${apiVersion}'.`,
      )
    : new ArmError(
        404,
        "InvalidResourceNamespace",
        `The resource namespace '${namespace}' is invalid.`,
      );
}
