import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020";
import schemaV1 from "cloudevents/dist/schema/v1";

/** The schema that the specification's authors publish (formats/cloudevents.json), as they compiled it. */
const published = schemaV1 as unknown as ValidateFunction;

/**
 * What the published schema leaves out, written from the specification's text (spec.md, "Context Attributes", and
 * formats/json-format.md, "Envelope"): the version's number, media types, names and types of extensions, the bound
 * between the two kinds of data. Nothing of the product is imported here: this judges what it sends.
 */
const NON_EMPTY = { type: "string", minLength: 1 };
/** RFC 3986: only what a URI may hold, with every percent sign an escape. */
const URI_CHARACTERS = "(?:[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+";
/** RFC 3339: a full date, a full time and an offset. */
const TIMESTAMP =
  "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$";
/** RFC 2046: a type, a subtype and perhaps parameters. */
const MEDIA_TYPE = "^[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(?:; ?[\\w!#$&^.+-]+=[^;]+)*$";

const beyondTheSchema = new Ajv2020({
  allErrors: true,
  strictRequired: false,
  allowUnionTypes: true,
}).compile({
  type: "object",
  required: ["id", "source", "specversion", "type"],
  properties: {
    id: NON_EMPTY,
    source: { type: "string", pattern: `^${URI_CHARACTERS}$` },
    specversion: { const: "1.0" },
    type: NON_EMPTY,
    datacontenttype: { type: "string", pattern: MEDIA_TYPE },
    dataschema: { type: "string", pattern: `^[A-Za-z][A-Za-z0-9+.-]*:${URI_CHARACTERS}$` },
    subject: NON_EMPTY,
    time: { type: "string", pattern: TIMESTAMP },
    data: true,
    data_base64: { type: "string", pattern: "^[A-Za-z0-9+/]*={0,2}$" },
  },
  // Extensions: lower-case letters and digits, and values of the type system.
  patternProperties: {
    "^(?!id$|source$|specversion$|type$|datacontenttype$|dataschema$|subject$|time$|data$)[a-z0-9]+$":
      { type: ["string", "boolean", "integer"] },
  },
  additionalProperties: false,
  not: { required: ["data", "data_base64"] },
});

/** Everything by which an event breaks the specification; empty when nothing does. */
export function breachesOf(event: unknown): string[] {
  return [...publishedBreachesOf(event), ...errorsOf(beyondTheSchema, event)];
}

/** Those which the published schema finds by itself. */
export const publishedBreachesOf = (event: unknown): string[] => errorsOf(published, event);

function errorsOf(validate: ValidateFunction, event: unknown): string[] {
  if (validate(event)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What everything that forwards events has to take (specification, "Size Limits"), in bytes. */
export const SAFE_EVENT_BYTES = 64 * 1024;
