import * as z from "zod";
import { publishRequestSchema } from "./schema";

/**
 * JSON Schema (draft 2020-12) of a publish request: its structure, for editors and for senders that
 * check before they send. Rules between values aren't in it; docs/problems.md lists them.
 */
export function requestJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(publishRequestSchema, { io: "input", target: "draft-2020-12" });
  return { ...schema, title: "Publish request of Gallery Publisher" };
}
