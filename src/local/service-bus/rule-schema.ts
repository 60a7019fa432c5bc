import * as z from "zod";
import { correlates, parseSqlFilter, SYSTEM_PROPERTIES } from "./amqp/rule-filter";
import type { Rule } from "./core/topic";

const text = z.string().min(1);
const systemProperties = z.object(
  Object.fromEntries(SYSTEM_PROPERTIES.map((name) => [name, text.optional()])) as Record<
    (typeof SYSTEM_PROPERTIES)[number],
    z.ZodOptional<typeof text>
  >,
);

const correlationFilter = z
  .strictObject({
    ...systemProperties.shape,
    /** Application properties. */
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .refine(
    ({ properties, ...system }) => Object.keys({ ...properties, ...system }).length > 0,
    "a correlation filter names at least one property",
  )
  .transform(
    (filter): Rule["selects"] =>
      (content) =>
        correlates(filter, content),
  );

const sqlFilter = z.strictObject({
  sqlExpression: z.string().transform((expression, context): Rule["selects"] => {
    const filter = parseSqlFilter(expression);
    if (typeof filter === "boolean") return () => filter;
    if (filter !== undefined) return (content) => correlates(filter, content);
    context.addIssue({
      code: "custom",
      message: `of SQL the local Service Bus supports only sys.Label = '…', 1=1 and 1=0, not '${expression}'`,
    });
    return z.NEVER;
  }),
});

/** One rule of a subscription: its form is that of the resource in Azure. */
export const rule = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9$][A-Za-z0-9._-]{0,49}$/,
        "a rule's name has up to 50 letters, digits, '.', '-' and '_'",
      ),
    correlationFilter: correlationFilter.optional(),
    sqlFilter: sqlFilter.optional(),
  })
  .transform((given, context): Rule => {
    const [selects, ...more] = [given.correlationFilter, given.sqlFilter?.sqlExpression].filter(
      (filter) => filter !== undefined,
    );
    if (selects && more.length === 0) return { name: given.name, selects };
    context.addIssue({
      code: "custom",
      message: "a rule has either a correlationFilter or a sqlFilter",
    });
    return z.NEVER;
  });
