import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { ExampleFile, Operation, Specification } from "./specification";
import { isObject, objectAt, type Json } from "./swagger-files";

/** An example of the specification: a request, and how the service would answer it. */
export interface Example {
  name: string;
  /** Of an api-version after that of the definitions. */
  later: boolean;
  operation: Operation;
  /** By name, the body's included. */
  parameters: Json;
  /** By status; undefined: without a body. */
  answers: [status: string, body: unknown][];
}

export interface Examples {
  examples: Example[];
  /** Named by an operation, but not in this copy of the specification. */
  absent: string[];
}

/**
 * Operations of later api-versions, of which the folder has examples only. Nothing is known of what
 * they answer.
 */
const LATER_OPERATIONS: Operation[] = [
  {
    id: "SoftDeletedResource_ListByArtifactName",
    method: "GET",
    template:
      "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}/softDeletedArtifactTypes/{artifactType}/artifacts/{artifactName}/versions",
    answers: { 200: undefined },
    parameters: {
      path: ["subscriptionId", "resourceGroupName", "galleryName", "artifactType", "artifactName"],
      query: ["api-version"],
    },
    examples: [{ name: "GallerySoftDeletedResource_ListByArtifactName", file: "", present: false }],
  },
];

/** Every example that the folder has, those of later api-versions too. */
export function readExamples(folder: string, { operations, files }: Specification): Examples {
  const linked = operations.flatMap((operation) =>
    operation.examples.map((example) => ({ example, operation })),
  );
  const present = linked.filter(
    ({ example }, index) =>
      example.present && linked.findIndex((one) => one.example.file === example.file) === index,
  );
  const known = new Set(present.map(({ example }) => example.file));
  const later = exampleFiles(folder, (file) => files.document(file))
    .filter(({ file }) => !known.has(file))
    .flatMap((example) => {
      const operation = operationOf(example.name, linked);
      return operation === undefined ? [] : [{ example, operation }];
    });
  return {
    examples: [...present, ...later].map(({ example, operation }) => {
      const document = files.document(example.file);
      return {
        name: example.name,
        later: !known.has(example.file),
        operation,
        parameters: objectAt(document, "parameters"),
        answers: Object.entries(objectAt(document, "responses")).map(([status, answer]) => [
          status,
          isObject(answer) ? answer["body"] : undefined,
        ]),
      };
    }),
    absent: [
      ...new Set(
        linked.filter(({ example }) => !example.present).map(({ example }) => example.name),
      ),
    ],
  };
}

function exampleFiles(folder: string, read: (file: string) => Json): ExampleFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /examples?[\\/]/i.test(path) && path.endsWith(".json"))
    .sort()
    .map((path) => join(folder, path))
    .filter((file) => "parameters" in read(file))
    .map((file) => ({ name: basename(file, ".json"), file, present: true }));
}

/** The operation of an example that none names: its name begins as the operation's examples do. */
function operationOf(
  name: string,
  linked: { example: ExampleFile; operation: Operation }[],
): Operation | undefined {
  const beginning = (full: string): string => full.split("_").slice(0, 2).join("_");
  const later = LATER_OPERATIONS.flatMap((operation) =>
    operation.examples.map((example) => ({ example, operation })),
  );
  return [...linked, ...later].find(({ example }) => beginning(example.name) === beginning(name))
    ?.operation;
}
