/**
 * The values that travel between a Functions host and a language worker. One member is set; the
 * library reads the first that is (`fromRpcTypedData`), and turns a `string` that is JSON text into
 * the parsed value.
 */
export interface TypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  http?: HttpData | null;
  int?: number | null;
  double?: number | null;
}

/** A value that may be absent, as protobuf's wrapper types carry it. */
export interface Nullable<T> {
  value?: T | null;
}

/** An HTTP request on its way into a function, or its response on the way out. */
export interface HttpData {
  url?: string;
  method?: string;
  nullableHeaders?: Record<string, Nullable<string>>;
  nullableQuery?: Record<string, Nullable<string>>;
  nullableParams?: Record<string, Nullable<string>>;
  body?: TypedData | null;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
}

/** A cookie of a response; `sameSite: "none"` means that the attribute was not given. */
export interface HttpCookie {
  name: string;
  value: string;
  domain?: Nullable<string>;
  path?: Nullable<string>;
  expires?: Nullable<{ seconds: number }>;
  secure?: Nullable<boolean>;
  httpOnly?: Nullable<boolean>;
  sameSite?: "none" | "lax" | "strict" | "explicitNone";
  maxAge?: Nullable<number>;
}

/**
 * What a binding of the host sends for a value: text as `string`, bytes as `bytes`, numbers as
 * `int` or `double`, the rest as JSON. Undefined and null become the empty message, which the
 * library reads as `undefined`.
 */
export function toTypedData(value: unknown): TypedData {
  if (value === undefined || value === null) return {};
  if (typeof value === "string") return { string: value };
  if (value instanceof Uint8Array) return { bytes: value };
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? { int: value } : { double: value };
  return { json: JSON.stringify(value) };
}

/**
 * The JSON text of what a function returned; undefined when it returned nothing. A returned text is
 * quoted, bytes become base64 text, as in Azure.
 */
export function typedDataToJson(data: TypedData | null | undefined): string | undefined {
  if (!data) return undefined;
  if (isSet(data.json)) return data.json;
  if (isSet(data.string)) return JSON.stringify(data.string);
  if (isSet(data.int)) return String(data.int);
  if (isSet(data.double)) return String(data.double);
  if (isSet(data.bytes)) return JSON.stringify(Buffer.from(data.bytes).toString("base64"));
  return undefined;
}

/** The parsed value of what a function returned; undefined when it returned nothing. */
export function typedDataToValue(data: TypedData | null | undefined): unknown {
  const json = typedDataToJson(data);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

/** Wraps plain strings as the nullable dictionary in which headers, query and route values travel. */
export function toNullableStrings(
  values: Iterable<readonly [string, string]>,
): Record<string, Nullable<string>> {
  return Object.fromEntries(Array.from(values, ([name, value]) => [name, { value }]));
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
