import { authorize, authorizeUnserved } from "./access/authorization";
import { checkLinkedAccess } from "./access/linked-access";
import { checkPolicies } from "./access/policies";
import { checkedApiVersion, checkNarrowed } from "./api-version";
import { keyOf, parentId, parseArmPath } from "./arm-id";
import type { ArmReply, ArmRequest } from "./arm-message";
import type { Caller } from "./auth";
import type { ComputeService } from "./compute-service";
import {
  ArmError,
  concurrentRequest,
  parentResourceNotFound,
  resourceGroupNotFound,
  subscriptionNotFound,
} from "./errors";
import type { Handler, ResourceType } from "./resources/resource-type";
import { resourceTypes } from "./resources/resource-types";

/** An HTTP request after the front door. */
export interface RoutedRequest {
  method: string;
  /** Undefined where nobody is asked for a token. */
  principal: Caller | undefined;
  path: string;
  query: URLSearchParams;
  rawBody: Buffer;
  origin: string;
}

const WRITES = ["PUT", "PATCH"];

/** Dispatches requests by the type that their path names. */
export class Router {
  readonly #types: Map<string, ResourceType>;

  constructor(private readonly service: ComputeService) {
    this.#types = new Map(resourceTypes(service).map((one) => [one.type.toLowerCase(), one]));
  }

  /**
   * Answers a request; what is checked first is what the Resource Manager checks first.
   * @throws {ArmError} for everything that the service refuses
   */
  handle({ method, principal, path: rawPath, query, rawBody, origin }: RoutedRequest): ArmReply {
    const apiVersion = checkedApiVersion(query);
    const path = parseArmPath(rawPath);
    if (path === undefined) {
      authorizeUnserved(this.service, { principal, method, type: "unknown", scope: rawPath });
      throw noSuchRoute(rawPath);
    }
    const type = this.#types.get(path.type);
    if (type === undefined) {
      authorizeUnserved(this.service, { principal, method, type: path.type, scope: rawPath });
      throw unknownType(path.type, apiVersion);
    }
    checkNarrowed(this.service.behaviour, type.type, apiVersion);
    const request = { method, principal, path, rawPath, query, apiVersion, rawBody, origin };
    this.#checkSubscription(request);
    const { throttle } = this.service;
    const ofSubscription = throttle.ofSubscription(request);
    const visible = authorize(this.service, type, request);
    const handler = handlerFor(type, request);
    if (handler === undefined) throw methodNotAllowed(request);
    this.#checkScope(request, type);
    checkLinkedAccess(this.service, type, request);
    checkPolicies(this.service, type, request);
    const left = { ...ofSubscription, ...throttle.ofCompute(type, request) };
    const reply = visible(handler(request));
    return { ...reply, headers: { ...left, ...reply.headers } };
  }

  #checkSubscription({ path: { subscriptionId } }: ArmRequest): void {
    if (subscriptionId === undefined) return;
    if (this.service.state.subscriptions.get(subscriptionId.toLowerCase()) === undefined)
      throw subscriptionNotFound(subscriptionId);
  }

  /** What a path lies in must exist, before anything is said of the resource itself. */
  #checkScope({ path, rawPath, method }: ArmRequest, type: ResourceType): void {
    const { state } = this.service;
    const { subscriptionId = "", resourceGroup } = path;
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
    // What is written into it now would be left without it.
    if (found?.properties["provisioningState"] === "Deleting" && WRITES.includes(method))
      throw concurrentRequest(this.service.behaviour.concurrentChangeStatus);
  }
}

function handlerFor(type: ResourceType, { method, path }: ArmRequest): Handler | undefined {
  if (method === "POST") return type.post;
  if (path.collection) return method === "GET" ? type.list : undefined;
  switch (method) {
    case "GET":
      return type.get;
    case "HEAD":
      return type.get && existence(type.get);
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

/** HEAD asks whether something is there, and no more: 204 or 404, without a body. */
const existence =
  (get: Handler): Handler =>
  (request) => {
    try {
      get(request);
      return { status: 204 };
    } catch (error) {
      if (error instanceof ArmError && error.status === 404) return { status: 404 };
      throw error;
    }
  };

const methodNotAllowed = ({ method, rawPath }: ArmRequest): ArmError =>
  new ArmError(
    405,
    "MethodNotAllowed",
    `The HTTP method '${method}' is not supported at scope '${rawPath}'.`,
  );

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
