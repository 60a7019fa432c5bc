import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { FORMATS } from "./formats";
import { schemaReference } from "./json-schema";
import { OPERATION_STATUS, isOperationPath } from "./operation-status";
import type { Operation, Specification } from "./specification";
import { isObject, type Json } from "./swagger-files";

/** A call and what it was answered with. */
export interface Answer {
  method: string;
  /** Without the query; decoded or not. */
  path: string;
  status: number;
  /** Undefined: an answer without a body. */
  body?: unknown;
}

export interface Verdict {
  /** What the answer was held against; undefined where the specification says nothing about it. */
  definition?: string;
  /** JSON path and what is wrong there; empty: the answer is right. */
  failures: string[];
  /** Exceptions that the answer needed. */
  exceptions: string[];
}

/** Holds answers against the specification. */
export class AnswerCheck {
  readonly #ajv = new Ajv({ allErrors: true, strict: true, formats: FORMATS });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #byType: Map<string, string>;
  #exceptions: string[] = [];

  constructor(private readonly specification: Specification) {
    this.#ajv.addKeyword({
      keyword: "exception",
      schemaType: "string",
      validate: (at: string, value: unknown, parent?: Json) => {
        if (parent?.["const"] === undefined || parent["const"] === value) this.#exceptions.push(at);
        return true;
      },
    });
    this.#ajv.addSchema(specification.schemas);
    this.#ajv.addSchema(OPERATION_STATUS);
    this.#byType = definitionsByType(specification.operations);
  }

  check(answer: Answer): Verdict {
    const expected = this.#expected(answer);
    if (expected === undefined) return { failures: [], exceptions: [] };
    if (typeof expected !== "string")
      return { definition: expected.definition, failures: [expected.failure], exceptions: [] };
    if (expected === NO_BODY)
      return {
        definition: NO_BODY,
        failures: answer.body === undefined ? [] : ["$: a body where there is none"],
        exceptions: [],
      };
    return this.against(expected, answer.body);
  }

  /** What an answer's body must be; a failure where the operation has no such answer. */
  #expected(answer: Answer): string | undefined | { definition: string; failure: string } {
    const { method, path, status } = answer;
    if (method === "HEAD") return undefined; // logged with the body that a GET would have had
    if (status >= 400) return this.specification.errorKey;
    if (isOperationPath(path)) return this.#expectedOfOperation(answer);
    const operation = findOperation(this.specification.operations, method, path);
    if (operation === undefined) return undefined;
    if (!(String(status) in operation.answers))
      return { definition: operation.id, failure: `status ${status} isn't one of the operation's` };
    return operation.answers[String(status)] ?? NO_BODY;
  }

  /** Polls: the status, or with `Location` the resource itself. */
  #expectedOfOperation({ body }: Answer): string | undefined {
    if (body === undefined) return NO_BODY;
    if (isObject(body) && "startTime" in body) return OPERATION_STATUS.$id;
    return this.definitionOf(body);
  }

  /** The definition that a resource names by its `type`. */
  definitionOf(resource: unknown): string | undefined {
    const type = isObject(resource) ? resource["type"] : undefined;
    return typeof type === "string" ? this.#byType.get(type.toLowerCase()) : undefined;
  }

  /** Holds a body against a definition, and the result that an operation carries against its own. */
  against(key: string, body: unknown): Verdict {
    this.#exceptions = [];
    const failures = this.#failuresOf(key, body);
    const output = key === OPERATION_STATUS.$id ? outputOf(body) : undefined;
    const definition = this.definitionOf(output);
    if (definition !== undefined)
      failures.push(
        ...this.#failuresOf(definition, output).map((one) =>
          one.replace("$", "$.properties.output"),
        ),
      );
    return {
      definition: key.split("/").at(-1) ?? key,
      failures,
      exceptions: [...new Set(this.#exceptions)],
    };
  }

  #failuresOf(key: string, body: unknown): string[] {
    let validate = this.#validators.get(key);
    validate ??= this.#ajv.compile(
      key === OPERATION_STATUS.$id ? { $ref: key } : schemaReference(key),
    );
    this.#validators.set(key, validate);
    return validate(body) ? [] : (validate.errors ?? []).map(sentence);
  }
}

export const NO_BODY = "no body";

/** The operation that a call is; paths are compared without case. */
export function findOperation(
  operations: Operation[],
  method: string,
  path: string,
): Operation | undefined {
  const parts = path.replace(/\/$/, "").toLowerCase().split("/");
  return operations.find((operation) => {
    const template = operation.template.toLowerCase().split("/");
    return (
      operation.method === method &&
      template.length === parts.length &&
      template.every((part, index) => part.startsWith("{") || part === parts[index])
    );
  });
}

/** `microsoft.compute/galleries` → the definition that a PUT of this type is answered with. */
function definitionsByType(operations: Operation[]): Map<string, string> {
  const puts = operations.filter(({ method }) => method === "PUT");
  return new Map(
    puts.flatMap(({ template, answers }) => {
      const [, provider] = template.split("/providers/");
      const type = provider?.split("/").filter((part) => !part.startsWith("{"));
      const definition = answers["200"];
      return type === undefined || definition === undefined
        ? []
        : [[type.join("/").toLowerCase(), definition] as const];
    }),
  );
}

const outputOf = (body: unknown): unknown =>
  isObject(body) && isObject(body["properties"]) ? body["properties"]["output"] : undefined;

/** `$.properties.publishingProfile.targetRegions[1]: must have required property 'name'` */
function sentence({ instancePath, message, params }: ErrorObject): string {
  const path = instancePath
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll("~1", "/")}`))
    .join("");
  const { additionalProperty, allowedValues } = params as Json;
  if (typeof additionalProperty === "string") return `$${path}.${additionalProperty}: is unknown`;
  const values = Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : "";
  return `$${path}: ${message ?? "is wrong"}${values}`;
}
