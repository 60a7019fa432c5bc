import { join } from "node:path";
import { readEndpoints, type Endpoints } from "../endpoints-file";
import { runningIn } from "../state-directory";
import type { FoundStack } from "./command";
import { ControlError, EXIT } from "./failure";

/**
 * The stack that runs in a state directory. Its lock tells, which ends with its process: a file
 * that a killed stack left says nothing.
 * @throws {ControlError} with its own exit code when none runs there
 */
export function findStack(directory: string): FoundStack {
  const holder = runningIn(directory);
  if (holder === undefined)
    throw new ControlError(
      `no stack runs in ${directory}; npm start starts one, --state DIR names another directory`,
      EXIT.notRunning,
    );
  const endpoints = readEndpoints(join(directory, "endpoints.json"));
  return { directory, pid: endpoints?.pids["stack"] ?? holder, endpoints };
}

/** @throws {ControlError} while the stack is still starting */
export function endpointsOf({ endpoints, directory }: FoundStack): Endpoints {
  if (endpoints === undefined)
    throw new ControlError(`the stack in ${directory} is still starting, or about to stop`);
  return endpoints;
}
