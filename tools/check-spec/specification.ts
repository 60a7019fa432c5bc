import { existsSync } from "node:fs";
import { basename } from "node:path";
import { SchemaTranslation, type Strictness } from "./json-schema";
import { isObject, objectAt, SwaggerFiles, type Json, type SwaggerFile } from "./swagger-files";

/** One operation of the specification. */
export interface Operation {
  id: string;
  /** Upper case. */
  method: string;
  /** `/subscriptions/{subscriptionId}/…` */
  template: string;
  /** The definition's key by status; undefined: an answer without a body. */
  answers: Record<string, string | undefined>;
  /** Names of the parameters by where they are sent. */
  parameters: { path: string[]; query: string[]; body?: string };
  examples: ExampleFile[];
}

export interface ExampleFile {
  /** The file's name without `.json`. */
  name: string;
  file: string;
  /** False when this copy of the specification lacks the file that the operation names. */
  present: boolean;
}

/** A copy of the REST specification, as far as it is needed here. */
export interface Specification {
  operations: Operation[];
  /** JSON Schemas of every definition that an answer can have. */
  schemas: Json;
  /** Key of the definition of errors. */
  errorKey: string;
  files: SwaggerFiles;
}

const METHODS = ["get", "put", "patch", "post", "delete", "head"];

/**
 * Reads a folder of Swagger 2.0 documents.
 * @throws when there is none, one isn't understood, or a definition of `strictness` isn't there
 */
export function readSpecification(folder: string, strictness: Strictness): Specification {
  const files = new SwaggerFiles(folder);
  const documents = files.documents();
  const translation = new SchemaTranslation(files, strictness);
  const operations = documents.flatMap((one) => operationsOf(files, translation, one));
  const owner = documents.find(({ document }) => "CloudError" in objectAt(document, "definitions"));
  if (owner === undefined) throw new Error(`${folder} defines no CloudError`);
  const errorKey = translation.add({ file: owner.file, pointer: "/definitions/CloudError" });
  const unknown = translation.unknownDefinitions();
  if (unknown.length > 0) throw new Error(`${folder} doesn't define ${unknown.join(", ")}`);
  return { operations, schemas: translation.schemas(), errorKey, files };
}

function operationsOf(
  files: SwaggerFiles,
  translation: SchemaTranslation,
  { file, document }: SwaggerFile,
): Operation[] {
  return Object.entries(objectAt(document, "paths")).flatMap(([template, item]) =>
    METHODS.filter((method) => isObject(item) && method in item).map((method) => {
      const given = objectAt(item, method);
      return {
        id: String(given["operationId"]),
        method: method.toUpperCase(),
        template,
        answers: answersOf(files, translation, given, file),
        parameters: parametersOf(files, given, file),
        examples: Object.values(objectAt(given, "x-ms-examples")).map((example) => {
          const path = files.fileOf(String((example as Json)["$ref"]), file);
          return { name: basename(path, ".json"), file: path, present: existsSync(path) };
        }),
      };
    }),
  );
}

function answersOf(
  files: SwaggerFiles,
  translation: SchemaTranslation,
  operation: Json,
  file: string,
): Operation["answers"] {
  const entries = Object.entries(objectAt(operation, "responses")).map(([status, response]) => {
    const { $ref } = objectAt(response, "schema");
    if (typeof $ref !== "string") return [status, undefined] as const;
    return [status, translation.add(files.placeOf($ref, file))] as const;
  });
  return Object.fromEntries(entries);
}

function parametersOf(files: SwaggerFiles, operation: Json, file: string): Operation["parameters"] {
  const given = (operation["parameters"] as Json[] | undefined) ?? [];
  const parameters = given.map((one) =>
    typeof one["$ref"] === "string" ? files.at(files.placeOf(one["$ref"], file)) : one,
  );
  const named = (place: string): string[] =>
    parameters.filter((one) => one["in"] === place).map((one) => String(one["name"]));
  const [body] = named("body");
  return {
    path: named("path"),
    query: named("query"),
    ...(body === undefined ? {} : { body }),
  };
}
