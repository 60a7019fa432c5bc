import { keyOf } from "../arm-id";
import type { ComputeService } from "../compute-service";
import type { ArmError } from "../errors";
import { shortRegionName } from "../region-name";
import type { FaultOf } from "../world/fault-schema";
import {
  bodyOf,
  httpError,
  linkedAuthorizationError,
  policyError,
  targetRegionsIn,
  throttledError,
  type FaultCall,
} from "./fault-errors";

type Selector = FaultOf<"reset">;

/**
 * The error that takes the place of a call which nobody has looked at yet, not even at its token.
 * @returns "cut" where the connection is to end without an answer
 */
export function faultOnArrival(
  service: ComputeService,
  call: FaultCall,
): ArmError | "cut" | undefined {
  const strike = service.faults.take(["throttled", "http", "reset"], concerns(service, call));
  switch (strike?.kind) {
    case undefined:
      return undefined;
    case "reset":
      return "cut";
    case "throttled":
      return throttledError(strike.fault, call);
    case "http":
      return httpError(strike.fault);
  }
}

/** The refusal of a call whose token is good: the caller is known by now. */
export function faultOfRights(service: ComputeService, call: FaultCall): ArmError | undefined {
  const strike = service.faults.take(
    ["policyDenial", "linkedAuthorizationFailed"],
    concerns(service, call),
  );
  if (strike === undefined) return undefined;
  return strike.kind === "policyDenial"
    ? policyError(strike.fault, call)
    : linkedAuthorizationError(strike.fault, call);
}

/** Whether the answer to this accepted call gets lost. */
export function losesReply(service: ComputeService, call: FaultCall): boolean {
  return service.faults.take(["lostReply"], concerns(service, call)) !== undefined;
}

/** Milliseconds by which this call is answered late; 0 when it isn't. */
export function delayOf(service: ComputeService, call: FaultCall): number {
  return service.faults.take(["slow"], concerns(service, call))?.fault.delayMs ?? 0;
}

const concerns =
  (service: ComputeService, { method, path, rawBody }: FaultCall) =>
  (fault: Selector): boolean =>
    (fault.method === undefined || fault.method === method.toUpperCase()) &&
    path.toLowerCase().includes((fault.pathContains ?? "").toLowerCase()) &&
    (fault.resource === undefined || isNamed(path, fault.resource)) &&
    (fault.region === undefined || regionsOf(service, path, rawBody).has(fault.region));

/** `MyImage/1.0.0` are the last two names of `…/images/MyImage/versions/1.0.0`. */
function isNamed(path: string, resource: string): boolean {
  const wanted = resource.toLowerCase().split("/").reverse();
  const parts = keyOf(path).split("/").reverse();
  return wanted.every((name, index) => parts[index * 2] === name);
}

/** Where a call is at work: the resource's own place, and where its body wants replicas. */
function regionsOf(service: ComputeService, path: string, rawBody: Buffer): Set<string> {
  const body = bodyOf(rawBody);
  const named = [
    service.state.find(keyOf(path))?.location,
    /\/locations\/([^/]+)/i.exec(path)?.[1],
    body["location"],
    ...targetRegionsIn(body).map((region) => region["name"]),
  ];
  return new Set(named.filter((one) => typeof one === "string").map(shortRegionName));
}
