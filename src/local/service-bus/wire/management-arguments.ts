import { decode, splitMap, type AmqpValue, type MapEntry } from "../amqp/decode";
import { argumentError } from "./errors";
import { tokenOfUuid } from "./lock-token";
import type { ManagementRequest } from "./management-request";
import type { AmqpError } from "./rhea-session";

/** A request says too little, or something that can't be meant; it is answered with status 400. */
export class BadRequest extends Error {
  constructor(readonly reason: AmqpError) {
    super(reason.description);
  }
}

/** What an argument may be. */
interface Kind<T> {
  /** In words, for the refusal. */
  is: string;
  /** Undefined when the value is of another kind. @param bytes the value, encoded. */
  read(value: AmqpValue, bytes: Buffer): T | undefined;
}

const UUID_BYTES = 16;

export const text: Kind<string> = {
  is: "a string",
  read: (value) => (typeof value === "string" ? value : undefined),
};

export const integer: Kind<number> = {
  is: "a whole number",
  read: (value) =>
    typeof value === "bigint" || Number.isInteger(value) ? Number(value) : undefined,
};

export const count: Kind<number> = {
  is: "a whole number from 1 on",
  read: (value) => (Number.isInteger(value) && Number(value) > 0 ? Number(value) : undefined),
};

export const lockToken: Kind<string> = {
  is: "a UUID",
  read: (value) =>
    Buffer.isBuffer(value) && value.length === UUID_BYTES ? tokenOfUuid(value) : undefined,
};

/** The pairs, still encoded: their types stay as they came. */
export const map: Kind<MapEntry[]> = {
  is: "a map",
  read: (value, bytes) => (value instanceof Map ? splitMap(bytes) : undefined),
};

/** A message to schedule: the bytes in a map. */
export const messageInMap: Kind<Buffer> = {
  is: "a map with binary 'message'",
  read: (value) => {
    const message = value instanceof Map ? value.get("message") : undefined;
    return Buffer.isBuffer(message) ? message : undefined;
  },
};

export function oneOf<T extends AmqpValue>(...values: T[]): Kind<T> {
  return {
    is: values.map(String).join(" or "),
    read: (value) => values.find((candidate) => candidate === value),
  };
}

/** At least one item: clients send one bare, or in an array or list. */
export function listOf<T>(kind: Kind<T>): Kind<T[]> {
  return {
    is: `a list, not empty, of items that are each ${kind.is}`,
    read: (value, bytes) => {
      const items = (Array.isArray(value) ? value : [value]).map((item) => kind.read(item, bytes));
      const known = items.filter((item) => item !== undefined);
      return known.length === 0 || known.length < items.length ? undefined : known;
    },
  };
}

/** An argument of a request, which must be there. @throws {BadRequest} */
export function required<T>(request: ManagementRequest, name: string, kind: Kind<T>): T {
  const found = optional(request, name, kind);
  if (found === undefined)
    throw new BadRequest(
      argumentError(`The operation '${request.operation}' needs '${name}': ${kind.is}.`),
    );
  return found;
}

/** An argument of a request; undefined when it is absent or null. @throws {BadRequest} */
export function optional<T>(
  request: ManagementRequest,
  name: string,
  kind: Kind<T>,
): T | undefined {
  const bytes = request.body.find(({ key }) => key === name)?.valueBytes;
  if (!bytes) return undefined;
  const value = decoded(name, bytes);
  if (value === null) return undefined;
  const found = kind.read(value, bytes);
  if (found === undefined) throw new BadRequest(argumentError(`'${name}' is not ${kind.is}.`));
  return found;
}

function decoded(name: string, bytes: Buffer): AmqpValue {
  try {
    return decode(bytes);
  } catch (error) {
    throw new BadRequest(argumentError(`'${name}' can't be read: ${String(error)}`));
  }
}
