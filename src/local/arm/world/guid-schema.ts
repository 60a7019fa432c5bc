import * as z from "zod";

/** Ids of subscriptions, tenants, applications and principals; kept in lower case, as Azure does. */
export const guidSchema = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "must be a GUID in quotes")
  .toLowerCase();
