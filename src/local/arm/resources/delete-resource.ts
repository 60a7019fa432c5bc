import type { ArmReply, ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { concurrentRequest, nestedResourcesExist } from "../errors";
import { softDeletedIn } from "../image-version/soft-delete";
import type { OperationEndpoint, OperationRecord } from "../operations";
import type { ResourceRecord } from "../world-state";

/** What a type says about the deletion of its resources. */
interface Deletion {
  endpoint: OperationEndpoint;
  writeSeconds(service: ComputeService): number;
  checkDelete?(service: ComputeService, resource: ResourceRecord): void;
}

/**
 * Begins the deletion of a resource, or answers as the call did that began it.
 * @throws {ArmError} 409 while a write of it is in flight, or while something lies in it
 */
export function deleteResource(
  service: ComputeService,
  type: Deletion,
  request: ArmRequest,
  resource: ResourceRecord,
): ArmReply {
  const running = service.operations.get(resource.operation ?? "");
  if (running?.intent === "delete") return accepted(service, request, running);
  if (running !== undefined) throw concurrentRequest(service.behaviour.concurrentChangeStatus);
  type.checkDelete?.(service, resource);
  const nested = [
    ...service.state.nestedIn(resource.key),
    ...softDeletedIn(service, resource.key),
    ...deletedJustNow(service, resource.key),
  ];
  if (nested.length > 0) throw nestedResourcesExist(nested.map(({ id }) => id));
  const operation = service.operations.start({
    endpoint: type.endpoint,
    subscriptionId: request.path.subscriptionId ?? "",
    location: resource.location,
    resourceKey: resource.key,
    intent: "delete",
    endMs: service.clock.serviceMs() + type.writeSeconds(service) * 1000,
  });
  service.state.resources.put({
    ...resource,
    operation: operation.key,
    properties: { ...resource.properties, provisioningState: "Deleting" },
  });
  return accepted(service, request, operation);
}

const accepted = (
  { operations }: ComputeService,
  { origin, apiVersion }: ArmRequest,
  operation: OperationRecord,
): ArmReply => ({
  status: 202,
  headers: operations.headers(operation, origin, apiVersion, true),
});

/** Azure was recorded to know of nested resources for a while after their delete. */
function deletedJustNow({ state, clock, timing }: ComputeService, key: string): { id: string }[] {
  const sinceMs = clock.serviceMs() - timing.parentDeleteLagSeconds * 1000;
  return state.operations
    .all()
    .filter(
      ({ intent, resourceKey, endMs }) =>
        intent === "delete" && resourceKey.startsWith(`${key}/`) && (endMs ?? 0) > sinceMs,
    )
    .map(({ resourceKey }) => ({ id: resourceKey }));
}
