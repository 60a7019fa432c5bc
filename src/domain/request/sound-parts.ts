import * as z from "zod";

/** What is left of a `T` when everything that didn't fit its schema is taken out. */
export type Sound<T> = T extends readonly (infer E)[]
  ? (Sound<E> | undefined)[]
  : T extends object
    ? string extends keyof T
      ? T
      : { [K in keyof T]?: Sound<T[K]> | undefined }
    : T;

/**
 * The parts of a value that fit its schema, each on its own, so that the rules still find what else is
 * wrong with them. Items of a list keep their place; undefined stands for what doesn't fit.
 */
export function soundParts<S extends z.ZodType>(
  schema: S,
  value: unknown,
): Sound<z.infer<S>> | undefined {
  return parts(schema, value) as Sound<z.infer<S>> | undefined;
}

function parts(schema: z.ZodType, value: unknown): unknown {
  const whole = schema.safeParse(value);
  if (whole.success) return whole.data;
  if (schema instanceof z.ZodOptional) return parts(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodUnion) return partsOfUnion(schema, value);
  if (Array.isArray(value))
    return schema instanceof z.ZodArray
      ? value.map((item) => parts(schema.element as z.ZodType, item))
      : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (schema instanceof z.ZodRecord) return partsOfRecord(schema.valueType as z.ZodType, value);
  return schema instanceof z.ZodObject ? partsOfObject(schema, value) : undefined;
}

function partsOfObject(schema: z.ZodObject, value: object): unknown {
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
  const members = Object.entries(shape);
  return Object.fromEntries(
    members
      .filter(([name]) => Object.hasOwn(value, name))
      .map(([name, member]) => [name, parts(member, (value as Record<string, unknown>)[name])]),
  );
}

/** Each branch is asked on its own: where only one fails early, zod tells of the other alone. */
function partsOfUnion(schema: z.ZodUnion, value: unknown): unknown {
  const options = schema.options as z.ZodType[];
  const nearest = nearestBranch(options.map((one) => one.safeParse(value).error?.issues ?? []));
  return parts(options[nearest] ?? z.never(), value);
}

function partsOfRecord(schema: z.ZodType, value: object): unknown {
  const sound = Object.entries(value).filter(([, entry]) => schema.safeParse(entry).success);
  return sound.length === 0 ? undefined : Object.fromEntries(sound);
}

/** Index of the union's branch that was meant: the one whose issues are the least. */
export function nearestBranch(branches: z.core.$ZodIssue[][]): number {
  const distances = branches.map(distance);
  return distances.indexOf(Math.min(...distances));
}

/**
 * How far a branch is from what was given. A name that it doesn't know says more about what was
 * meant than one that is missing, and a value of another kind can't have been meant at all.
 */
function distance(branch: z.core.$ZodIssue[]): number {
  return branch.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + issue.keys.length * 10;
    return sum + (issue.path.length === 0 ? 1000 : 1);
  }, 0);
}
