import * as z from "zod";
import { schedulesSchema } from "./schema";

/** JSON Schema (draft 2020-12) of the document of schedules: its structure, for editors. */
export function schedulesJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(schedulesSchema, { io: "input", target: "draft-2020-12" });
  return { ...schema, title: "Schedules of Gallery Publisher" };
}
