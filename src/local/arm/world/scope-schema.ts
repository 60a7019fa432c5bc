import * as z from "zod";
import { parseArmPath } from "../arm-id";

/** What a right or a policy reaches: `/` or the id of a subscription, group or resource. */
export const scopeSchema = z
  .string()
  .refine(
    (scope) => scope === "/" || parseArmPath(scope)?.collection === false,
    'must be "/" or the id of a subscription, a resource group or a resource',
  );
