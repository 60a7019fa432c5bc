import { ALWAYS_ANSWERED, EXCEPTIONS, type Exception } from "./exceptions";
import { definitionKey, isObject, objectAt, type Json, type Place } from "./swagger-files";
import type { SwaggerFiles } from "./swagger-files";

/** What is checked beyond the specification's own words. */
export interface Strictness {
  exceptions: readonly Exception[];
  alwaysAnswered: Readonly<Record<string, readonly string[]>>;
}

/** For answers of the stand-in. */
export const STRICT: Strictness = { exceptions: EXCEPTIONS, alwaysAnswered: ALWAYS_ANSWERED };

/** For the specification's own example answers, which leave out what every answer has. */
export const AS_WRITTEN: Strictness = { exceptions: [], alwaysAnswered: {} };

/** Under this id the schemas of all definitions are known. */
export const SCHEMAS_ID = "specification";

export const schemaReference = (key: string): Json => ({
  $ref: `${SCHEMAS_ID}#/$defs/${key.replaceAll("/", "~1")}`,
});

/**
 * Translates Swagger definitions to JSON Schema. An object has the members of its definition and of
 * everything that it is `allOf`, and no others.
 */
export class SchemaTranslation {
  readonly #schemas = new Map<string, Json>();
  readonly #definitions = new Set<string>();

  constructor(
    private readonly files: SwaggerFiles,
    private readonly strictness: Strictness,
  ) {}

  /** The key of a definition; it and what it refers to are in `schemas` from then on. */
  add(place: Place): string {
    const key = definitionKey(place);
    if (this.#schemas.has(key)) return key;
    this.#schemas.set(key, {}); // definitions may refer to themselves
    this.#schemas.set(key, this.#schema(this.#definition(place), place.file));
    return key;
  }

  /** Definitions that more is known of than the specification says, and that it doesn't have. */
  unknownDefinitions(): string[] {
    const { exceptions, alwaysAnswered } = this.strictness;
    const named = [
      ...exceptions.map(({ at }) => at.split(".")[0] ?? ""),
      ...Object.keys(alwaysAnswered),
    ];
    return named.filter((name) => !this.#definitions.has(name));
  }

  schemas(): Json {
    return { $id: SCHEMAS_ID, $defs: Object.fromEntries(this.#schemas) };
  }

  /** A definition with exceptions and what is always answered filled in. */
  #definition(place: Place): Json {
    const name = place.pointer.split("/").at(-1) ?? "";
    this.#definitions.add(name);
    const definition = this.files.at(place);
    const properties = { ...objectAt(definition, "properties") };
    for (const exception of this.strictness.exceptions) {
      const [owner, member = "", value] = exception.at.split(/[.=]/);
      if (owner !== name) continue;
      properties[member] =
        value === undefined
          ? { ...exception.schema, exception: exception.at }
          : withValue(objectAt(properties, member), value, exception.at);
    }
    const required = [
      ...((definition["required"] as string[] | undefined) ?? []),
      ...(this.strictness.alwaysAnswered[name] ?? []),
    ];
    return Object.keys(properties).length === 0
      ? definition
      : { ...definition, properties, required };
  }

  #schema(given: unknown, file: string): Json {
    if (!isObject(given)) throw new Error(`${file} holds a schema that is no object`);
    const { $ref, allOf, properties, items, type, enum: values, format } = given;
    if (typeof $ref === "string") return schemaReference(this.add(this.files.placeOf($ref, file)));
    if (allOf !== undefined || properties !== undefined) return this.#object(given, file);
    if (type === "object") return this.#freeObject(given, file);
    return {
      ...(type === undefined ? {} : { type }),
      ...(format === undefined ? {} : { format }),
      ...(Array.isArray(values) ? valuesSchema(values, given["moreValues"]) : {}),
      ...(items === undefined ? {} : { items: this.#schema(items, file) }),
      ...(given["exception"] === undefined ? {} : { exception: given["exception"] }),
    };
  }

  #object(given: Json, file: string): Json {
    const { properties, required } = this.#members(given, file);
    return {
      type: "object",
      properties,
      required: [...new Set(required)],
      additionalProperties: false,
      ...(given["exception"] === undefined ? {} : { exception: given["exception"] }),
    };
  }

  /** Members of an object, those of its parents first. */
  #members(given: Json, file: string): { properties: Json; required: string[] } {
    const properties: Json = {};
    const required: string[] = [];
    for (const parent of (given["allOf"] as Json[] | undefined) ?? []) {
      const place = this.files.placeOf(String(parent["$ref"]), file);
      const inherited = this.#members(this.#definition(place), place.file);
      Object.assign(properties, inherited.properties);
      required.push(...inherited.required);
    }
    for (const [name, member] of Object.entries(objectAt(given, "properties")))
      properties[name] = this.#schema(member, file);
    required.push(...((given["required"] as string[] | undefined) ?? []));
    return { properties, required };
  }

  /** A map of values of one kind, or an object of which nothing is said. */
  #freeObject(given: Json, file: string): Json {
    const { additionalProperties, exception } = given;
    return {
      type: "object",
      ...(additionalProperties === undefined
        ? {}
        : { additionalProperties: this.#schema(additionalProperties, file) }),
      ...(exception === undefined ? {} : { exception }),
    };
  }
}

const withValue = (member: Json, value: string, exception: string): Json => ({
  ...member,
  moreValues: { ...objectAt(member, "moreValues"), [value]: exception },
});

function valuesSchema(values: unknown[], more: unknown): Json {
  if (!isObject(more)) return { enum: values };
  const added = Object.entries(more).map(([value, exception]) => ({ const: value, exception }));
  return { anyOf: [{ enum: values }, ...added] };
}
