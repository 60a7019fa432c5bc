import * as z from "zod";
import { invalidRequestContent } from "./errors";

/**
 * A type of the REST API, which has these members and no others. Members' names are compared with
 * case.
 * @param name as the service calls it when it refuses a member
 * @param readOnly members of answers, which clients send back: they are left out
 */
export function model<S extends z.core.$ZodLooseShape>(
  name: string,
  shape: S,
  readOnly: readonly string[] = [],
) {
  const ignored = Object.fromEntries(readOnly.map((member) => [member, z.unknown().optional()]));
  const known: S = { ...shape, ...ignored };
  return z
    .strictObject(known, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `Could not find member '${issue.keys[0] ?? ""}' on object of type '${name}'`
          : undefined,
    })
    .transform((given) => {
      const kept = { ...given };
      for (const member of readOnly) delete (kept as Record<string, unknown>)[member];
      return kept;
    });
}

/** A date in any of the forms that are read as one. */
export const date = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "is not a date");

export const tags = z.record(z.string(), z.string());

/** A type of resources: what every one has, beside properties of its own. */
export const resourceModel = <T>(name: string, properties: z.ZodType<T>) =>
  model(
    name,
    {
      location: z.string().optional(),
      tags: tags.optional(),
      identity: z.record(z.string(), z.unknown()).optional(),
      properties: properties.optional(),
    },
    ["id", "name", "type", "systemData", "etag"],
  );

/**
 * What was sent, in the form that its type has.
 * @throws {ArmError} 400 InvalidRequestContent for the first unknown or ill-typed member
 */
export function conforming<T>(type: z.ZodType<T>, given: unknown): T {
  const parsed = type.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path = [], message = "", code } = parsed.error.issues[0] ?? {};
  const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  const where = at.join("").replace(/^\./, "");
  throw invalidRequestContent(
    code === "unrecognized_keys"
      ? `${message}. Path '${where}'`
      : `Error converting value at path '${where}': ${message}`,
  );
}
