import { randomUUID } from "node:crypto";

/** The id of an instance that was started without one, of a child's and of a later generation's execution. */
export function newPlainId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The execution id of an orchestration that a client starts. */
export function newExecutionId(): string {
  return randomUUID();
}
