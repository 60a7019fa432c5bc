import type { ArmPath } from "./arm-id";
import type { Caller } from "./auth";
import { invalidRequestContent } from "./errors";
import { isObject, parsedJson, withoutNullMembers, type JsonObject } from "./json";

/** A request that passed the front door: authenticated, addressed, its api-version well-formed. */
export interface ArmRequest {
  method: string;
  /** Undefined where nobody is asked for a token; then everybody may do everything. */
  principal: Caller | undefined;
  path: ArmPath;
  /** The whole path, decoded. */
  rawPath: string;
  query: URLSearchParams;
  apiVersion: string;
  rawBody: Buffer;
  /** `https://host:port` as the client addressed us: every link stays on this authority. */
  origin: string;
}

export interface ArmReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * The request's JSON object, without null members.
 * @throws {ArmError} 400 InvalidRequestContent
 */
export function bodyOf(request: ArmRequest): JsonObject {
  const text = request.rawBody.toString("utf8");
  let parsed: unknown;
  try {
    parsed = parsedJson(text);
  } catch (error) {
    throw invalidRequestContent((error as Error).message);
  }
  if (!isObject(parsed)) throw invalidRequestContent("The body must be a JSON object");
  return withoutNullMembers(parsed) as JsonObject;
}

/** A query parameter by name; parameter names are compared without case. */
export function queryParameter(query: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}
