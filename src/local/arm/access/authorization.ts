import type { ArmReply, ArmRequest } from "../arm-message";
import type { Caller } from "../auth";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import { isObject } from "../json";
import type { ResourceType } from "../resources/resource-type";

const VERBS: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};

/** What of a list's answer the caller may see. */
export type View = (reply: ArmReply) => ArmReply;
const everything: View = (reply) => reply;

/**
 * Checks the caller's right to a call, as the Resource Manager does before anything is said of
 * what the path names.
 *
 * Lists of a subscription or a group are cut to what the caller may read, instead of being refused.
 * @returns what of the answer is shown
 * @throws {ArmError} 403 AuthorizationFailed
 */
export function authorize(
  { rights, behaviour }: ComputeService,
  type: ResourceType,
  request: ArmRequest,
): View {
  const { principal: caller, method, path, rawPath } = request;
  const access = type.access ?? "checked";
  // Tenants and subscriptions are listed to everybody, each his own.
  const isOutside = path.subscriptionId === undefined;
  if (caller === undefined || isOutside || access === "open") return everything;
  if (access === "polled" && behaviour.pollRights === "notChecked") return everything;
  const action = `${actionsOf(type, request)}/${verbOf(method)}`;
  const scope = path.collection ? withoutLastPart(rawPath) : rawPath.replace(/\/$/, "");
  if (rights.allow(caller, action, scope)) return everything;
  if (access === "anyRight" && rights.allowWithin(caller, scope)) return everything;
  const isTopList =
    method === "GET" && path.collection && path.names.length === 0 && access === "checked";
  // What a list without a parent lists lies in the group or the subscription.
  const container = scope.replace(/\/providers\/[^/]+$/i, "");
  if (isTopList && rights.allowWithin(caller, container, action))
    return (reply) => filtered(reply, (id) => rights.allow(caller, action, id));
  throw authorizationFailed(caller, action, scope);
}

/**
 * Checks the right to a call that nothing here serves, by what its path says that it is: who has no such right is
 * refused, and doesn't take it for something that isn't there.
 * @throws {ArmError} 403 AuthorizationFailed
 */
export function authorizeUnserved(
  { rights }: ComputeService,
  { principal: caller, method, type, scope }: UnservedCall,
): void {
  const action = `${type}/${verbOf(method)}`;
  if (caller !== undefined && !rights.allow(caller, action, scope))
    throw authorizationFailed(caller, action, scope);
}

/** A call of a type, or on a path, that isn't known. */
interface UnservedCall {
  principal: Caller | undefined;
  method: string;
  /** As the path has it; an action that is posted belongs to it. */
  type: string;
  scope: string;
}

const verbOf = (method: string): string => VERBS[method] ?? "action";

function actionsOf({ type, actions = type }: ResourceType, { path }: ArmRequest): string {
  if (typeof actions === "string") return actions;
  return path.resourceGroup === undefined ? actions.inSubscription : actions.inGroup;
}

const withoutLastPart = (path: string): string =>
  path.replace(/\/$/, "").split("/").slice(0, -1).join("/");

function filtered(reply: ArmReply, visible: (id: string) => boolean): ArmReply {
  const { body } = reply;
  if (!isObject(body) || !Array.isArray(body["value"])) return reply;
  const value = body["value"].filter((entry: unknown) =>
    isObject(entry) && typeof entry["id"] === "string" ? visible(entry["id"]) : true,
  );
  return { ...reply, body: { ...body, value } };
}

const nameOf = ({ appid, oid }: Caller): string =>
  `The client '${appid ?? ""}' with object id '${oid ?? ""}'`;

const authorizationFailed = (caller: Caller, action: string, scope: string): ArmError =>
  new ArmError(
    403,
    "AuthorizationFailed",
    `${nameOf(caller)} does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

/** Azure's refusal of a write that names something the caller has no right to. */
export const linkedAuthorizationFailed = (
  caller: Caller,
  done: { action: string; scope: string },
  missing: { action: string; scope: string },
): ArmError =>
  new ArmError(
    403,
    "LinkedAuthorizationFailed",
    `${nameOf(caller)} has permission to perform action '${done.action}' on scope '${done.scope}'; however, it does not have permission to perform action(s) '${missing.action}' on the linked scope(s) '${missing.scope}' (respectively) or the linked scope(s) are invalid.`,
  );
