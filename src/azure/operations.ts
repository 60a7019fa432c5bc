import type { Fault } from "../domain/fault";
import { operationFault, orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";

export interface OperationState {
  status: "InProgress" | "Succeeded" | "Failed";
  fault?: Fault;
}

/** State of an operation; undefined when its URL has expired. */
export async function readOperation(
  armGet: ArmGet,
  subscriptionId: string,
  url: string,
): Promise<OperationState | undefined> {
  const found = await orMissing(armGet.url(subscriptionId, url));
  if (found === undefined) return undefined;
  const body = found as { status?: string; error?: unknown };
  switch (body.status?.toLowerCase()) {
    case "succeeded":
      return { status: "Succeeded" };
    case "failed":
    case "canceled":
      return { status: "Failed", fault: operationFault(body.error) };
    default:
      return { status: "InProgress" };
  }
}
