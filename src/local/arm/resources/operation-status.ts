import type { ArmReply, ArmRequest } from "../arm-message";
import { queryParameter } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import { isExpired } from "../faults/version-faults";
import { versionView } from "../image-version/version-view";
import type { JsonObject } from "../json";
import type { OperationEndpoint, OperationRecord } from "../operations";
import type { ResourceType } from "./resource-type";
import { resourceView } from "./tracked-resource";

/** Where accepted calls are polled; what follows `?` is handed back as it was given, and ignored. */
export function operationStatus(
  service: ComputeService,
  endpoint: OperationEndpoint,
): ResourceType {
  return {
    type: `Microsoft.Compute/locations/${endpoint}`,
    access: "polled",
    get(request) {
      const operation = service.operations.get(request.path.names[1] ?? "");
      const found =
        operation?.endpoint === endpoint &&
        operation.subscriptionId.toLowerCase() === request.path.subscriptionId?.toLowerCase() &&
        !isExpired(service, operation.resourceKey);
      if (!found)
        throw new ArmError(
          404,
          "NotFound",
          `The operation '${request.path.names[1] ?? ""}' was not found.`,
        );
      return queryParameter(request.query, "monitor") === "true"
        ? monitorReply(service, operation, request)
        : statusReply(service, operation);
    },
  };
}

function statusReply(service: ComputeService, operation: OperationRecord): ArmReply {
  const ended = operation.endedAt !== undefined;
  const status = !ended ? "InProgress" : operation.error === undefined ? "Succeeded" : "Failed";
  const output =
    operation.endpoint === "DiskOperations" && status === "Succeeded"
      ? resultOf(service, operation)
      : undefined;
  return {
    status: 200,
    headers: ended ? {} : service.operations.retryAfter(),
    body: {
      startTime: operation.startedAt,
      ...(ended ? { endTime: operation.endedAt } : {}),
      status,
      ...(ended && operation.error !== undefined ? { error: operation.error } : {}),
      ...(output === undefined ? {} : { properties: { output } }),
      name: operation.key,
    },
  };
}

/** The `Location` form: 202 until the end, then the resource, nothing (deleted), or the error. */
function monitorReply(
  service: ComputeService,
  operation: OperationRecord,
  request: ArmRequest,
): ArmReply {
  if (operation.endedAt === undefined) {
    const both = service.operations.headers(operation, request.origin, request.apiVersion, true);
    return { status: 202, headers: both };
  }
  if (operation.error !== undefined)
    throw new ArmError(409, operation.error.code, operation.error.message);
  const body = resultOf(service, operation);
  return body === undefined ? { status: 204 } : { status: 200, body };
}

function resultOf(service: ComputeService, operation: OperationRecord): JsonObject | undefined {
  const version = service.state.versions.get(operation.resourceKey);
  if (version !== undefined) return versionView(service, version);
  const resource = service.state.resources.get(operation.resourceKey);
  return resource === undefined ? undefined : resourceView(resource);
}
